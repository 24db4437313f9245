package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
)

const pagesUsage = `pages [--records N] [--requests N] [--only WORD] [--profile FILE] [--keep DIR]`

// demoRecords is how many records the sample portfolio has: the size of a small
// lender.
const demoRecords = 1_400

// runPages measures what the pages that operations live in cost, beside a floor:
// the least program that does the same job on the same file (pages_floor.go). Both
// run in this process, in turns; what is compared is processor time a request.
func runPages(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("pages", flag.ContinueOnError)
	records := flags.Int("records", 0, "how many records to make; 1,400 and then 1,000,000 when unset")
	var m meter
	flags.IntVar(&m.requests, "requests", 200, "how many requests of each kind")
	flags.StringVar(&m.only, "only", "", "measure only what has this in its name")
	flags.StringVar(&m.profile, "profile", "", "write a processor profile of Lekha's side to this file")
	keep := flags.String("keep", "", "make the files in this folder, or use those that are there")
	if err := flags.Parse(args); err != nil {
		return err
	}
	sizes := []int{demoRecords, 1_000_000}
	if *records > 0 {
		sizes = []int{*records}
	}
	dir := *keep
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "lekha-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	for _, n := range sizes {
		if err := measureHouse(out, filepath.Join(dir, fmt.Sprintf("bench-%d.db", n)), n, m); err != nil {
			return err
		}
	}
	return nil
}

// measureHouse makes a file of a size and measures every page on it.
func measureHouse(out io.Writer, path string, records int, m meter) error {
	fmt.Fprintf(out, "%d records\n", records)
	h, err := buildHouse(context.Background(), path, records)
	if err != nil {
		return fmt.Errorf("making the data: %w", err)
	}
	return errors.Join(m.table(out, h, h.pages()), h.close())
}

// pageOf is one thing measured: what is asked of Lekha and of the floor. Pages that
// are about Lekha's own work, which no least program does, have no floor.
type pageOf struct {
	name, target string
	ours, floor  func() *http.Request
}

// pages are those that the targets name. The depth is half of the records; the
// ratio of a deep page is to the floor's first page, as a reader would feel it.
func (h *house) pages() []pageOf {
	list := url.Values{"status": {"processed"}, "sort": {"-date"}}.Encode()
	rare := url.Values{"q": {rareWord}}.Encode()
	depth := "&after=" + url.QueryEscape(h.deep)
	account := "/accounts/" + benchAccount + "?schedule=all&receipts=all"
	return []pageOf{
		{"records, first page", "1.5", h.page("/records?" + list), h.page("/floor/records")},
		{"records, half way down", "1.5", h.page("/records?" + list + depth), h.page("/floor/records?after=" + url.QueryEscape(h.deep))},
		{"records, a rare word", "4.5", h.page("/records?" + rare), h.page("/floor/records")},
		{"one record", "2", h.page("/records/" + h.record), h.page("/floor/record?ref=" + h.record)},
		{"overview", "", h.page("/"), nil},
		{"desk of unmatched credits", "", h.page("/matching"), nil},
		{"desk, one credit", "", h.page("/matching/" + h.unmatched), nil},
		{"approvals", "", h.page("/approvals"), nil},
		{"approval of a receipt", "", h.page("/approvals/" + h.request), nil},
		{"account, 60 rows, 40 receipts", "2", h.page(account), h.page("/floor/account")},
		{"summary by the API", "2", h.call("/v1/lms/accounts/" + benchAccount + "/summary/"), h.call("/floor/summary")},
		{"a record created by the API", "2", h.create("/v1/lms/records/"), h.create("/floor/records")},
	}
}
