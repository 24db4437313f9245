package main

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"lekha/lending"
	"lekha/matching"
)

const matchingUsage = `matching --data DIR [--db STATEMENTS] | --speed [--accounts N] | --seed N [--held-out] [--accounts N] [--out FILE] [--errors N] [--fit FILE --seeds N]`

// prediction is what the engine says of one payment.
type prediction struct {
	payment  payment
	of       string // the payment it repeats, or ""
	proposal matching.Proposal
}

// runMatching asks the engine about every payment of a folder, writes its
// answers, and scores them when the folder holds the truth.
func runMatching(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("matching", flag.ContinueOnError)
	dir := flags.String("data", "", "folder with accounts.csv, dues.csv, advices.csv, history.csv, payments.csv and perhaps truth.csv")
	seed := flags.Uint64("seed", 0, "make a book of this seed instead of reading a folder")
	accounts := flags.Int("accounts", 200, "how many accounts to make")
	held := flags.Bool("held-out", false, "with --seed: make a book of the second kind, which nothing is fitted to")
	file := flags.String("out", "", "file for the predictions")
	fit := flags.String("fit", "", "fit the calibration to the data and write it as this Go file")
	seeds := flags.Int("seeds", 0, "with --fit: how many made-up books to fit to as well")
	statements := flags.String("db", "", "with --data: go through the whole program, into which the statements of this folder are imported")
	speed := flags.Bool("speed", false, "measure how long a credit and an import of 10,000 take against --accounts, and how pages answer meanwhile")
	worst := flags.Int("errors", 0, "how many wrong proposals to show, the surest first")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *speed {
		return measureSpeed(context.Background(), max(1, *seed), *accounts, speedCredits, out)
	}
	f, err := openPortfolio(*dir, *seed, *accounts, *held)
	if err != nil {
		return err
	}
	if *fit != "" {
		return fitCurve(*fit, f, *seeds)
	}
	start := time.Now()
	var predictions []prediction
	if *statements == "" {
		predictions = predict(f, nil)
	} else if predictions, err = predictProduct(context.Background(), f, *statements, out); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d payments against %d accounts in %v\n", len(f.payments), len(f.accounts), time.Since(start).Round(time.Millisecond))
	if *file != "" {
		if err := writePredictions(*file, predictions); err != nil {
			return err
		}
	}
	if len(f.truth) == 0 {
		fmt.Fprintln(out, "There is no truth.csv: nothing to score.")
		return nil
	}
	s := score(f.truth, predictions)
	s.print(out)
	s.printWorst(out, *worst)
	return nil
}

// openPortfolio reads a folder, or makes a book when a seed is given.
func openPortfolio(dir string, seed uint64, accounts int, held bool) (portfolio, error) {
	switch {
	case seed > 0 && held:
		return makeHeldOut(seed, accounts, 1000), nil
	case seed > 0:
		return makePortfolio(seed, accounts, 1000), nil
	case dir == "":
		return portfolio{}, fmt.Errorf("say --data DIR, or --seed N")
	}
	return readPortfolio(dir)
}

// predict runs the engine over the payments in the order of the file, as a
// lender would: earlier payments are not told about later ones.
func predict(f portfolio, table *matching.Calibration) []prediction {
	book := bookOf(f)
	if table != nil {
		book.SetCalibration(*table)
	}
	seen := newReferences()
	out := make([]prediction, len(f.payments))
	for i, p := range f.payments {
		reference := referenceOf(p)
		out[i] = prediction{payment: p, of: seen.enter(p, reference)}
		out[i].proposal = book.Propose(matching.Credit{ID: p.id, ValueDate: p.date, Amount: p.amount, Narration: p.narration,
			Reference: reference.norm, Bank: p.bank(), CollectionBank: p.collection})
	}
	return out
}

// bookOf makes the engine's book of a folder. What staff matched before is
// learned as the product learns it at approval.
func bookOf(f portfolio) *matching.Book {
	own := ownOf(f)
	byID := make(map[string]matching.Account, len(f.accounts))
	for _, a := range f.accounts {
		byID[a.ID] = a
	}
	var memories []matching.Memory
	for i, h := range f.history {
		if a, ok := byID[f.paidBy[i]]; ok {
			memories = append(memories, matching.Learn(matching.Parse(h.bank(), h.narration), a, own)...)
		}
	}
	book := matching.NewBook(f.accounts, f.dues, f.advices, matching.MergeMemories(memories...))
	book.SetOwn(own)
	return book
}

// ownOf names the collection accounts; the folder does not say the lender's name.
func ownOf(f portfolio) matching.Own {
	var own matching.Own
	seen := map[string]bool{}
	for _, a := range f.accounts {
		if a.CollectionBank != "" && !seen[a.CollectionBank] {
			seen[a.CollectionBank] = true
			own.Accounts = append(own.Accounts, a.CollectionBank)
		}
	}
	return own
}

// writePredictions writes the rows that the evaluator takes.
func writePredictions(path string, predictions []prediction) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := csv.NewWriter(f)
	rows := [][]string{{"payment_id", "rank", "account_ids", "amounts_paise", "confidence", "decision", "auto"}}
	for _, p := range predictions {
		rows = append(rows, p.rows()...)
	}
	return w.WriteAll(rows)
}

// rows are the lines of one payment: a duplicate is nobody's, and what is not
// proposed is said to be nobody's too, with the suggestions after it left out.
func (p prediction) rows() [][]string {
	switch {
	case p.of != "":
		return [][]string{{p.payment.id, "1", "", "", "1", "duplicate", "0"}}
	case p.proposal.Decision == matching.None || len(p.proposal.Candidates) == 0:
		return [][]string{{p.payment.id, "1", "", "", confidenceText(p.proposal.Nobody), "none", "0"}}
	}
	var rows [][]string
	for i, c := range p.proposal.Candidates {
		auto := "0"
		if i == 0 && p.proposal.Decision == matching.Auto {
			auto = "1"
		}
		rows = append(rows, []string{p.payment.id, strconv.Itoa(i + 1), strings.Join(c.Accounts, ";"), amountsText(c.Amounts),
			confidenceText(c.Confidence), "match", auto})
	}
	return rows
}

func confidenceText(points int) string { return fmt.Sprintf("%d.%04d", points/10000, points%10000) }

func amountsText(amounts []lending.Money) string {
	parts := make([]string, len(amounts))
	for i, a := range amounts {
		parts[i] = strconv.FormatInt(int64(a), 10)
	}
	return strings.Join(parts, ";")
}
