package handlers

import (
	"bufio"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// journalChunk is how many entries are read at a time for a file.
const journalChunk = 500

// exportTrialBalance is the trial balance of the days on the page, as a file.
func (a *app) exportTrialBalance(c echo.Context) error {
	f := read(c)
	return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		now, err := today(ctx, v)
		if err != nil {
			return err
		}
		from, to := journalDays(f, now)
		if err := f.err(); err != nil {
			return err
		}
		rows, err := v.TrialBalance(ctx, from, to)
		if err != nil {
			return err
		}
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		return a.download(c, "trial-balance", formatOf(c), func(w bankfile.Table) error {
			err := w.Write([]string{"code", "name", "opening", "debit", "credit", "closing"})
			for i := 0; err == nil && i < len(rows); i++ {
				r := rows[i]
				err = w.Write([]string{r.Code, names.Of(r.Code), r.Opening.String(), r.Debit.String(), r.Credit.String(), r.Closing.String()})
			}
			return err
		})
	})
}

func (a *app) listJournalExports(c echo.Context) error {
	return a.showJournalExports(c, http.StatusOK, views.Form{})
}

func (a *app) showJournalExports(c echo.Context, status int, form views.Form) error {
	page := views.JournalExportsPage{Form: form}
	err := a.journalView(c, "Exports to the general ledger", "/journal/exports", &page.Shell, &page.Tabs, func(ctx context.Context, v *store.View) error {
		rows, err := v.JournalExports(ctx, journalExports)
		for _, x := range rows {
			page.Rows = append(page.Rows, views.JournalExportRow{No: x.Idx, First: x.FirstIdx, Last: x.LastIdx, Until: x.Until, By: x.MadeBy, At: x.MadeAt.Time})
		}
		return err
	})
	if err != nil {
		return err
	}
	if !actorOf(c).Can(servicing.MayReleasePayout) {
		page.WhyNot = "This is for " + servicing.RolesFor(servicing.MayReleasePayout) + "."
	}
	return a.show(c, status, views.JournalExports(page), nil)
}

func (a *app) createJournalExport(c echo.Context) error {
	made, err := a.office.ExportJournal(c.Request().Context(), actorOf(c), 0)
	if err != nil {
		form, ok := refusedForm(err, nil)
		if !ok {
			return err
		}
		return a.showJournalExports(c, statusOf(err), form)
	}
	a.flash(c, views.Flash{Text: "Export " + strconv.FormatInt(made.Idx, 10) + " holds " + views.Counted(int(made.Entries()), "entry", "entries") + "."})
	return a.seeOther(c, "/journal/exports")
}

// eachEntry hands over the entries of an export in their order.
func eachEntry(ctx context.Context, v *store.View, x store.JournalExport, give func(store.JournalEntry) error) error {
	for first := x.FirstIdx; first <= x.LastIdx; first += journalChunk {
		entries, err := v.JournalRun(ctx, first, min(first+journalChunk-1, x.LastIdx), journalChunk)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := give(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func exportOf(ctx context.Context, v *store.View, c echo.Context) (store.JournalExport, error) {
	no, _ := strconv.ParseInt(c.Param("no"), 10, 64)
	return v.JournalExport(ctx, no)
}

// exportJournalEntries gives the entries of an export, a row for each line.
func (a *app) exportJournalEntries(c echo.Context) error {
	return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		x, err := exportOf(ctx, v, c)
		if err != nil {
			return err
		}
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		return a.download(c, fmt.Sprintf("journal-%d", x.Idx), formatOf(c), func(w bankfile.Table) error {
			err := w.Write([]string{"voucher", "booking_date", "value_date", "event", "account", "borrower", "loan", "source", "code", "name", "debit", "credit"})
			if err != nil {
				return err
			}
			return eachEntry(ctx, v, x, func(e store.JournalEntry) error {
				for _, l := range e.Lines {
					err := w.Write([]string{strconv.FormatInt(e.Idx, 10), e.BookingDate.String(), e.ValueDate.String(), e.Event, e.AccountRef, e.Borrower, l.LoanRef, e.Source,
						l.Code, names.Of(l.Code), max(l.Amount, 0).String(), max(-l.Amount, 0).String()})
					if err != nil {
						return err
					}
				}
				return nil
			})
		})
	})
}

// exportJournalTally gives the entries of an export as vouchers for Tally.
func (a *app) exportJournalTally(c echo.Context) error {
	return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		x, err := exportOf(ctx, v, c)
		if err != nil {
			return err
		}
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		return a.tallyFile(c, fmt.Sprintf("tally-%d.xml", x.Idx), "Vouchers", func(w io.Writer) error {
			return eachEntry(ctx, v, x, func(e store.JournalEntry) error { return writeVoucher(w, e, names) })
		})
	})
}

