package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// maxStatementBytes is what the statement reader takes; a larger file is
// answered as too large before it is looked at.
const maxStatementBytes = 20 << 20

// createStatementCheck takes a file in, reads it once, and leads to the page that
// shows what each row would become. Nothing is posted.
func (a *app) createStatementCheck(c echo.Context) error {
	files, err := sentFiles(c, "file")
	if err != nil {
		return err
	}
	f, actor := read(c), actorOf(c)
	sent, kept := upload{owner: actor.Person, files: files, bank: f.text("collection_bank")}, ""
	if len(files) == 0 {
		before, ok := a.uploads.of(actor.Person, f.text("upload"))
		if !ok {
			return a.refuseStatement(c, http.StatusUnprocessableEntity, f, "", lending.RefuseField("file", "statement.file", "Choose the file that the bank gave you."))
		}
		sent.files, kept = before.files, f.text("upload")
	}
	if len(sent.files[0].data) > maxStatementBytes {
		return a.refuseStatement(c, http.StatusRequestEntityTooLarge, f, "",
			lending.RefuseField("file", "statement.too_large", "This file is larger than 20 MB. Ask the bank for a shorter period."))
	}
	token := a.uploads.keep(sent)
	j := a.startCheck(c, token, sent)
	if !j.done() {
		a.uploads.drop(kept)
		return a.seeOther(c, "/statements/imports/"+j.token)
	}
	if err := j.failed; err != nil {
		a.jobs.told(j)
		a.uploads.drop(token)
		if _, onBank := fieldsOf(err)["collection_bank"]; onBank && kept == "" {
			kept = a.uploads.keep(sent) // only the account is missing: the file need not be sent again
		}
		return a.refuseStatement(c, statusOf(err), f, kept, err)
	}
	a.uploads.drop(kept)
	return a.seeOther(c, j.path)
}

// startCheck checks a kept file: a large one goes on behind a page that shows how
// far it is. It leads to what each row would become, or, where nobody knows the
// columns, to the page that asks for them.
func (a *app) startCheck(c echo.Context, token string, u upload) *job {
	actor := actorOf(c)
	if j, twice := a.jobs.working(actor.Person, token); twice {
		return j
	}
	return a.jobs.start(c.Request().Context(), &job{kind: jobCheck, owner: actor.Person, title: u.files[0].name, key: token},
		func(ctx context.Context, tell servicing.Progress) (string, error) {
			file := u.file()
			file.Tell = tell
			check, err := a.office.CheckStatement(ctx, actor, file)
			if codeOf(err) == "statement.unreadable" {
				if _, guessed := a.office.GuessMapping(actor, u.file()); guessed == nil {
					return "/statements/mapping/" + token, nil
				}
			}
			if err != nil {
				a.logFailure(actor, "a statement check", err)
				return "", err
			}
			a.uploads.remember(token, check)
			return "/statements/check/" + token, nil
		})
}

// file is an upload as the office reads it.
func (u upload) file() servicing.StatementFile {
	return servicing.StatementFile{Name: u.files[0].name, Data: u.files[0].data, Bank: u.bank}
}

// fieldsOf are the fields that a refusal is about.
func fieldsOf(err error) map[string]string {
	if refused, ok := errors.AsType[*lending.Error](err); ok {
		return refused.Fields
	}
	return nil
}

// refuseStatement shows the form again, with a file that is kept already.
func (a *app) refuseStatement(c echo.Context, status int, f *fields, kept string, err error) error {
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	if len(form.Errors) == 0 {
		form.Errors = map[string]string{"file": form.Refused}
		form.Refused = "This file cannot be imported."
	}
	page := views.NewStatementPage{Form: form, Upload: kept}
	if u, ok := a.uploads.of(actorOf(c).Person, kept); ok {
		page.Kept = u.files[0].name
	}
	return a.showNewStatement(c, status, page)
}

func (a *app) showStatementCheck(c echo.Context) error {
	u, ok := a.uploads.of(actorOf(c).Person, c.Param("upload"))
	if !ok {
		return a.lostUpload(c)
	}
	check, fresh := a.uploads.remembered(u)
	if !fresh {
		j := a.startCheck(c, c.Param("upload"), u)
		if !j.done() {
			return a.seeOther(c, "/statements/imports/"+j.token)
		}
		if j.failed != nil {
			a.jobs.told(j)
			return j.failed
		}
		if u, ok = a.uploads.of(actorOf(c).Person, c.Param("upload")); !ok {
			return a.lostUpload(c)
		}
		if check, fresh = a.uploads.remembered(u); !fresh {
			return a.seeOther(c, j.path)
		}
	}
	status, changed := http.StatusOK, c.QueryParam("changed") != ""
	if changed {
		status = http.StatusConflict
	}
	return a.showCheck(c, status, check, views.StatementCheckPage{File: u.files[0].name, Upload: c.Param("upload"), Changed: changed})
}

// lostUpload asks for a file again that is not kept any more.
func (a *app) lostUpload(c echo.Context) error {
	return a.refuseStatement(c, http.StatusUnprocessableEntity, read(c), "",
		lending.RefuseField("file", "statement.lost", "The file is kept for 30 minutes and is gone now. Choose it again; nothing was posted."))
}

