package handlers

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lekha/bankfile"
)

// Each list that is exported as CSV is a workbook as well, with the same rows.
func TestWorkbooksHoldWhatTheCSVHolds(t *testing.T) {
	h := newHouse(t)
	h.settled(creditForKavya, "LN1002")
	for csv, xlsx := range map[string]string{"/records.csv": "/records.xlsx", "/accounts/export": "/accounts/export.xlsx", "/settlements.csv": "/settlements.xlsx"} {
		lines := strings.Split(strings.TrimSpace(h.as("finance").get(csv).status(http.StatusOK).Body.String()), "\r\n")
		book := h.as("finance").get(xlsx).status(http.StatusOK)
		if got := book.Header().Get("Content-Type"); got != bankfile.TableTypes["xlsx"] || !strings.Contains(book.Header().Get("Content-Disposition"), ".xlsx") {
			t.Errorf("%s is %s, %s", xlsx, got, book.Header().Get("Content-Disposition"))
		}
		file, err := excelize.OpenReader(bytes.NewReader(book.Body.Bytes()))
		if err != nil {
			t.Fatalf("%s: %v", xlsx, err)
		}
		rows, err := file.GetRows("Sheet1")
		if err != nil || len(rows) != len(lines) || !slices.Equal(rows[0], strings.Split(lines[0], ",")) {
			t.Errorf("%s has %d rows, the CSV %d (%v)", xlsx, len(rows), len(lines), err)
		}
	}
	h.as("finance").get("/settlements.csv?from=2026-01-01&to=2026-01-31").status(http.StatusOK).lacks("Kavya")
	h.as("finance").get("/settlements.csv?from=soon").status(http.StatusUnprocessableEntity)
	h.as("admin").get("/settlements.xlsx").status(http.StatusForbidden)
}