// tallyFile sends a file for Tally: the envelope around what is written inside.
func (a *app) tallyFile(c echo.Context, name, report string, inside func(w io.Writer) error) error {
	answer := c.Response()
	answer.Header().Set(echo.HeaderContentType, "application/xml; charset=utf-8")
	answer.Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	answer.Header().Set(echo.HeaderCacheControl, "no-store")
	buffer := bufio.NewWriterSize(answer, downloadBuffer)
	_, err := io.WriteString(buffer, xml.Header+`<ENVELOPE><HEADER><TALLYREQUEST>Import Data</TALLYREQUEST></HEADER><BODY><IMPORTDATA>`+
		`<REQUESTDESC><REPORTNAME>`+report+`</REPORTNAME></REQUESTDESC><REQUESTDATA>`+"\n")
	if err == nil {
		err = inside(buffer)
	}
	if err == nil {
		_, err = io.WriteString(buffer, "</REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>\n")
	}
	if err == nil {
		err = buffer.Flush()
	}
	if err != nil && answer.Committed {
		a.logger.Error("a download broke off", "id", requestID(c), "route", c.Path(), "error", err)
		panic(http.ErrAbortHandler)
	}
	return err
}

// tallyVoucher is one entry as Tally imports it (domain 13.2): a debit is deemed
// positive and has a negative amount. The voucher number is that of the entry, so
// that importing a file again changes nothing.
type tallyVoucher struct {
	XMLName   xml.Name    `xml:"VOUCHER"`
	Type      string      `xml:"VCHTYPE,attr"`
	Action    string      `xml:"ACTION,attr"`
	RemoteID  string      `xml:"REMOTEID,attr"`
	Date      string      `xml:"DATE"`
	Effective string      `xml:"EFFECTIVEDATE"`
	Kind      string      `xml:"VOUCHERTYPENAME"`
	Number    int64       `xml:"VOUCHERNUMBER"`
	Reference string      `xml:"REFERENCE,omitempty"`
	Narration string      `xml:"NARRATION"`
	Lines     []tallyLine `xml:"ALLLEDGERENTRIES.LIST"`
}

type tallyLine struct {
	Ledger   string `xml:"LEDGERNAME"`
	Positive string `xml:"ISDEEMEDPOSITIVE"`
	Amount   string `xml:"AMOUNT"`
}

// tallyDate is a date as Tally has it: 20261114.
func tallyDate(d lending.Date) string {
	return fmt.Sprintf("%04d%02d%02d", d.Year(), int(d.Month()), d.Day())
}

func tallyOf(e store.JournalEntry, names servicing.Names) tallyVoucher {
	out := tallyVoucher{Type: "Journal", Action: "Create", RemoteID: "lekha-" + strconv.FormatInt(e.Idx, 10), Date: tallyDate(e.BookingDate), Effective: tallyDate(e.ValueDate),
		Kind: "Journal", Number: e.Idx, Reference: e.Source, Narration: servicing.EventWords(e.Event)}
	if e.AccountRef != "" {
		out.Narration += ", account " + e.AccountRef
	}
	for _, l := range e.Lines {
		line := tallyLine{Ledger: tallyName(l.Code, names), Positive: "No", Amount: (-l.Amount).String()}
		if l.Amount > 0 {
			line.Positive = "Yes"
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// writeVoucher writes one entry.
func writeVoucher(w io.Writer, e store.JournalEntry, names servicing.Names) error {
	text, err := xml.Marshal(tallyOf(e, names))
	if err == nil {
		_, err = fmt.Fprintf(w, "<TALLYMESSAGE xmlns:UDF=\"TallyUDF\">%s</TALLYMESSAGE>\n", text)
	}
	return err
}
