package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
	"lekha/views"
)

// mappedShown is how many rows are shown as a mapping reads them.
const mappedShown = 8

// codeOf is the code of a refusal, "" for anything else.
func codeOf(err error) string {
	if refused, ok := errors.AsType[*lending.Error](err); ok {
		return refused.Code
	}
	return ""
}

// newMapping shows how a file of an unknown bank would be read, for a person to
// correct.
func (a *app) newMapping(c echo.Context) error {
	u, ok := a.uploads.of(actorOf(c).Person, c.Param("upload"))
	if !ok {
		return a.lostUpload(c)
	}
	guess, err := a.office.GuessMapping(actorOf(c), u.file())
	if err != nil {
		return a.refuseStatement(c, statusOf(err), read(c), "", err)
	}
	return a.showMapping(c, http.StatusOK, mappingLook{upload: u, guess: guess, mapping: guess.Mapping, read: guess.Statement, form: views.Form{Values: mappingValues(guess.Mapping, u.bank)}})
}

// createMapping reads the file as the person says and shows it again, or keeps
// that for the account and goes on to the check.
func (a *app) createMapping(c echo.Context) error {
	f, actor, token := read(c), actorOf(c), c.Param("upload")
	u, ok := a.uploads.of(actor.Person, token)
	if !ok {
		return a.lostUpload(c)
	}
	guess, err := a.office.GuessMapping(actor, u.file())
	if err != nil {
		return a.refuseStatement(c, statusOf(err), f, "", err)
	}
	look := mappingLook{upload: u, guess: guess, mapping: f.mapping(guess.Mapping)}
	bank := f.text("collection_bank")
	if err = f.err(); err == nil {
		look.read, err = look.mapping.Read(u.files[0].name, u.files[0].data)
	}
	if err == nil && !f.flag("look") {
		err = a.office.SaveMapping(c.Request().Context(), actor, bank, look.mapping)
	}
	if err != nil {
		if look.form, ok = refusedForm(err, f.values); !ok {
			return err
		}
		return a.showMapping(c, statusOf(err), look)
	}
	if f.flag("look") {
		look.form = views.Form{Values: f.values}
		return a.showMapping(c, http.StatusOK, look)
	}
	u.bank = bank
	a.uploads.drop(token)
	a.flash(c, views.Flash{Text: "Saved how this account’s statements are read"})
	return a.seeOther(c, "/statements/check/"+a.uploads.keep(upload{owner: u.owner, files: u.files, bank: bank}))
}

// mappingLook is a file with a way to read it.
type mappingLook struct {
	upload  upload
	guess   bankfile.Proposal
	mapping bankfile.Mapping
	read    *bankfile.Statement // nil: it cannot be read like this
	form    views.Form
}

// mapping lays what the person chose over the guess: where the table stands and
// how it is cut is found, what its columns mean is asked.
func (f *fields) mapping(guess bankfile.Mapping) bankfile.Mapping {
	m := guess
	m.Date, m.ValueDate, m.Reference = f.column("date"), f.column("value_date"), f.column("reference")
	m.Debit, m.Credit, m.Amount, m.Side = f.column("debit"), f.column("credit"), f.column("amount"), f.column("side")
	m.Balance, m.DateForm, m.Amounts, m.Minus = f.column("balance"), f.text("date_form"), f.text("amounts"), f.text("minus")
	if m.Balance == 0 {
		m.BalanceSide = 0
	}
	m.Narration = nil
	for _, name := range []string{"narration", "narration2"} {
		if n := f.column(name); n > 0 {
			m.Narration = append(m.Narration, n)
		}
	}
	if m.Amounts == bankfile.TwoColumns {
		m.Amount, m.Side = 0, 0
	} else {
		m.Debit, m.Credit = 0, 0
	}
	if m.Amounts == bankfile.Signed {
		m.Side = 0
	}
	return m
}

// column reads the number of a column; nothing is none.
func (f *fields) column(name string) int {
	value := f.text(name)
	n, err := strconv.Atoi(value)
	if value != "" && (err != nil || n < 0) {
		f.errors[name] = "Choose a column."
	}
	return n
}

// mappingValues is a mapping as its form shows it.
func mappingValues(m bankfile.Mapping, bank string) map[string]string {
	values := map[string]string{"collection_bank": bank, "date_form": m.DateForm, "amounts": m.Amounts, "minus": m.Minus}
	for name, n := range map[string]int{"date": m.Date, "value_date": m.ValueDate, "reference": m.Reference, "debit": m.Debit, "credit": m.Credit,
		"amount": m.Amount, "side": m.Side, "balance": m.Balance} {
		values[name] = columnValue(n)
	}
	for i, name := range []string{"narration", "narration2"} {
		if i < len(m.Narration) {
			values[name] = columnValue(m.Narration[i])
		}
	}
	return values
}

func columnValue(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (a *app) showMapping(c echo.Context, status int, look mappingLook) error {
	page := views.MappingPage{Form: look.form, Upload: c.Param("upload"), File: look.upload.files[0].name, Rows: look.guess.Rows, Doubts: look.guess.Doubts,
		HasHeadings: len(look.guess.Mapping.Headings) > 0}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Columns of " + page.File, here: "/statements"}); err != nil {
			return err
		}
		banks, err := collectionBanks(ctx, v)
		page.Banks = []views.Option{{Value: "", Label: "Choose"}}
		for _, b := range banks {
			page.Banks = append(page.Banks, views.Option{Value: b.Ref, Label: bankName(b) + ", " + views.Mask(b.AccountNo)})
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Columns = mappingColumns(look.guess)
	for _, form := range bankfile.DateForms() {
		page.DateForms = append(page.DateForms, views.Option{Value: form, Label: form})
	}
	if look.read != nil {
		readByMapping(&page, look.read)
	}
	return a.show(c, status, views.Mapping(page), nil)
}

// mappingColumns are the columns of a file, by their headings.
func mappingColumns(guess bankfile.Proposal) []views.Option {
	columns, wide := []views.Option{{Value: "", Label: "None"}}, guess.Mapping.Width
	for _, row := range guess.Rows {
		wide = max(wide, len(row))
	}
	wide = max(wide, len(guess.Mapping.Headings))
	for i := range wide {
		label := strconv.Itoa(i + 1)
		if i < len(guess.Mapping.Headings) && guess.Mapping.Headings[i] != "" {
			label += ", " + guess.Mapping.Headings[i]
		}
		columns = append(columns, views.Option{Value: strconv.Itoa(i + 1), Label: label})
	}
	return columns
}

// readByMapping shows the first rows as they are read.
func readByMapping(page *views.MappingPage, s *bankfile.Statement) {
	page.Read, page.Unread = len(s.Lines), len(s.Rejected)
	page.Proven = s.Chain.Whole() && s.Chain.Checked > 1
	page.Breaks = len(s.Chain.Breaks)
	lines := slices.Clone(s.Lines[:min(mappedShown, len(s.Lines))])
	for _, l := range lines {
		page.Lines = append(page.Lines, views.MappedLine{No: l.No, Day: l.ValueDate, Narration: l.Narration, Reference: l.RawReference,
			Debit: l.Debit, Credit: l.Credit, Balance: l.Balance, HasBalance: l.HasBalance})
	}
}
