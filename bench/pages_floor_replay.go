package main

import (
	"encoding/json"
	"fmt"
	"net/http"

	"lekha/lending"
)

// floorFact is a fact as it is stored.
type floorFact struct {
	Key         string           `db:"key"`
	Kind        lending.FactKind `db:"kind"`
	ValueDate   lending.Date     `db:"value_date"`
	BankDate    lending.Date     `db:"bank_date"`
	BookingDate lending.Date     `db:"booking_date"`
	Amount      lending.Money    `db:"amount"`
	Reverses    string           `db:"reverses"`
	Body        string           `db:"body"`
}

// replay reads the facts of an account and makes its Book of the open day.
func (f *leastProgram) replay(account string) (*lending.Book, error) {
	var rows []floorFact
	if err := f.prepared[floorFacts].Select(&rows, account); err != nil {
		return nil, err
	}
	facts := make([]lending.Fact, len(rows))
	for i, r := range rows {
		facts[i] = lending.Fact{Key: r.Key, Kind: r.Kind, ValueDate: r.ValueDate, BankDate: r.BankDate, BookingDate: r.BookingDate, Amount: r.Amount, Reverses: r.Reverses}
		var body lending.FactBody
		if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
			return nil, fmt.Errorf("reading fact %s: %w", r.Key, err)
		}
		facts[i].SetBody(body)
	}
	return lending.Replay(facts, lending.At{Date: businessDate})
}

// summary answers what the replay says.
func (f *leastProgram) summary(w http.ResponseWriter, _ *http.Request) error {
	book, err := f.replay(benchAccount)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(book.Summary)
}

// account shows the dues of an account and what paid them, by the receipts' refs.
func (f *leastProgram) account(w http.ResponseWriter, _ *http.Request) error {
	book, err := f.replay(benchAccount)
	if err != nil {
		return err
	}
	var receipts []floorRow
	if err := f.prepared[floorReceipts].Select(&receipts, benchAccount); err != nil {
		return err
	}
	refs := make(map[string]string, len(receipts))
	rows := make([]floorRow, 0, len(book.Demands)+len(book.Settlements)+len(receipts))
	for _, r := range receipts {
		refs[r.ID] = r.Ref
		rows = append(rows, r)
	}
	for _, d := range book.Demands {
		row := floorRow{Ref: d.Key, Status: string(d.Type), Date: d.DueDate, UTR: d.Name}
		for c := range d.Amount {
			row.Amount += d.Amount[c]
			row.Left += d.Amount[c] - d.Paid[c]
		}
		rows = append(rows, row)
	}
	for _, s := range book.Settlements {
		rows = append(rows, floorRow{Ref: refs[s.Receipt], Status: s.Component.String(), Date: s.Date, UTR: s.Demand, Amount: s.Amount})
	}
	head := floorRow{Amount: book.Summary.TotalPaid, Left: book.Summary.TotalOutstanding}
	return f.page(w, len(rows), head, rows)
}
