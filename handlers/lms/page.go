package lms

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"lekha/store"
)

const (
	// standardPage is the reference's; maxPage keeps one answer small.
	standardPage = 15
	maxPage      = 200
	// maxPageNumber keeps the product of number and size a number of rows.
	maxPageNumber = math.MaxInt32
)

// page is one page of a list. By number it has the four keys of the reference;
// by place it has next as well, and counts on the first page alone, so that each
// page costs the same.
type page[T any] struct {
	Count       *int64  `json:"count" doc:"Of the whole filtered list. Reading by place: on the first page alone, null after it."`
	CurrentPage *int    `json:"current_page" doc:"Null when reading by place."`
	PageSize    int     `json:"page_size"`
	Next        *noText `json:"next,omitempty" doc:"Reading by place: what to give as after; null on the last page."`
	Results     []T     `json:"results"`
}

// listing reads the pager and the order of a list. Without an order it is that of
// standard, "-" in front turning it around.
func (c *call) listing(standard string) store.Listing {
	l := store.Listing{Limit: standardPage}
	if size := c.number("page_size", 1, math.MaxInt32, standardPage); size > maxPage {
		l.Limit = maxPage
	} else {
		l.Limit = size
	}
	number := c.number("page", 1, maxPageNumber, 1)
	l.Sort, l.Descending = c.order(standard)
	if !c.query.Has("after") {
		l.Offset = (number - 1) * l.Limit
		return l
	}
	l.After = c.place(c.signedOrder(l))
	return l
}

// order reads the ordering parameter: the field, and whether it runs downwards.
func (c *call) order(standard string) (field string, descending bool) {
	field = c.text("ordering")
	if field == "" {
		field = standard
	}
	if strings.HasPrefix(field, "-") {
		field, descending = field[1:], true
	}
	if !c.declares("ordering", field) {
		c.faults.add("ordering", "There is no such order.")
	}
	return field, descending
}

// declares says whether the choices of a parameter hold a value; a parameter
// without choices takes any.
func (c *call) declares(name, value string) bool {
	for _, p := range c.route.query {
		if p.name == name {
			if slices.Contains(p.choices, value) {
				return true
			}
			return len(p.choices) == 0
		}
	}
	return false
}

// signedOrder is the order as it was asked for.
func (c *call) signedOrder(l store.Listing) string {
	if l.Descending {
		return "-" + l.Sort
	}
	return l.Sort
}

// placeForm is what the text of a place holds: the order it belongs to, the value
// of the row in it, the index of the row.
type placeForm struct {
	Order string `json:"o"`
	Value string `json:"v"`
	Index int64  `json:"i"`
}

// place reads the after parameter; empty begins the list.
func (c *call) place(order string) *store.RecordKey {
	given := c.text("after")
	if given == "" {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(given)
	var p placeForm
	if err == nil {
		err = json.Unmarshal(raw, &p)
	}
	if err != nil || p.Order != order {
		c.faults.add("after", "This is no place in this list. Give the next of the answer before, with the same ordering.")
		return nil
	}
	return &store.RecordKey{Value: p.Value, Idx: p.Index}
}

// paged makes the answer of a list of rows, read by rows and counted by count.
func paged[Row, Out any](c *call, l store.Listing, rows func() ([]Row, *store.RecordKey, error), count func() (int64, error),
	wire func(context.Context, Row) (Out, error)) (page[Out], error) {
	answer := page[Out]{PageSize: l.Limit, Results: []Out{}}
	if err := c.fault(); err != nil {
		return answer, err
	}
	read, next, err := rows()
	if err != nil {
		return answer, err
	}
	for _, row := range read {
		out, err := wire(c.ctx, row)
		if err != nil {
			return answer, err
		}
		answer.Results = append(answer.Results, out)
	}
	byPlace := c.query.Has("after")
	if byPlace {
		answer.Next = new(noText)
		if next != nil {
			text, _ := json.Marshal(placeForm{c.signedOrder(l), next.Value, next.Idx})
			*answer.Next = noText(base64.RawURLEncoding.EncodeToString(text))
		}
		if l.After != nil {
			return answer, nil
		}
	} else {
		number := l.Offset/l.Limit + 1
		answer.CurrentPage = &number
	}
	n, err := count()
	answer.Count = &n
	return answer, err
}
