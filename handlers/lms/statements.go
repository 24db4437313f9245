package lms

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// importAnswer is what became of a statement.
type importAnswer struct {
	ID          string         `json:"id"`
	RefID       string         `json:"ref_id" doc:"With 202 empty while the file is checked: send it again later, or list the statements."`
	Rows        int            `json:"rows"`
	Created     int            `json:"created" doc:"Records made by this request."`
	Questioned  int            `json:"questioned" doc:"Of the records made, those parked because their reference is there with another amount: somebody has to look."`
	Duplicates  int            `json:"duplicates" doc:"Lines with a reference that is there already: no record is made."`
	Ignored     int            `json:"ignored" doc:"Money going out, and lines that were imported before."`
	Confirmed   int            `json:"confirmed" doc:"Lines that confirm a receipt entered by hand."`
	Rejected    []rejectedLine `json:"rejected"`
	AutoMatched int            `json:"auto_matched" doc:"Records whose payer is certain enough to be proposed without asking. Maker and checker remain."`
	Suggested   int            `json:"suggested"`
	Unmatched   int            `json:"unmatched"`
	Again       bool           `json:"again" doc:"This very file was imported before: nothing was done."`
	Status      string         `json:"status" doc:"posted; or, with 202, checking or loading: a long file goes on, and the statement tells how far it is."`
}

// rejectedLine is a line that could not be read.
type rejectedLine struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// statementBody is what goes with the file.
type statementBody struct {
	CollectionBank bankIn `json:"collection_bank" doc:"Id, ref or code. Unset: the account whose number the file carries."`
	Format         text   `json:"format" doc:"Told from the content; named, it must be what the file is."`
}

// importStatement turns each credit of a bank statement into a record.
func (a *API) importStatement(c *call, in statementBody) (importAnswer, error) {
	file, there := c.files["file"]
	if !there {
		return importAnswer{}, faults{"file": "Send the statement as the file of a form."}
	}
	upload := servicing.StatementFile{Name: file.name, Data: file.data}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		upload.Bank, err = in.CollectionBank.key(ctx, v)
		return err
	})
	if err == nil && in.Format != "" {
		err = a.checkFormat(c, upload, string(in.Format))
	}
	if err != nil {
		return importAnswer{}, err
	}
	return a.importBehind(c, upload)
}

// importPatience is how long an import is waited for: less than programs and proxies
// wait for an answer.
const importPatience = 45 * time.Second

// importBehind imports a statement and waits for it a while; a long one goes on
// behind an answer that says where to ask for it.
func (a *API) importBehind(c *call, upload servicing.StatementFile) (importAnswer, error) {
	type outcome struct {
		result servicing.StatementResult
		err    error
	}
	var opened atomic.Pointer[store.Statement]
	upload.Opened = func(s store.Statement) { opened.Store(&s) }
	done, waits := make(chan outcome, 1), make(chan struct{})
	actor := c.actor
	a.background.run(func(ctx context.Context) {
		result, err := a.office.ImportStatement(ctx, actor, upload)
		done <- outcome{result, err}
		select {
		case <-waits: // nobody is told any more, so the log is
			if err != nil {
				a.logger.Error("import failed after its request was answered", "id", actor.RequestID, "error", err)
			}
		default:
		}
	})
	timer := time.NewTimer(a.patience)
	defer timer.Stop()
	select {
	case o := <-done:
		if o.err != nil {
			return importAnswer{}, o.err
		}
		return importedAnswer(c, o.result), nil
	case <-timer.C:
	case <-c.ctx.Done():
	}
	close(waits)
	c.status = http.StatusAccepted
	answer := importAnswer{Status: "checking", Rejected: []rejectedLine{}}
	if s := opened.Load(); s != nil {
		answer.ID, answer.RefID, answer.Rows, answer.Status = s.ID, s.Ref, s.Rows, "loading"
	}
	return answer, nil
}

// importedAnswer is what became of a statement that is in.
func importedAnswer(c *call, result servicing.StatementResult) importAnswer {
	s := result.Statement
	answer := importAnswer{ID: s.ID, RefID: s.Ref, Rows: s.Rows, Again: result.Again, Status: "posted", Rejected: []rejectedLine{}}
	if result.Again {
		c.status, answer.Ignored = http.StatusOK, s.Rows
		return answer
	}
	answer.Created, answer.Duplicates, answer.Ignored, answer.Confirmed = s.Created, s.Duplicates, s.Known+s.Outgoing, s.Confirmed
	answer.Questioned = result.Questioned
	answer.AutoMatched, answer.Suggested, answer.Unmatched = result.AutoMatched, result.Suggested, result.Unmatched
	for _, r := range result.Rejected {
		answer.Rejected = append(answer.Rejected, rejectedLine{r.Line, r.Reason})
	}
	return answer
}

// checkFormat refuses a file that is not what the caller says: of another bank,
// or of another kind.
func (a *API) checkFormat(c *call, upload servicing.StatementFile, said string) error {
	check, err := a.office.CheckStatement(c.ctx, c.actor, upload)
	if err != nil {
		return err
	}
	is := []string{strings.ToLower(check.File.Bank), strings.ToLower(check.File.Format)}
	for _, word := range strings.FieldsFunc(strings.ToLower(said), func(r rune) bool { return strings.ContainsRune(" _-./", r) }) {
		if !slices.Contains(is, word) {
			return faults{"format": "This file is " + strings.Join(is, " ") + ", not " + said + "."}
		}
	}
	return nil
}

