package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

func (a *app) newPortfolio(c echo.Context) error {
	return a.showNewPortfolio(c, http.StatusOK, views.Form{})
}

func (a *app) showNewPortfolio(c echo.Context, status int, form views.Form) error {
	page := views.PortfolioPage{Form: form, Files: portfolioFiles(), Terms: servicing.PortfolioTerms()}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Take over loans", here: "/portfolio"})
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Portfolio(page), nil)
}

// portfolioFiles describes the files from the list that reads them.
func portfolioFiles() []views.PortfolioFile {
	var files []views.PortfolioFile
	for _, layout := range servicing.PortfolioLayout() {
		file := views.PortfolioFile{Name: layout.File, Optional: layout.Optional, About: views.PortfolioAbout(layout.File), Rows: layout.Rows, Terms: layout.Terms}
		for _, column := range layout.Needed {
			file.Columns = append(file.Columns, views.PortfolioColumn{Name: column, Needed: true, Holds: views.PortfolioHolds(column)})
		}
		for _, column := range layout.Taken {
			file.Columns = append(file.Columns, views.PortfolioColumn{Name: column, Holds: views.PortfolioHolds(column)})
		}
		files = append(files, file)
	}
	return files
}

// createPortfolioCheck takes the files in and checks them. A large portfolio is
// checked behind a page that shows how far it is.
func (a *app) createPortfolioCheck(c echo.Context) error {
	files, err := sentFiles(c, "files")
	if err != nil {
		return err
	}
	if err := portfolioNames(files); err != nil {
		form, _ := refusedForm(err, nil)
		return a.showNewPortfolio(c, statusOf(err), form)
	}
	actor := actorOf(c)
	token := a.uploads.keep(upload{owner: actor.Person, files: files})
	j := a.jobs.start(c.Request().Context(), &job{kind: jobPortfolio, owner: actor.Person, title: "Checking the loans"},
		func(ctx context.Context, tell servicing.Progress) (string, error) {
			check, err := a.office.CheckPortfolio(ctx, actor, portfolioOf(files), tell)
			a.logFailure(actor, "a portfolio check", err)
			a.uploads.note(token, &check)
			return "/portfolio/check/" + token, err
		})
	return a.portfolioJob(c, j)
}

// portfolioNames refuses what is no file of a portfolio, by its name.
func portfolioNames(files []file) error {
	known, names := map[string]bool{}, []string{}
	for _, layout := range servicing.PortfolioLayout() {
		known[layout.File] = true
		names = append(names, layout.File)
	}
	seen := map[string]bool{}
	for _, f := range files {
		name := portfolioName(f)
		switch {
		case !known[name]:
			return lending.RefuseField("files", "portfolio.name", fmt.Sprintf("%s is no file of a portfolio. They are called %s.", f.name, strings.Join(names, ", ")))
		case seen[name]:
			return lending.RefuseField("files", "portfolio.twice", name+" is there twice.")
		}
		seen[name] = true
	}
	if len(files) == 0 {
		return lending.RefuseField("files", "portfolio.none", "Choose the files.")
	}
	return nil
}

