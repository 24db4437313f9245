package lms

import (
	"context"
	"encoding/json"

	"lekha/servicing"
	"lekha/store"
)

// extraAnswer are free facts beside an object.
type extraAnswer struct {
	ID         noText  `json:"id" doc:"Null until something is written."`
	CreatedAt  stamp   `json:"created_at"`
	UpdatedAt  stamp   `json:"updated_at"`
	ObjectType string  `json:"object_type" doc:"account, borrower, loan, payout or record."`
	Object     string  `json:"object" doc:"Id."`
	RefID      string  `json:"ref_id" doc:"Of the object."`
	Data       rawJSON `json:"data"`
	Version    int64   `json:"version"`
}

func extraWire(e store.Extra) extraAnswer {
	return extraAnswer{noText(e.ID), stampOf(e.CreatedAt), stampOf(e.UpdatedAt), e.ObjectType, e.ObjectID, e.ObjectRef, rawJSON(e.Data), e.Version}
}

// extraFilters narrow the free facts.
var extraFilters = join(
	one("object", textParam, "Id or ref of an account, borrower, loan, payout or record."),
	one("object_type", textParam, "account, borrower, loan, payout or record."),
	ordering("index"),
)

// listExtraData answers one page of free facts.
func (a *API) listExtraData(c *call) (page[extraAnswer], error) {
	var answer page[extraAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.ExtraQuery{ObjectType: c.text("object_type"), Listing: c.listing("-index")}
		if named := c.keyParam("object"); named != "" {
			object, err := v.ExtraObject(ctx, named)
			if q.Object, err = found(object.ObjectID, err); err != nil {
				return err
			}
		}
		var err error
		answer, err = paged(c, q.Listing,
			func() ([]store.Extra, *store.RecordKey, error) { return v.QueryExtra(ctx, q) },
			func() (int64, error) { return v.CountExtra(ctx, q) },
			func(_ context.Context, e store.Extra) (extraAnswer, error) { return extraWire(e), nil })
		return err
	})
	return answer, err
}

// extraBody changes free facts.
type extraBody struct {
	Data    parameters `json:"data" need:"true" doc:"Keys that replace those that are there; null takes one away."`
	Version whole      `json:"version"`
}

// updateExtraData changes the free facts of an object.
func (a *API) updateExtraData(c *call, in extraBody) (extraAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return extraAnswer{}, err
	}
	extra, err := a.office.UpdateExtra(c.ctx, c.actor, servicing.ExtraInput{Object: c.id(), Data: map[string]json.RawMessage(in.Data), Version: version})
	c.version = extra.Version
	return extraWire(extra), err
}
