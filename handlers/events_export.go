package handlers

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
)

// eventsChunk is how many events are read at a time for an export.
const eventsChunk = 1000

// exportEvents gives exactly the events that the filter of the address leaves,
// newest first, as they are in the log.
func (a *app) exportEvents(c echo.Context) error {
	f := read(c)
	filter := eventFilter(f)
	if err := f.err(); err != nil {
		return err
	}
	filter.Limit = eventsChunk
	return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		return a.download(c, "audit-log", "csv", func(w bankfile.Table) error {
			err := w.Write([]string{"no", "at", "at_utc", "business_date", "who", "who_id", "action", "ref", "outcome", "marked", "what", "input", "request", "address", "hash_before", "hash"})
			for err == nil {
				events, failed := v.Events(ctx, filter)
				if failed != nil {
					return failed
				}
				for i := 0; err == nil && i < len(events); i++ {
					err = w.Write(eventCells(events[i]))
				}
				if len(events) < eventsChunk {
					break
				}
				filter.BeforeSeq = events[len(events)-1].Seq
			}
			return err
		})
	})
}

// indianMoment is a moment as a spreadsheet takes it, with India's offset.
const indianMoment = "2006-01-02 15:04:05 -0700"

// eventCells has the moment twice: as people here read it, and as the hash was
// taken of it.
func eventCells(e store.Event) []string {
	return []string{strconv.FormatInt(e.Seq, 10), e.At.In(lending.India).Format(indianMoment), e.At.String(), e.BusinessDate.String(), e.ActorName, e.ActorID, e.Action, e.Subject, e.Outcome, e.Flags,
		e.Summary, e.Input, e.RequestID, e.Address, e.PrevHash, e.Hash}
}

// downloadBuffer holds the beginning of a file: an error within it is still
// answered as one.
const downloadBuffer = 64 << 10

// download sends a file of rows, "csv" or "xlsx". When it fails after its beginning
// was sent, the connection is broken off, so that nobody takes half a file for all of it.
func (a *app) download(c echo.Context, name, format string, rows func(w bankfile.Table) error) error {
	answer := c.Response()
	answer.Header().Set(echo.HeaderContentType, bankfile.TableTypes[format])
	answer.Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+"."+format+`"`)
	answer.Header().Set(echo.HeaderCacheControl, "no-store")
	buffer := bufio.NewWriterSize(answer, downloadBuffer)
	w := bankfile.NewTable(buffer, format)
	err := rows(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = buffer.Flush()
	}
	if err != nil && answer.Committed {
		a.logger.Error("a download broke off", "id", requestID(c), "route", c.Path(), "error", err)
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		answer.Header().Del(echo.HeaderContentDisposition)
	}
	return err
}

// formatOf is the format that the address of a download asks for.
func formatOf(c echo.Context) string {
	if c.QueryParam("format") == "xlsx" || strings.HasSuffix(c.Request().URL.Path, ".xlsx") {
		return "xlsx"
	}
	return "csv"
}
