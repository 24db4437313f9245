package lms

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// bulkBody is many records, as a list or as a file.
type bulkBody struct {
	Records rawList `json:"records" doc:"Bodies as for creating one record. Or send a CSV file whose first line has the names of the fields."`
}

// rawList is a list of objects that are read one by one, so that one bad one
// rejects itself alone.
type rawList []json.RawMessage

// UnmarshalJSON reads a list, or text that holds one.
func (l *rawList) UnmarshalJSON(data []byte) error {
	raw, _ := unwrap(data)
	if json.Unmarshal(raw, (*[]json.RawMessage)(l)) != nil {
		return unreadable("This is no list.")
	}
	return tooMany(len(*l))
}

// bulkAnswer says what became of each row.
type bulkAnswer struct {
	Created    int       `json:"created"`
	Duplicates int       `json:"duplicates" doc:"The bank reference was there already."`
	Rejected   int       `json:"rejected"`
	Results    []bulkRow `json:"results"`
}

// bulkRow is what became of one row, by its place from 0.
type bulkRow struct {
	Index  int          `json:"index"`
	ID     string       `json:"id,omitempty"`
	RefID  string       `json:"ref_id,omitempty"`
	Errors fieldsAnswer `json:"errors,omitempty"`
	Detail string       `json:"detail,omitempty"`
	Code   string       `json:"code,omitempty"`
}

// bulkCreateRecords registers many records. Each is a command of its own: a bad
// row rejects itself alone.
func (a *API) bulkCreateRecords(c *call, in bulkBody) (bulkAnswer, error) {
	rows, err := in.rows(c)
	if err != nil {
		return bulkAnswer{}, err
	}
	answer := bulkAnswer{Results: []bulkRow{}}
	for i, row := range rows {
		result, err := a.bulkRow(c, row)
		if err != nil {
			return answer, err
		}
		result.Index = i
		switch {
		case result.ID != "":
			answer.Created++
		case result.Code == "record.duplicate_utr":
			answer.Duplicates++
		default:
			answer.Rejected++
		}
		answer.Results = append(answer.Results, result)
	}
	if answer.Created > 0 {
		c.created()
	}
	return answer, nil
}

// bulkRow enters one row. What is our own fault ends the whole: the rows before
// it are in, and a second request finds them as duplicates.
func (a *API) bulkRow(c *call, row fields) (bulkRow, error) {
	var body recordBody
	if faults := decode(row, &body, false); len(faults) > 0 {
		return rejectedRow(problemOf(faults, "")), nil
	}
	record, err := a.enter(c, body)
	if err == nil {
		return bulkRow{ID: record.ID, RefID: record.Ref}, nil
	}
	p := problemOf(err, c.actor.RequestID)
	if p.status >= http.StatusInternalServerError {
		return bulkRow{}, err
	}
	return rejectedRow(p), nil
}

func rejectedRow(p *problem) bulkRow {
	row := bulkRow{Code: p.code, Detail: p.detail}
	if len(p.fields) > 0 {
		row.Errors, row.Detail = p.body().(fieldsAnswer), ""
	} else {
		row.Errors = fieldsAnswer{"detail": {p.detail}}
	}
	return row
}

// rows are the rows of the list or of the file.
func (in bulkBody) rows(c *call) ([]fields, error) {
	if file, there := c.files["file"]; there {
		return csvRows(file.data)
	}
	if in.Records == nil {
		return nil, faults{"records": "Send a list of records, or a file."}
	}
	var rows []fields
	for i, item := range in.Records {
		row, err := objectFields(item)
		if err != nil {
			return nil, faults{fmt.Sprintf("records.%d", i): "This is no object."}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// csvRows reads a file with the names of the fields in its first line. Empty
// cells are not given.
func csvRows(data []byte) ([]fields, error) {
	if !utf8.Valid(data) {
		return nil, faults{"file": "This file is not UTF-8."}
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	head, err := reader.Read()
	if err != nil {
		return nil, faults{"file": "This file has no line with the names of the fields."}
	}
	var rows []fields
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			line := 0
			if parse, ok := errors.AsType[*csv.ParseError](err); ok {
				line = parse.Line
			}
			return nil, faults{"file": fmt.Sprintf("Line %d is no CSV: its cells are not as many as the first line has, or a quote is not closed.", line)}
		}
		if len(rows) == maxBulk {
			return nil, faults{"file": fmt.Sprintf("A file has at most %d rows. Split it.", maxBulk)}
		}
		row := fields{}
		for i, cell := range cells {
			if cell = strings.TrimSpace(cell); cell != "" {
				row[strings.ToLower(strings.TrimSpace(head[i]))], _ = json.Marshal(cell)
			}
		}
		rows = append(rows, row)
	}
}

// maxBulk is what one request books in a few seconds, a transaction a row.
const maxBulk = 2000
