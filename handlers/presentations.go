package handlers

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// presentationRows is how many lists, days and months a page shows.
	presentationRows = 60
	// maxNACHAnswer is larger than any sponsor bank's answer.
	maxNACHAnswer = 40 << 20
	// reasonDays is how far back the reasons of returns are counted.
	reasonDays = 365
)

// nachTones say how a state of a mandate, a list or an item looks.
var nachTones = map[string]views.Tone{"draft": views.ToneWarn, "pending": views.ToneWarn, "sent": views.ToneInfo, "submitted": views.ToneInfo, "extended": views.ToneWarn,
	"active": views.ToneGood, "confirmed": views.ToneGood, "rejected": views.ToneBad, "returned": views.ToneBad}

func nachState(status string) views.NachState {
	return views.NachState{Word: views.Words(status), Tone: nachTones[status]}
}

func (a *app) listPresentations(c echo.Context) error {
	return a.showPresentations(c, http.StatusOK, views.Form{})
}

// showPresentations shows the lists, what a new one would hold, and what the sponsor
// banks owe.
func (a *app) showPresentations(c echo.Context, status int, form views.Form) error {
	page := views.PresentationsPage{Form: form, WhyNot: offer(c, servicing.MayPrepare, views.Act{}).WhyNot}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "NACH", here: "/presentations"}); err != nil {
			return err
		}
		if page.Inputs, err = presentationInputs(ctx, v); err != nil {
			return err
		}
		lists, err := v.Presentations(ctx, presentationRows)
		if err != nil {
			return err
		}
		for _, p := range lists {
			page.Rows = append(page.Rows, views.PresentationRow{Ref: p.Ref, Path: "/presentations/" + p.Ref, Date: p.Date, Count: p.Count, Total: p.Total, State: nachState(p.Status), Maker: p.Maker})
		}
		page.Days, err = sponsorDays(ctx, v)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Presentations(page), nil)
}

func presentationInputs(ctx context.Context, v *store.View) ([]views.Input, error) {
	banks, err := collectionBanks(ctx, v)
	var to []views.Option
	for _, b := range banks {
		to = append(to, views.Option{Value: b.Ref, Label: bankName(b)})
	}
	return []views.Input{{Name: "date", Label: "Collected on", Type: "date", Required: true},
		{Name: "bank", Label: "Credited to", Options: to, Required: true},
		{Name: "utility_code", Label: "Utility code", Required: true, Max: 18, Class: "ident", Hint: "Our number at NPCI."}}, err
}

// sponsorDays are what sponsor banks owe by day, each with the credit that may be it.
func sponsorDays(ctx context.Context, v *store.View) ([]views.SponsorDay, error) {
	days, err := v.SponsorDays(ctx, presentationRows)
	rows := make([]views.SponsorDay, len(days))
	for i, d := range days {
		rows[i] = views.SponsorDay{Day: d.Day, Bank: d.BankCode, Presented: d.Presented, Returned: d.Returned, Expected: d.Expected, Credited: d.Credited, Open: d.Open}
		credits, err := servicing.NetCreditCandidates(ctx, v, d)
		if err != nil {
			return nil, err
		}
		for _, r := range credits {
			rows[i].Credits = append(rows[i].Credits, views.NetCredit{Ref: r.Ref, Path: "/records/" + r.Ref, Version: r.Version, Amount: r.Amount})
		}
	}
	return rows, err
}

// presentationOf reads what a new list is asked to hold.
func presentationOf(f *fields) servicing.PresentationInput {
	return servicing.PresentationInput{Date: f.date("date"), Bank: f.text("bank"), UtilityCode: f.text("utility_code"), Arrears: f.flag("arrears"), Funds: f.list("funds")}
}