// statementAnswer is an imported statement.
type statementAnswer struct {
	ID             string      `json:"id"`
	CreatedAt      stamp       `json:"created_at"`
	RefID          string      `json:"ref_id"`
	Index          int64       `json:"index"`
	CollectionBank string      `json:"collection_bank"`
	FileName       string      `json:"file_name"`
	FileHash       string      `json:"file_hash" doc:"SHA-256 of the bytes."`
	Format         string      `json:"format"`
	Status         string      `json:"status" doc:"loading or posted."`
	FirstDate      stamp       `json:"first_date"`
	LastDate       stamp       `json:"last_date"`
	Opening        *amount     `json:"opening_balance" doc:"Null when the file does not say."`
	Credits        amount      `json:"credits"`
	Debits         amount      `json:"debits"`
	Closing        *amount     `json:"closing_balance"`
	Breaks         rawJSON     `json:"breaks" doc:"Where the running balance does not follow."`
	Warnings       []string    `json:"warnings"`
	Rows           int         `json:"rows"`
	Done           int         `json:"done"`
	Created        int         `json:"created"`
	Duplicates     int         `json:"duplicates"`
	Ignored        int         `json:"ignored"`
	Confirmed      int         `json:"confirmed"`
	Rejected       int         `json:"rejected"`
	UploadedBy     string      `json:"uploaded_by"`
	PostedAt       stamp       `json:"posted_at"`
	Lines          *[]lineFate `json:"lines,omitempty" doc:"Only with expand=lines: the fate of each row."`
}

// lineFate is what became of one row of a file.
type lineFate struct {
	Line      int    `json:"line"`
	Fate      string `json:"fate" doc:"created, questioned, duplicate, known, confirms, outgoing, returns or rejected."`
	Reason    string `json:"reason"`
	Record    noText `json:"record"`
	RecordRef noText `json:"record_ref"`
	Date      stamp  `json:"date"`
	Amount    amount `json:"amount"`
	Direction string `json:"direction"`
	Narration string `json:"narration"`
	Raw       string `json:"raw" doc:"Of a rejected row: as it was read."`
}

// paise is an amount that the file may not say.
func paise(p *int64) *amount {
	if p == nil {
		return nil
	}
	a := amount(*p)
	return &a
}

func statementWire(s store.Statement) statementAnswer {
	warnings := []string{}
	_ = json.Unmarshal([]byte(s.Warnings), &warnings)
	return statementAnswer{ID: s.ID, CreatedAt: stampOf(s.CreatedAt), RefID: s.Ref, Index: s.Idx, CollectionBank: s.BankID, FileName: s.FileName,
		FileHash: s.FileHash, Format: s.Format, Status: s.Status, FirstDate: startOf(s.FirstDate), LastDate: startOf(s.LastDate), Opening: paise(s.Opening),
		Credits: amount(s.Credits), Debits: amount(s.Debits), Closing: paise(s.Closing), Breaks: rawJSON(s.Breaks), Warnings: refs(warnings), Rows: s.Rows,
		Done: s.Done, Created: s.Created, Duplicates: s.Duplicates, Ignored: s.Known + s.Outgoing, Confirmed: s.Confirmed, Rejected: s.Rejected,
		UploadedBy: s.Uploader, PostedAt: stampOf(s.PostedAt)}
}

// listStatements answers one page of statements.
func (a *API) listStatements(c *call) (page[statementAnswer], error) {
	var answer page[statementAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.StatementQuery{Status: c.text("status"), Created: store.Span{From: c.date("created_at_after"), To: c.date("created_at_before")},
			Search: c.text("search"), Listing: c.listing("-index")}
		var err error
		if q.Bank, err = bankID(ctx, v, c.keyParam("collection_bank")); err != nil {
			return err
		}
		answer, err = paged(c, q.Listing,
			func() ([]store.Statement, *store.RecordKey, error) { return v.QueryStatements(ctx, q) },
			func() (int64, error) { return v.CountStatements(ctx, q) },
			func(_ context.Context, s store.Statement) (statementAnswer, error) { return statementWire(s), nil })
		return err
	})
	return answer, err
}

// maxLines is how many rows of a file one answer shows; the page of the program
// shows all of a larger one.
const maxLines = 5000

// showStatement answers one statement, with the fate of its rows when wanted.
func (a *API) showStatement(c *call) (statementAnswer, error) {
	var answer statementAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		s, err := v.StatementByRef(ctx, c.id())
		if err != nil {
			return err
		}
		if s.Status == "discarded" {
			return lending.Refuse(lending.NotFound, "statement.not_found", "There is no statement "+s.Ref+".")
		}
		answer = statementWire(s)
		if !c.expand("lines") {
			return nil
		}
		rows, err := v.StatementLines(ctx, s.ID, c.text("fate"), 0, maxLines)
		lines := []lineFate{}
		for _, l := range rows {
			lines = append(lines, lineFate{l.Line, l.Fate, l.Reason, noText(l.RecordID), noText(l.RecordRef), startOf(l.ValueDate), amount(l.Amount),
				l.Direction, l.Narration, l.Raw})
		}
		answer.Lines = &lines
		return err
	})
	return answer, err
}
