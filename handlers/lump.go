package handlers

import (
	"context"
	"errors"
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

// newLump asks for the breakdown of a credit that pays for many.
func (a *app) newLump(c echo.Context) error {
	return a.showLump(c, http.StatusOK, views.LumpPage{})
}

func (a *app) showLump(c echo.Context, status int, page views.LumpPage) error {
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		r, err := v.RecordByRef(ctx, c.Param("ref"))
		if err != nil {
			return err
		}
		page.Ref, page.Version, page.Amount, page.Date, page.Narration = r.Ref, r.Version, r.Amount, r.Date, r.Narration
		page.WhyNot = servicing.Offers(actorOf(c), r, servicing.ActMatch)[0].WhyNot
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Split " + r.Ref + " by a file", here: "/matching"})
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Lump(page), nil)
}

// createLump splits the credit by the file and sends it for approval, or names
// every row that is wrong.
func (a *app) createLump(c echo.Context) error {
	files, err := sentFiles(c, "file")
	if err != nil {
		return err
	}
	f := read(c)
	var r store.Record
	in := servicing.LumpInput{Version: f.version(), Remark: f.text("remark")}
	if len(files) == 0 {
		err = lending.RefuseField("file", "lump.file", "Choose the breakdown that the gateway gave you.")
	} else if in.Lines, err = servicing.ReadLump(files[0].data); err == nil {
		r, err = a.office.SplitByFile(c.Request().Context(), actorOf(c), c.Param("ref"), in)
	}
	if err == nil {
		a.flash(c, views.Flash{Text: "Split " + views.Rupees(r.Amount) + " by a file of " + views.Counted(len(in.Lines), "row", "rows") + " and sent it for approval",
			Path: "/records/" + r.Ref, Link: r.Ref, Undo: deskUndo(r, "withdrawal", deskPlace{tab: store.DeskWaiting})})
		return a.seeOther(c, "/records/"+r.Ref)
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showLump(c, statusOf(err), views.LumpPage{Form: form, Wrong: wrongRows(err)})
}

// wrongRows are the rows of a breakdown that a refusal names, in their order.
func wrongRows(err error) []string {
	refused, ok := errors.AsType[*lending.Error](err)
	if !ok {
		return nil
	}
	var numbers []int
	for field := range refused.Fields {
		if no, isRow := strings.CutPrefix(field, "row."); isRow {
			if n, err := strconv.Atoi(no); err == nil {
				numbers = append(numbers, n)
			}
		}
	}
	slices.Sort(numbers)
	rows := make([]string, len(numbers))
	for i, n := range numbers {
		rows[i] = refused.Fields["row."+strconv.Itoa(n)]
	}
	return rows
}