// newPresentation shows what a list would hold before it is drawn up.
func (a *app) newPresentation(c echo.Context) error {
	f := read(c)
	in := presentationOf(f)
	page := views.PresentationPage{Draft: true, Date: in.Date, Bank: in.Bank, UtilityCode: in.UtilityCode, Arrears: in.Arrears, Release: views.PayoutAct{WhyNot: offer(c, servicing.MayPrepare, views.Act{}).WhyNot}}
	err := f.err()
	if err == nil {
		err = a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
			if page.Shell, err = a.shell(ctx, c, v, frame{title: "New presentation", here: "/presentations"}); err != nil {
				return err
			}
			plan, err := servicing.PlanPresentation(ctx, v, in)
			page.Count, page.Total = plan.Count, plan.Total
			for _, item := range plan.Items {
				page.Items = append(page.Items, views.PresentationItem{Account: views.Link{Path: "/accounts/" + item.Due.AccountRef, Label: item.Due.AccountRef}, Borrower: item.Due.BorrowerName,
					DueDate: item.Due.DueDate, Attempt: item.Attempt, Amount: item.Amount, WhyNot: item.WhyNot, AskFunds: item.Code == "presentation.funds"})
			}
			return err
		})
	}
	if err != nil {
		return a.presentationRefused(c, err, f)
	}
	return a.show(c, http.StatusOK, views.Presentation(page), nil)
}

func (a *app) createPresentation(c echo.Context) error {
	f := read(c)
	in := presentationOf(f)
	err := f.err()
	if err == nil {
		var p store.Presentation
		if p, _, err = a.office.DrawPresentation(c.Request().Context(), actorOf(c), in); err == nil {
			a.flash(c, views.Flash{Text: fmt.Sprintf("Drew up %s: %d dues, %s. Somebody of finance releases it.", p.Ref, p.Count, views.Rupees(p.Total))})
			return a.seeOther(c, "/presentations/"+p.Ref)
		}
	}
	return a.presentationRefused(c, err, f)
}

func (a *app) presentationRefused(c echo.Context, err error, f *fields) error {
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showPresentations(c, statusOf(err), form)
}

func (a *app) showPresentation(c echo.Context) error {
	return a.openPresentation(c, http.StatusOK, views.Form{})
}

// openPresentation shows a list with what became of its items.
func (a *app) openPresentation(c echo.Context, status int, form views.Form) error {
	page := views.PresentationPage{Form: form}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		p, err := v.PresentationByAny(ctx, c.Param("ref"))
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Presentation " + p.Ref, here: "/presentations"}); err != nil {
			return err
		}
		page.Ref, page.Date, page.Count, page.Total, page.State, page.Version, page.File, page.UtilityCode = p.Ref, p.Date, p.Count, p.Total, nachState(p.Status), p.Version, p.FileName, p.UtilityCode
		page.Release = views.PayoutAct{Offered: p.Status == "draft", WhyNot: offer(c, servicing.MayReleasePayout, views.Act{}).WhyNot}
		page.Cancel = views.PayoutAct{Offered: p.Status == "draft", WhyNot: offer(c, servicing.MayPrepare, views.Act{}).WhyNot}
		page.Answer = views.PayoutAct{Offered: p.Status == "sent", WhyNot: offer(c, servicing.MayImport, views.Act{}).WhyNot}
		if page.MayFile = actorOf(c).Can(servicing.MayReleasePayout); p.MakerID == actorOf(c).Person {
			page.Release.WhyNot = "You drew this list up, so somebody else of finance has to release it."
		}
		items, err := v.ItemsOfPresentation(ctx, p.ID)
		for _, i := range items {
			row := views.PresentationItem{Ref: i.Ref, Account: views.Link{Path: "/accounts/" + i.AccountRef, Label: i.AccountRef}, Borrower: i.BorrowerName, DueDate: i.DueDate, Attempt: i.Attempt,
				Amount: i.Amount, State: nachState(i.Status), Reason: strings.TrimSpace(i.Code + " " + i.Reason)}
			if i.RecordRef != "" {
				row.Credit = views.Link{Path: "/records/" + i.RecordRef, Label: i.RecordRef}
			}
			page.Items = append(page.Items, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Presentation(page), nil)
}

