package handlers

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// buffers keeps what pages are rendered into before a byte is sent, so that an
// error is still an error.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled keeps a page that was exceptionally long from staying in memory.
const maxPooled = 1 << 20

// show sends a page: whole to a browser, its piece to htmx. A page without a
// piece is always sent whole.
func (a *app) show(c echo.Context, status int, whole, piece templ.Component) error {
	h := c.Response().Header()
	h.Add("Vary", "HX-Request, HX-Request-Type")
	h.Set("Cache-Control", "no-store")
	if piece != nil && wantsPiece(c) {
		whole = piece
	}
	page := buffers.Get().(*bytes.Buffer)
	defer func() {
		if page.Cap() <= maxPooled {
			page.Reset()
			buffers.Put(page)
		}
	}()
	// The time of a request may be over when its error is shown: the page is whole
	// by now and rendering it reads nothing.
	if err := whole.Render(context.WithoutCancel(c.Request().Context()), page); err != nil {
		page.Reset()
		return fmt.Errorf("rendering a page: %w", err)
	}
	return c.HTMLBlob(status, page.Bytes())
}

// wantsPiece says that htmx will swap a part of a page.
func wantsPiece(c echo.Context) bool {
	return c.Request().Header.Get("HX-Request-Type") == "partial"
}

// seeOther sends the browser on after a form was done. htmx follows it and swaps
// what comes back.
func (a *app) seeOther(c echo.Context, path string) error {
	return c.Redirect(http.StatusSeeOther, path)
}
