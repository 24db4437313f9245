package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lekha/lending"
	"lekha/matching"
)

// payment is one row of payments.csv.
type payment struct {
	id         string
	date       lending.Date
	amount     lending.Money
	reference  string // as the bank's column prints it
	narration  string
	collection string
}

// bank is whose statement a payment is on: accounts are named like HDFC-CA-01.
func (p payment) bank() string { return bankOf(p.collection) }

func bankOf(collection string) string {
	name, _, _ := strings.Cut(collection, "-")
	return strings.ToLower(name)
}

// verdict is one row of truth.csv.
type verdict struct {
	outcome    string // MATCH, NONE or DUPLICATE
	accounts   []string
	amounts    []lending.Money
	class      string
	difficulty int
	resolvable bool
}

// portfolio is everything a folder of the benchmark holds.
type portfolio struct {
	accounts []matching.Account
	dues     []matching.Due
	advices  []matching.Advice
	history  []payment
	paidBy   []string // the account of each row of history
	payments []payment
	truth    map[string]verdict // empty on a folder without truth.csv
}

// readPortfolio reads the files of a folder. truth.csv may be missing.
func readPortfolio(dir string) (portfolio, error) {
	var f portfolio
	files := []struct {
		name string
		row  func(r row)
	}{
		{"accounts.csv", func(r row) { f.accounts = append(f.accounts, accountOf(r)) }},
		{"dues.csv", func(r row) {
			f.dues = append(f.dues, matching.Due{Account: r.text("account_id"), DueDate: r.date("due_date"), Amount: r.money("total_due_paise"),
				EMI: r.money("emi_paise"), Charges: r.money("charges_paise")})
		}},
		{"advices.csv", func(r row) {
			f.advices = append(f.advices, matching.Advice{Account: r.text("account_id"), UTR: r.text("utr"), Amount: r.money("amount_paise"), On: r.date("advised_on")})
		}},
		{"history.csv", func(r row) {
			f.history = append(f.history, paymentOf(r))
			f.paidBy = append(f.paidBy, r.text("account_id"))
		}},
		{"payments.csv", func(r row) { f.payments = append(f.payments, paymentOf(r)) }},
	}
	for _, file := range files {
		if err := eachRow(filepath.Join(dir, file.name), file.row); err != nil {
			return f, err
		}
	}
	f.truth = map[string]verdict{}
	err := eachRow(filepath.Join(dir, "truth.csv"), func(r row) { f.truth[r.text("payment_id")] = verdictOf(r) })
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return f, err
}

func accountOf(r row) matching.Account {
	return matching.Account{ID: r.text("account_id"), Ref: r.text("account_ref"), VirtualAccount: r.text("virtual_account"), MandateRef: r.text("mandate_ref"),
		CustomerID: r.text("customer_id"), Name: r.text("borrower_name"), CoApplicant: r.text("co_applicant_name"), Phone: r.text("phone"), Product: r.text("product"),
		Active: r.text("status") == "active", EMI: r.money("emi_paise"), CollectionBank: r.text("collection_account"),
		RemitterIFSC: r.text("remitter_ifsc"), RemitterLast4: r.text("remitter_last4")}
}

func paymentOf(r row) payment {
	return payment{id: r.text("payment_id"), date: r.date("value_date"), amount: r.money("amount_paise"), reference: r.text("utr"),
		narration: r.text("narration"), collection: r.text("collection_account")}
}

func verdictOf(r row) verdict {
	v := verdict{outcome: r.text("outcome"), class: r.text("class"), difficulty: int(r.number("difficulty")), resolvable: r.text("resolvable") == "1"}
	if ids := r.text("account_ids"); ids != "" {
		v.accounts = strings.Split(ids, ";")
	}
	for a := range strings.SplitSeq(r.text("amounts_paise"), ";") {
		if n, err := strconv.ParseInt(a, 10, 64); err == nil {
			v.amounts = append(v.amounts, lending.Money(n))
		}
	}
	return v
}

// row is one line of a file, by the names of its columns. The first cell that
// cannot be read is kept as the error.
type row struct {
	cells map[string]string
	err   *error
}

func (r row) text(column string) string { return strings.TrimSpace(r.cells[column]) }

func (r row) number(column string) int64 {
	s := r.text(column)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil && *r.err == nil {
		*r.err = fmt.Errorf("column %s: %w", column, err)
	}
	return n
}

func (r row) money(column string) lending.Money { return lending.Money(r.number(column)) }

func (r row) date(column string) lending.Date {
	d, err := lending.ParseDate(r.text(column))
	if err != nil && *r.err == nil {
		*r.err = fmt.Errorf("column %s: %w", column, err)
	}
	return d
}

// eachRow reads a CSV file with a header and hands over its rows.
func eachRow(path string, use func(row)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("reading %s: %w", path, err)
	}
	if len(lines) == 0 {
		return fmt.Errorf("reading %s: it is empty", path)
	}
	for n, line := range lines[1:] {
		var problem error
		r := row{cells: make(map[string]string, len(line)), err: &problem}
		for i, cell := range line {
			r.cells[strings.TrimPrefix(lines[0][i], "\ufeff")] = cell
		}
		use(r)
		if problem != nil {
			return fmt.Errorf("reading %s, row %d: %w", path, n+2, problem)
		}
	}
	return nil
}