// presentationDone goes back to a list after an act, or shows why it was refused.
func (a *app) presentationDone(c echo.Context, f *fields, done string, err error) error {
	if err == nil {
		a.flash(c, views.Flash{Text: done})
		return a.seeOther(c, "/presentations/"+store.CleanRef(c.Param("ref")))
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.openPresentation(c, statusOf(err), form)
}

func (a *app) createPresentationRelease(c echo.Context) error {
	f := read(c)
	p, err := a.office.ReleasePresentation(c.Request().Context(), actorOf(c), c.Param("ref"), f.version())
	return a.presentationDone(c, f, "Released. Take the file "+p.FileName+" to the sponsor bank.", err)
}

func (a *app) createPresentationCancellation(c echo.Context) error {
	f := read(c)
	_, err := a.office.CancelPresentation(c.Request().Context(), actorOf(c), c.Param("ref"), f.version())
	return a.presentationDone(c, f, "Cancelled. Nothing of it goes to the bank.", err)
}

// showPresentationFile hands the file out as it was made.
func (a *app) showPresentationFile(c echo.Context) error {
	var p store.Presentation
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		p, err = v.PresentationByAny(ctx, c.Param("ref"))
		return err
	})
	if err == nil && p.Status != "sent" {
		err = lending.Refuse(lending.Conflict, "presentation.state", "Presentation "+p.Ref+" is "+p.Status+": it has no file.")
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+p.FileName+`"`)
	return c.Blob(http.StatusOK, "text/plain; charset=utf-8", p.Data)
}

func (a *app) createPresentationAnswer(c echo.Context) error {
	f := read(c)
	header, err := c.FormFile("file")
	if err != nil {
		return a.presentationDone(c, f, "", lending.RefuseField("file", "presentation.file", "Choose the sponsor bank's answer."))
	}
	file, err := header.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxNACHAnswer+1))
	if err != nil {
		return err
	}
	if len(data) > maxNACHAnswer {
		return a.presentationDone(c, f, "", lending.RefuseField("file", "presentation.file", "This file is too large for a bank's answer."))
	}
	r, err := a.office.TakePresentationAnswer(c.Request().Context(), actorOf(c), c.Param("ref"), header.Filename, data)
	return a.presentationDone(c, f, fmt.Sprintf("%d confirmed, %d returned, %d extended, %d without a final answer. Bounce charges of %s were demanded.", r.Confirmed, r.Returned, r.Extended, r.Open, views.Rupees(r.Charged)), err)
}

// createNetCredit splits a sponsor bank's net credit into its receipts.
func (a *app) createNetCredit(c echo.Context) error {
	f := read(c)
	in := servicing.NetCreditInput{Record: f.text("record"), Version: f.version(), Day: f.date("day")}
	err := f.err()
	if err == nil {
		var r store.Record
		if r, err = a.office.SplitNetCredit(c.Request().Context(), actorOf(c), in); err == nil {
			a.flash(c, views.Flash{Text: "Split " + r.Ref + " into its receipts and sent them for approval.", Path: "/records/" + r.Ref, Link: "Look at it"})
			return a.seeOther(c, "/presentations")
		}
	}
	return a.presentationRefused(c, err, f)
}

// showReturns shows how often banks returned what was presented, and why.
func (a *app) showReturns(c echo.Context) error {
	var page views.ReturnsPage
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Returns", here: "/presentations"}); err != nil {
			return err
		}
		months, err := v.ReturnMonths(ctx, presentationRows)
		if err != nil {
			return err
		}
		for _, m := range months {
			row := views.ReturnMonth{Month: m.Month, UtilityCode: m.UtilityCode, Presented: m.Presented, Confirmed: m.Confirmed, Returned: m.Returned, Technical: m.Technical, Open: m.Open, Amount: m.BackAmount}
			if answered := m.Confirmed + m.Returned - m.Technical; answered > 0 {
				row.Share = fmt.Sprintf("%d.%d %%", (m.Returned-m.Technical)*100/answered, (m.Returned-m.Technical)*1000/answered%10)
				row.High = (m.Returned-m.Technical)*2 > answered
			}
			page.Months = append(page.Months, row)
		}
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		reasons, err := v.ReturnReasons(ctx, company.BusinessDate.AddDays(-reasonDays), presentationRows)
		for _, r := range reasons {
			page.Reasons = append(page.Reasons, views.ReturnReason{Code: r.Code, Text: r.Reason, Count: r.Count, Amount: r.Amount})
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Returns(page), nil)
}