// portfolioName is the name of a file without the folder and in small letters.
func portfolioName(f file) string {
	return strings.ToLower(path.Base(strings.ReplaceAll(f.name, `\`, "/")))
}

func portfolioOf(files []file) servicing.PortfolioFiles {
	out := servicing.PortfolioFiles{}
	for _, f := range files {
		out[portfolioName(f)] = f.data
	}
	return out
}

// portfolioJob leads to the end of a job, or to the page that shows how far it is.
func (a *app) portfolioJob(c echo.Context, j *job) error {
	if !j.done() {
		return a.seeOther(c, "/portfolio/imports/"+j.token)
	}
	if j.failed != nil {
		form, ok := refusedForm(j.failed, nil)
		if !ok {
			return j.failed
		}
		return a.showNewPortfolio(c, statusOf(j.failed), form)
	}
	return a.seeOther(c, j.path)
}

func (a *app) showPortfolioCheck(c echo.Context) error {
	u, ok := a.uploads.of(actorOf(c).Person, c.Param("upload"))
	if !ok || u.portfolio == nil {
		return a.lostPortfolio(c)
	}
	return a.showPortfolio(c, http.StatusOK, c.Param("upload"), u, "")
}

func portfolioLost() error {
	return lending.RefuseField("files", "portfolio.lost", "The files are kept for 30 minutes and are gone now. Choose them again; nothing was taken over.")
}

func (a *app) lostPortfolio(c echo.Context) error {
	form, _ := refusedForm(portfolioLost(), nil)
	return a.showNewPortfolio(c, http.StatusUnprocessableEntity, form)
}

func (a *app) showPortfolio(c echo.Context, status int, token string, u upload, refused string) error {
	page := views.PortfolioCheckPage{Upload: token, Faults: u.portfolio.Faults, Refused: refused}
	for _, f := range u.files {
		page.Files = append(page.Files, views.StatementFact{Name: portfolioName(f), Value: sizeWords(len(f.data))})
	}
	for _, e := range u.portfolio.Errors {
		page.Errors = append(page.Errors, views.PortfolioError{File: e.File, Line: e.Line, Column: e.Field, Message: e.Message})
	}
	for _, t := range u.portfolio.Totals {
		page.Totals = append(page.Totals, views.ControlTotal{Name: t.Name, Count: t.Count, Amount: t.Amount, Money: t.Money})
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Check of the portfolio", here: "/portfolio"})
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.PortfolioCheck(page), nil)
}

func sizeWords(bytes int) string {
	if bytes < 10_000 {
		return views.Counted(bytes, "byte", "bytes")
	}
	return views.Count(bytes/1000) + " kB"
}

// createPortfolio takes over what was checked: all of it, or nothing. The check
// runs again inside, so a change of the books meanwhile refuses it. Pressed twice
// it is done once, and both times the answer is what became of it.
func (a *app) createPortfolio(c echo.Context) error {
	actor, token := actorOf(c), read(c).text("upload")
	j := a.jobs.start(c.Request().Context(), &job{kind: jobPortfolio, owner: actor.Person, title: "Taking over the loans", key: token, once: true},
		func(ctx context.Context, tell servicing.Progress) (string, error) {
			u, ok := a.uploads.of(actor.Person, token)
			if !ok {
				return "", portfolioLost()
			}
			check, err := a.office.ImportPortfolio(ctx, actor, portfolioOf(u.files), tell)
			a.logFailure(actor, "a take-over", err)
			if err != nil {
				a.uploads.note(token, &check)
				return "", err
			}
			a.uploads.drop(token)
			if check.Asked != nil {
				return approvalPath(check.Asked.Ref, ""), nil
			}
			return "/accounts", nil
		})
	if j.done() && j.failed == nil {
		text := "The loans are taken over."
		if j.path != "/accounts" {
			text = takeOverAsked
		}
		a.flash(c, views.Flash{Text: text})
	}
	if refused, invalid := errors.AsType[*lending.Error](j.failed); j.done() && invalid {
		if now, kept := a.uploads.of(actor.Person, token); kept && now.portfolio.Faults > 0 {
			return a.showPortfolio(c, statusOf(refused), token, now, refused.Message)
		}
	}
	return a.portfolioJob(c, j)
}

// showPortfolioImport shows how far a check or a take-over is, and its result.
func (a *app) showPortfolioImport(c echo.Context) error {
	page := views.PortfolioProgressPage{Path: "/portfolio/imports/" + c.Param("job")}
	j, ok := a.jobs.of(actorOf(c).Person, c.Param("job"))
	if page.Lost = !ok; ok {
		if j.done() && j.failed == nil {
			return a.leave(c, j.path)
		}
		page.Step = j.title
		if stage := j.stage.Load(); stage != nil {
			page.Step, page.Done, page.Total = j.title+", "+stage.name, stage.done, stage.total
		}
		if j.done() {
			page.Failed = j.why()
		}
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Take over loans", here: "/portfolio"})
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.PortfolioProgress(page), views.PortfolioProgressPiece(page))
}