// showCheck shows what each row of a file would become.
func (a *app) showCheck(c echo.Context, status int, check servicing.StatementCheck, page views.StatementCheckPage) error {
	fate, after := c.QueryParam("fate"), int(keyParam(c, "after"))
	path := "/statements/check/" + page.Upload
	page.Promise, page.Rows = promiseOf(check), len(check.Lines)
	page.Tabs, page.Total = fateTabs(path, fate, check.Fates)
	page.Confirmed = check.Fates["confirms"]
	page.New, page.Rejected, page.Questioned = check.Fates["created"], check.Fates["rejected"], check.Fates["questioned"]
	page.Facts, page.Balance, page.Warnings = checkFacts(check), checkBalance(check), append(slices.Clone(check.File.Warnings), check.Follows...)
	if check.Again != "" {
		page.Again = views.Link{Path: "/statements/" + check.Again, Label: check.Again}
	}
	lines := plannedPage(check.Lines, fate, after)
	page.From = 1 + lines.before
	if after > 0 {
		page.First = path + "?fate=" + fate
	}
	if lines.more {
		page.Next = path + "?fate=" + fate + "&after=" + strconv.Itoa(lines.rows[len(lines.rows)-1].Credit.Line)
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Check " + page.File, here: "/statements"}); err != nil {
			return err
		}
		page.Lines, err = plannedRows(ctx, v, lines.rows, check.Lines)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.StatementCheck(page), nil)
}

