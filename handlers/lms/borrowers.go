package lms

import (
	"context"

	"lekha/servicing"
	"lekha/store"
)

// borrowerAnswer is a borrower. Its id is accepted wherever the reference says
// lead_id.
type borrowerAnswer struct {
	ID          string `json:"id"`
	CreatedAt   stamp  `json:"created_at"`
	UpdatedAt   stamp  `json:"updated_at"`
	RefID       string `json:"ref_id"`
	Index       int64  `json:"index"`
	Name        string `json:"name"`
	CoApplicant string `json:"co_applicant"`
	PAN         string `json:"pan"`
	Phone       string `json:"phone"`
	Email       string `json:"email"`
	VPA         string `json:"vpa"`
	Address     string `json:"address"`
	State       string `json:"state" doc:"GST code of the state, two digits."`
	Version     int64  `json:"version"`
}

func borrowerWire(b store.Borrower) borrowerAnswer {
	return borrowerAnswer{ID: b.ID, CreatedAt: stampOf(b.CreatedAt), UpdatedAt: stampOf(b.UpdatedAt), RefID: b.Ref, Index: b.Idx, Name: b.Name,
		CoApplicant: b.CoApplicant, PAN: b.PAN, Phone: b.Phone, Email: b.Email, VPA: b.VPA, Address: b.Address, State: b.State, Version: b.Version}
}

// listBorrowers answers one page of borrowers.
func (a *API) listBorrowers(c *call) (page[borrowerAnswer], error) {
	var answer page[borrowerAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		q := store.PartyQuery{Search: c.text("search"), Listing: c.listing("index")}
		answer, err = paged(c, q.Listing,
			func() ([]store.Borrower, *store.RecordKey, error) { return v.QueryBorrowers(ctx, q) },
			func() (int64, error) {
				_, n, err := v.Borrowers(ctx, store.PartyFilter{Search: q.Search})
				return n, err
			},
			func(_ context.Context, b store.Borrower) (borrowerAnswer, error) { return borrowerWire(b), nil })
		return err
	})
	return answer, err
}

// borrowerBody is a borrower as it is given; what is left out of a change stays.
type borrowerBody struct {
	RefID       *text `json:"ref_id" doc:"The lender's own customer number."`
	Name        *text `json:"name"`
	CoApplicant *text `json:"co_applicant"`
	PAN         *text `json:"pan"`
	Phone       *text `json:"phone"`
	Email       *text `json:"email"`
	VPA         *text `json:"vpa"`
	Address     *text `json:"address"`
	State       *text `json:"state" doc:"GST code of the state, or its letters."`
	Version     whole `json:"version"`
}

// over lays what was given over an input.
func (in borrowerBody) over(to *servicing.BorrowerInput) {
	lay(in.RefID, &to.Ref)
	lay(in.Name, &to.Name)
	lay(in.CoApplicant, &to.CoApplicant)
	lay(in.PAN, &to.PAN)
	lay(in.Phone, &to.Phone)
	lay(in.Email, &to.Email)
	lay(in.VPA, &to.VPA)
	lay(in.Address, &to.Address)
	lay(in.State, &to.State)
}

// createBorrower adds a borrower.
func (a *API) createBorrower(c *call, in borrowerBody) (borrowerAnswer, error) {
	var command servicing.BorrowerInput
	in.over(&command)
	borrower, err := a.office.CreateBorrower(c.ctx, c.actor, command)
	c.version = borrower.Version
	return borrowerWire(borrower), err
}

// showBorrower answers one borrower.
func (a *API) showBorrower(c *call) (borrowerAnswer, error) {
	var borrower store.Borrower
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		borrower, err = v.BorrowerByAny(ctx, c.id())
		return err
	})
	c.version = borrower.Version
	return borrowerWire(borrower), err
}

// updateBorrower changes a borrower; what is left out stays.
func (a *API) updateBorrower(c *call, in borrowerBody) (borrowerAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return borrowerAnswer{}, err
	}
	var command servicing.BorrowerInput
	err = a.read(c, func(ctx context.Context, v *store.View) error {
		b, err := v.BorrowerByAny(ctx, c.id())
		command = servicing.BorrowerInput{Name: b.Name, CoApplicant: b.CoApplicant, PAN: b.PAN, Phone: b.Phone, Email: b.Email, VPA: b.VPA,
			Address: b.Address, State: b.State, Version: orNow(version, b.Version)}
		return err
	})
	if err != nil {
		return borrowerAnswer{}, err
	}
	in.over(&command)
	borrower, err := a.office.UpdateBorrower(c.ctx, c.actor, c.id(), command)
	c.version = borrower.Version
	return borrowerWire(borrower), err
}
