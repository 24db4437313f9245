package handlers

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// example is the portfolio that the page gives to download.
func (h *house) example() []sent {
	h.t.Helper()
	answer := h.as("operator").get("/portfolio/example.zip").status(http.StatusOK)
	archive, err := zip.NewReader(bytes.NewReader(answer.Body.Bytes()), int64(answer.Body.Len()))
	if err != nil {
		h.t.Fatal(err)
	}
	var files []sent
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			h.t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			h.t.Fatal(err)
		}
		files = append(files, sent{f.Name, string(body)})
	}
	return files
}

func (h *house) account(ref string) (store.Account, error) {
	var account store.Account
	err := h.db.Reader().Read(h.t.Context(), func(ctx context.Context, v *store.View) (err error) {
		account, err = v.AccountByRef(ctx, ref)
		return err
	})
	return account, err
}

func TestExamplePortfolioIsTakenOver(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	path := operator.upload("/portfolio/check", "files", h.example(), nil).leads()
	page := operator.get(path).status(http.StatusOK)
	page.has("Everything can be taken over", "borrowers.csv", "receipts.csv")
	if got := page.at("totals"); !strings.Contains(got, "Borrowers 2") || !strings.Contains(got, "Loans 2") || !strings.Contains(got, "Principal lent 1,80,000.00") {
		t.Errorf("the control totals are %q", got)
	}
	if _, err := h.account("EXL001"); lending.KindOf(err) != lending.NotFound {
		t.Fatalf("a check made an account: %v", err)
	}
	for range 2 { // pressed twice, it is done once, and both answers say so
		if to := operator.post("/portfolio", url.Values{"upload": {page.value("upload")}}).leads(); to != "/accounts" {
			t.Errorf("taken over, it leads to %s", to)
		}
	}
	if account, err := h.account("EXL001"); err != nil || account.BorrowerName != "Lakshmi Stores" {
		t.Errorf("the account is %+v, %v", account, err)
	}
	operator.get("/accounts").has("The loans are taken over", "Lakshmi Stores")

	// The same files again: every row is in the books already, and nothing is doubled.
	again := operator.get(operator.upload("/portfolio/check", "files", h.example(), nil).leads())
	again.has("to be put right first", "is in the books already")
	if again.value("upload") != "" {
		t.Error("what is in the books already is offered to be taken over")
	}
}

func TestPortfolioErrorsNameFileLineAndColumn(t *testing.T) {
	h := newHouse(t)
	files := h.example()
	for i := range files {
		files[i].body = strings.Replace(files[i].body, ",120000,", ",a lot,", 1)
		files[i].body = strings.Replace(files[i].body, "EX002,Imran Qureshi", "EX002,", 1)
	}
	page := h.as("operator").get(h.as("operator").upload("/portfolio/check", "files", files, nil).leads())
	errors := page.at("errors")
	for _, want := range []string{"borrowers.csv 3 name", "loans.csv 2 principal"} {
		if !strings.Contains(errors, want) {
			t.Errorf("the errors say %q, want %q", errors, want)
		}
	}
	page.has("Choose corrected files").lacks("Everything can be taken over")
}

// A change of the books between the check and the take-over refuses it whole.
func TestPortfolioIsCheckedAgainWhenItIsTakenOver(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	path := operator.upload("/portfolio/check", "files", h.example(), nil).leads()
	if _, err := h.office.CreateBorrower(t.Context(), h.actor("operator2"), servicing.BorrowerInput{Ref: "EX001", Name: "Somebody faster"}); err != nil {
		t.Fatal(err)
	}
	answer := operator.post("/portfolio", url.Values{"upload": {strings.TrimPrefix(path, "/portfolio/check/")}})
	answer.status(http.StatusUnprocessableEntity).has("Nothing was taken over", "Somebody faster")
	if _, err := h.account("EXL002"); lending.KindOf(err) != lending.NotFound {
		t.Errorf("half of a portfolio was taken over: %v", err)
	}
}

func TestPortfolioRefusals(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	operator.get("/portfolio").status(http.StatusOK).has("borrower_ref", "paid_to_date", "roi_value", "At most")
	operator.upload("/portfolio/check", "files", nil, url.Values{"x": {"y"}}).status(http.StatusUnprocessableEntity).has("Choose the files")
	operator.upload("/portfolio/check", "files", []sent{{"loans (1).csv", "x"}}, nil).status(http.StatusUnprocessableEntity).has("loans (1).csv is no file of a portfolio")
	operator.upload("/portfolio/check", "files", []sent{{"Loans.csv", "x"}, {"loans.csv", "x"}}, nil).status(http.StatusUnprocessableEntity).has("there twice")
	page := operator.get(operator.upload("/portfolio/check", "files", []sent{{"loans.csv", "x"}}, nil).leads())
	page.has("This file is missing", "borrowers.csv")
	operator.post("/portfolio", url.Values{"upload": {"nothing"}}).status(http.StatusUnprocessableEntity).has("are gone now")
	h.as("credit_manager").get("/portfolio").status(http.StatusForbidden)
	path := operator.upload("/portfolio/check", "files", h.example(), nil).leads()
	h.as("operator2").get(path).status(http.StatusUnprocessableEntity).has("are gone now")
}