// promiseOf is a fingerprint of what was shown of every row, so that what is
// posted is what was looked at.
func promiseOf(check servicing.StatementCheck) string {
	sum := sha256.New()
	for _, p := range check.Lines {
		fmt.Fprintf(sum, "%d %s %s\n", p.Credit.Line, p.Fate, p.Reason)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

func checkFacts(check servicing.StatementCheck) []views.StatementFact {
	s := check.File
	return []views.StatementFact{
		{Name: "Account", Value: bankName(check.Bank) + ", " + views.Mask(check.Bank.AccountNo)},
		{Name: "Layout", Value: layoutWords(s.Bank + " " + s.Format)},
		{Name: "Period", Value: period(s.From, s.To)},
		{Name: "Credits", Value: views.Count(s.Credits.Count)},
		{Name: "Debits", Value: views.Count(s.Debits.Count)},
		{Name: "Running balances compared", Value: views.Count(s.Chain.Checked)},
	}
}

func checkBalance(check servicing.StatementCheck) views.Balance {
	s := check.File
	gap, known := check.Gap()
	return views.Balance{Gap: gap, Known: known, OpeningKnown: s.Opening.Known, ClosingKnown: s.Closing.Known, Opening: s.Opening.Amount, Closing: s.Closing.Amount,
		Credits: s.Credits.Sum, Debits: s.Debits.Sum, Breaks: balanceBreaks(s.Chain.Breaks)}
}

// planned is one page of the rows of a checked file.
type planned struct {
	rows   []servicing.PlannedLine
	before int // rows on the pages before
	more   bool
}

// plannedPage picks the rows with a fate after a line.
func plannedPage(lines []servicing.PlannedLine, fate string, after int) planned {
	lines = slices.Clone(lines)
	slices.SortStableFunc(lines, func(x, y servicing.PlannedLine) int { return x.Credit.Line - y.Credit.Line })
	var p planned
	for _, l := range lines {
		switch {
		case fate != "" && l.Fate != fate:
		case l.Credit.Line <= after:
			p.before++
		case len(p.rows) == linesPage:
			p.more = true
			return p
		default:
			p.rows = append(p.rows, l)
		}
	}
	return p
}

// plannedRows shows rows of a checked file; all are its rows, because a row may
// repeat one that stands above it.
func plannedRows(ctx context.Context, v *store.View, rows, all []servicing.PlannedLine) ([]views.FateRow, error) {
	lineOf := make(map[string]int, len(all))
	for _, l := range all {
		if l.Credit.ID != "" {
			lineOf[l.Credit.ID] = l.Credit.Line
		}
	}
	out := make([]views.FateRow, len(rows))
	for i, l := range rows {
		row := views.FateRow{Line: l.Credit.Line, Day: l.Credit.ValueDate, Narration: l.Credit.Narration, Fate: l.Fate, Reason: reasonOf(l.Fate, l.Reason), Raw: l.Raw}
		if l.Credit.Direction == "debit" {
			row.Debit = l.Credit.Amount
		} else {
			row.Credit = l.Credit.Amount
		}
		if l.Record != "" {
			row.Link = views.Link{Path: "/records/" + l.Record, Label: l.Record}
		} else if line, here := lineOf[l.First]; here {
			row.Link = views.Link{Path: "#line-" + strconv.Itoa(line), Label: "line " + strconv.Itoa(line)}
		} else if l.First != "" {
			ref, err := v.RecordRefOfCredit(ctx, l.First)
			if err != nil {
				return nil, err
			}
			if ref != "" {
				row.Link = views.Link{Path: "/records/" + ref, Label: ref}
			}
		}
		out[i] = row
	}
	return out, nil
}

// createStatement posts a checked file, when each row would still become what
// was shown. A large file goes on behind a page that shows how far it is.
func (a *app) createStatement(c echo.Context) error {
	f, actor := read(c), actorOf(c)
	token, promise := f.text("upload"), f.text("promise")
	u, ok := a.uploads.of(actor.Person, token)
	if !ok {
		return a.lostUpload(c)
	}
	key := hashOf(u.files[0].data)
	if j, twice := a.jobs.working(actor.Person, key); twice {
		return a.seeOther(c, "/statements/imports/"+j.token) // the button was pressed twice
	}
	j := a.jobs.start(c.Request().Context(), &job{kind: jobImport, owner: actor.Person, title: u.files[0].name, key: key},
		func(ctx context.Context, tell servicing.Progress) (string, error) {
			file, changed := u.file(), false
			file.Tell = tell
			file.Agreed = func(check servicing.StatementCheck) error {
				if changed = promise != promiseOf(check); changed {
					a.uploads.remember(token, check)
					return lending.Refuse(lending.Conflict, "statement.changed", "The books changed since you looked.")
				}
				return nil
			}
			path, err := a.importStatement(ctx, actor, file)
			if changed {
				return changedCheck(token), nil
			}
			return path, err
		})
	if !j.done() {
		return a.seeOther(c, "/statements/imports/"+j.token)
	}
	if j.failed != nil {
		a.jobs.told(j)
		return a.refuseStatement(c, statusOf(j.failed), f, "", j.failed)
	}
	if check, fresh := a.checkOf(actor, token); fresh && j.path == changedCheck(token) {
		return a.showCheck(c, http.StatusConflict, check, views.StatementCheckPage{File: j.title, Upload: token, Changed: true})
	}
	return a.seeOther(c, j.path)
}

// changedCheck is where an import leads that would not do what was looked at.
func changedCheck(token string) string {
	return "/statements/check/" + token + "?changed=1"
}

// checkOf is what the check of a kept file found, while it is fresh.
func (a *app) checkOf(actor servicing.Actor, token string) (servicing.StatementCheck, bool) {
	u, ok := a.uploads.of(actor.Person, token)
	if !ok {
		return servicing.StatementCheck{}, false
	}
	return a.uploads.remembered(u)
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// importStatement is the job: it returns where the result stands. The file stays
// kept for its time, so that a second press finds what became of it.
func (a *app) importStatement(ctx context.Context, actor servicing.Actor, file servicing.StatementFile) (string, error) {
	result, err := a.office.ImportStatement(ctx, actor, file)
	if err != nil {
		a.logFailure(actor, "an import", err)
		return "", err
	}
	path := "/statements/" + result.Statement.Ref
	if result.Again {
		path += "?again=1"
	}
	return path, nil
}

// showStatementImport shows how far an import is, and its result at the end.
func (a *app) showStatementImport(c echo.Context) error {
	page := views.StatementImportPage{Path: "/statements/imports/" + c.Param("job"), File: "a file"}
	j, ok := a.jobs.of(actorOf(c).Person, c.Param("job"))
	if ok && j.done() && j.failed == nil {
		return a.leave(c, j.path)
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if ok {
			if err = importProgress(ctx, v, j, &page); err != nil {
				return err
			}
		}
		page.Doing = "Posting"
		if ok {
			page.Doing = j.doing()
		}
		page.Shell, err = a.shell(ctx, c, v, frame{title: page.Doing + " " + page.File, here: "/statements"})
		return err
	})
	if err != nil {
		return err
	}
	if page.Lost = !ok; ok && j.done() {
		page.Failed = j.why()
		a.jobs.told(j)
	}
	return a.show(c, http.StatusOK, views.StatementImport(page), views.StatementProgress(page))
}

// leave sends the browser, or what htmx asked for, on to another page.
func (a *app) leave(c echo.Context, path string) error {
	if wantsPiece(c) {
		c.Response().Header().Set("HX-Redirect", path)
		return c.NoContent(http.StatusOK)
	}
	return a.seeOther(c, path)
}

// importProgress reads how far an import is: by what it says of its check, then
// from what it has posted so far.
func importProgress(ctx context.Context, v *store.View, j *job, page *views.StatementImportPage) error {
	page.File, page.Step = j.title, "Reading "+j.title
	if at := j.stage.Load(); at != nil && at.name == "checking" {
		page.Step, page.Done, page.Rows = "Checking "+j.title, at.done, at.total
		return nil
	}
	loading, err := v.LoadingStatements(ctx)
	if err != nil {
		return err
	}
	for _, s := range loading {
		if s.FileHash == j.key {
			page.Step, page.Done, page.Rows = "Posting "+s.FileName, s.Done, s.Rows
			return nil
		}
	}
	posted, err := v.PostedFile(ctx, j.key)
	if errors.Is(err, store.ErrMissing) {
		return nil
	}
	page.Step, page.Done, page.Rows = "Looking for who paid: "+strings.TrimSpace(posted.FileName), posted.Rows, posted.Rows
	return err
}
