package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lekha/demo"
	"lekha/handlers"
	"lekha/lending"
	"lekha/matching"
	"lekha/servicing"
	"lekha/store"
)

// product is the whole program over a database of its own, spoken to as programs
// do: statements go in and proposals come out through the API.
type product struct {
	db    *store.DB
	pages *handlers.Pages
	token string
}

// openProduct makes a company with the sample's portfolio and no statement yet.
func openProduct(ctx context.Context, folder string) (*product, error) {
	return openOver(ctx, filepath.Join(folder, "product.db"), func(office *servicing.Office, people *servicing.People, db *store.DB) error {
		loader := demo.Loader{Office: office, People: people, Reader: db.Reader()}
		return loader.LoadBooks(ctx)
	})
}

// openOver makes the program over a new database that somebody fills.
func openOver(ctx context.Context, path string, fill func(*servicing.Office, *servicing.People, *store.DB) error) (*product, error) {
	schema, err := schemaOf()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, path, schema, store.Options{})
	if err != nil {
		return nil, err
	}
	office := servicing.New(db)
	people := servicing.NewPeople(office, servicing.PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1})
	p := &product{db: db, pages: handlers.New(handlers.Config{Office: office, People: people, DB: db, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "bench",
		ImportPatience: time.Hour})} // what is measured is the whole of it
	if err = fill(office, people, db); err == nil {
		p.token, _, err = people.CreateToken(ctx, servicing.Console(), servicing.NewToken{Name: "bench", Role: servicing.APIClient})
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *product) close() {
	p.pages.Close()
	_ = p.db.Close()
}

// ask sends a request and returns the body of a success.
func (p *product) ask(r *http.Request) ([]byte, error) {
	r.Header.Set("Authorization", "Bearer "+p.token)
	w := httptest.NewRecorder()
	p.pages.ServeHTTP(w, r)
	if w.Code >= 300 {
		return nil, fmt.Errorf("%s %s: %d %s", r.Method, r.URL, w.Code, w.Body)
	}
	return w.Body.Bytes(), nil
}

// imported is what the program says of a statement it took.
type imported struct {
	Rows, Created, Duplicates, Ignored int
}

// send imports one statement.
func (p *product) send(path string) (imported, error) {
	var said imported
	data, err := os.ReadFile(path)
	if err != nil {
		return said, err
	}
	return p.sendBytes(filepath.Base(path), data)
}

// sendBytes imports a statement that is no file yet.
func (p *product) sendBytes(name string, data []byte) (said imported, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = file.Write(data)
	}
	if err != nil {
		return said, err
	}
	if err := form.Close(); err != nil {
		return said, err
	}
	r := httptest.NewRequest(http.MethodPost, "/v1/lms/statements/", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	answer, err := p.ask(r)
	if err != nil {
		return said, err
	}
	return said, json.Unmarshal(answer, &said)
}

// exported is one row of the export of proposals.
type exported struct {
	Record         string
	Date           float64
	Amount         json.Number
	CollectionBank string `json:"collection_bank"`
	Narration      string
	Rank           int
	AccountRefs    []string `json:"account_refs"`
	Amounts        []json.Number
	Confidence     json.Number
	Decision       string
}

// proposals exports what the engine says of every record that has a statement line.
func (p *product) proposals() ([]exported, error) {
	answer, err := p.ask(httptest.NewRequest(http.MethodGet, "/v1/lms/records/proposals/?format=json", nil))
	if err != nil {
		return nil, err
	}
	var rows []exported
	return rows, json.Unmarshal(answer, &rows)
}

// predictProduct imports the statements of a folder into a new company, exports
// the proposals, and puts them beside the payments of the data.
func predictProduct(ctx context.Context, f portfolio, statements string, out io.Writer) ([]prediction, error) {
	folder, err := os.MkdirTemp("", "lekha-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	p, err := openProduct(ctx, folder)
	if err != nil {
		return nil, err
	}
	defer p.close()
	files, err := filepath.Glob(filepath.Join(statements, "*"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("there are no statements in %q", statements)
	}
	for _, path := range files {
		said, err := p.send(path)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(out, "%-24s %d rows: %d records made, %d duplicates, %d known before or outgoing\n", filepath.Base(path), said.Rows, said.Created, said.Duplicates, said.Ignored)
	}
	rows, err := p.proposals()
	if err != nil {
		return nil, err
	}
	return beside(f, rows)
}

// beside gives every payment of the data the proposals of its record: the one of
// the same account, amount and words, nearest in time. A payment that became no
// record is one that the program took for a duplicate.
func beside(f portfolio, rows []exported) ([]prediction, error) {
	byRef := make(map[string]string, len(f.accounts))
	for _, a := range f.accounts {
		byRef[a.Ref] = a.ID
	}
	records := map[string][]exported{} // the best proposal of each record, by what it has in common with its payment
	proposals := map[string][]exported{}
	for _, r := range rows {
		if r.Rank == 1 {
			k := besideKey(r.CollectionBank, r.Amount.String(), r.Narration)
			records[k] = append(records[k], r)
		}
		proposals[r.Record] = append(proposals[r.Record], r)
	}
	out := make([]prediction, len(f.payments))
	for i, p := range f.payments {
		out[i].payment = p
		k := besideKey(p.collection, p.amount.String(), p.narration)
		if len(records[k]) == 0 {
			out[i].of = "another"
			continue
		}
		near := slices.IndexFunc(records[k], func(r exported) bool { return absDays(r.day().Sub(p.date)) <= 3 })
		near = max(0, near)
		var err error
		if out[i].proposal, err = proposalOf(proposals[records[k][near].Record], byRef); err != nil {
			return nil, err
		}
		records[k] = slices.Delete(records[k], near, near+1)
	}
	return out, nil
}

// day is the record's day.
func (e exported) day() lending.Date { return lending.DateOf(time.Unix(int64(e.Date), 0)) }

// besideKey is what a payment of the data and its record have in common: files
// wrap narrations, so only letters and digits are compared.
func besideKey(collection, amount, narration string) string {
	paise, _ := lending.ParseMoney(amount)
	words := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(narration))
	return collection + "|" + paise.String() + "|" + words
}

// proposalOf is the engine's answer as it came through the program.
func proposalOf(rows []exported, byRef map[string]string) (matching.Proposal, error) {
	p := matching.Proposal{Decision: matching.Decision(rows[0].Decision)}
	for _, r := range rows {
		if len(r.AccountRefs) == 0 {
			continue // nobody
		}
		points, err := r.Confidence.Float64()
		if err != nil {
			return p, fmt.Errorf("reading a confidence: %w", err)
		}
		c := matching.Candidate{Confidence: int(points*10_000 + 0.5)}
		for i, ref := range r.AccountRefs {
			amount, err := lending.ParseMoney(r.Amounts[i].String())
			if err != nil {
				return p, fmt.Errorf("reading an amount: %w", err)
			}
			c.Accounts, c.Amounts = append(c.Accounts, byRef[ref]), append(c.Amounts, amount)
		}
		p.Candidates = append(p.Candidates, c)
	}
	return p, nil
}
