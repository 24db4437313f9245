package handlers

import (
	"context"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// createAttachment keeps a paper with a record or a request, and leads back to it.
func (a *app) createAttachment(c echo.Context) error {
	files, err := sentFiles(c, "file")
	if err != nil {
		return err
	}
	f := read(c)
	ref := store.CleanRef(f.text("subject"))
	f.text("act") // tells the page of a request which of its forms was refused
	paper := servicing.Paper{Subject: ref}
	if len(files) > 0 {
		paper.Name, paper.Data = files[0].name, files[0].data
	}
	kept, err := a.office.Attach(c.Request().Context(), actorOf(c), paper)
	if err == nil {
		a.flash(c, views.Flash{Text: kept.Name + " is attached."})
		return a.seeOther(c, pathOfSubject(ref)+"#papers")
	}
	form, ok := refusedForm(err, f.values)
	switch {
	case !ok:
		return err
	case strings.HasPrefix(ref, "REC"):
		return a.showRecordPage(c, statusOf(err), ref, &refusedAct{key: "attach", form: form})
	}
	return a.openApproval(c, statusOf(err), ref, form)
}

// showAttachment hands a paper out to be saved: no browser opens it here, whatever
// it holds.
func (a *app) showAttachment(c echo.Context) error {
	var paper store.Attachment
	var content []byte
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		paper, content, err = v.AttachmentContent(ctx, c.Param("id"))
		return err
	})
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": paper.Name}))
	header.Set(echo.HeaderXContentTypeOptions, "nosniff")
	header.Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, paper.Type, content)
}

// pathOfSubject is the page of a record or a request.
func pathOfSubject(ref string) string {
	if strings.HasPrefix(ref, "REC") {
		return "/records/" + ref
	}
	return "/approvals/" + ref
}

// papersOf are the papers of some subjects, the first of which more may be attached
// to.
func papersOf(ctx context.Context, v *store.View, actor servicing.Actor, ref string, ids ...string) (views.Papers, error) {
	papers := views.Papers{Subject: ref}
	if !actor.Can(servicing.MayPrepare) {
		papers.WhyNot = "Papers are attached by " + servicing.RolesFor(servicing.MayPrepare) + "."
	}
	for _, id := range ids {
		if id == "" {
			continue
		}
		rows, err := v.Attachments(ctx, id)
		if err != nil {
			return papers, err
		}
		for _, row := range rows {
			papers.Files = append(papers.Files, views.PaperFile{Path: "/attachments/" + row.ID, Name: row.Name, Size: row.Size,
				By: row.Person, On: lending.DateOf(row.CreatedAt.Time)})
		}
	}
	return papers, nil
}
