package lms

import (
	"context"
	"encoding/json"
	"errors"

	"lekha/servicing"
	"lekha/store"
)

// bankAnswer is a BANK as the reference shows the account that received money:
// eleven keys in its order.
type bankAnswer struct {
	ID                string   `json:"id"`
	IFSC              string   `json:"ifsc"`
	Tags              []string `json:"tags"`
	Company           string   `json:"company"`
	AccountNo         string   `json:"account_no"`
	CreatedAt         stamp    `json:"created_at"`
	UpdatedAt         stamp    `json:"updated_at"`
	IsVerified        bool     `json:"is_verified"`
	AccountType       string   `json:"account_type"`
	NameAtBank        noText   `json:"name_at_bank"`
	AccountHolderName string   `json:"account_holder_name"`
}

func bankWire(b store.Bank, company string) bankAnswer {
	return bankAnswer{ID: b.ID, IFSC: b.IFSC, Tags: listed(b.Tags), Company: company, AccountNo: b.AccountNo, CreatedAt: stampOf(b.CreatedAt),
		UpdatedAt: stampOf(b.UpdatedAt), IsVerified: b.IsVerified, AccountType: b.AccountType, NameAtBank: noText(b.NameAtBank),
		AccountHolderName: b.AccountHolderName}
}

// creditBankAnswer is a BANK as the reference shows the account that is paid to.
type creditBankAnswer struct {
	ProgramIDs        []string `json:"program_ids"`
	AccountType       string   `json:"account_type"`
	AccountNo         string   `json:"account_no"`
	AccountHolderName string   `json:"account_holder_name"`
	IFSC              string   `json:"ifsc"`
	IsVerified        bool     `json:"is_verified"`
	Tags              []string `json:"tags"`
	Summary           []string `json:"summary"`
	BankingID         noText   `json:"banking_id"`
	CreatedAt         stamp    `json:"created_at"`
	UpdatedAt         stamp    `json:"updated_at"`
	ID                string   `json:"id"`
}

func creditBankWire(b store.Bank) creditBankAnswer {
	return creditBankAnswer{ProgramIDs: []string{}, AccountType: b.AccountType, AccountNo: b.AccountNo, AccountHolderName: b.AccountHolderName, IFSC: b.IFSC,
		IsVerified: b.IsVerified, Tags: listed(b.Tags), Summary: []string{}, CreatedAt: stampOf(b.CreatedAt), UpdatedAt: stampOf(b.UpdatedAt), ID: b.ID}
}

// bankRow is a bank account as our own endpoint lists it: the eleven keys, and
// what the reference does not know.
type bankRow struct {
	bankAnswer
	RefID   string `json:"ref_id"`
	Index   int64  `json:"index"`
	Kind    string `json:"kind" doc:"collection: ours, where money comes in. credit: one we pay to."`
	Code    string `json:"code" doc:"The lender's own short name."`
	Bank    string `json:"bank" doc:"Layout of its statements."`
	Version int64  `json:"version"`
}

func bankRowWire(b store.Bank, company string) bankRow {
	return bankRow{bankWire(b, company), b.Ref, b.Idx, b.Kind, b.Code, b.Bank, b.Version}
}

// bankIn names a bank account: by id, ref or code, or as an object.
type bankIn struct {
	named  string
	object *bankObject
}

// bankObject is a bank account as the reference gives it in a body.
type bankObject struct {
	ID                text `json:"id"`
	AccountHolderName text `json:"account_holder_name"`
	AccountNo         text `json:"account_no"`
	IFSC              text `json:"ifsc"`
}

// UnmarshalJSON reads either form.
func (b *bankIn) UnmarshalJSON(data []byte) error {
	raw, _ := unwrap(data)
	if len(raw) > 0 && raw[0] == '{' {
		var o object[bankObject]
		if err := json.Unmarshal(raw, &o); err != nil {
			return err
		}
		b.object = &o.is
		return nil
	}
	var named text
	err := named.UnmarshalJSON(raw)
	b.named = key(string(named))
	return err
}

// key is what the account is known by: the id of an account of ours that an
// object describes, or what was named.
func (b *bankIn) key(ctx context.Context, v *store.View) (string, error) {
	switch {
	case b.object == nil:
		return b.named, nil
	case b.object.ID != "":
		return key(string(b.object.ID)), nil
	}
	bank, err := v.CollectionBank(ctx, store.CleanRef(string(b.object.IFSC)), store.CleanRef(string(b.object.AccountNo)))
	if errors.Is(err, store.ErrMissing) {
		return "", faults{"collection_bank": "There is no collection account with this number."}
	}
	return bank.ID, err
}

// input is the account as one to pay to.
func (b *bankIn) input() *servicing.BankInput {
	if b.object == nil {
		return nil
	}
	return &servicing.BankInput{Kind: "credit", IFSC: string(b.object.IFSC), AccountNo: string(b.object.AccountNo), AccountHolderName: string(b.object.AccountHolderName)}
}

// listBanks answers one page of bank accounts.
func (a *API) listBanks(c *call) (page[bankRow], error) {
	var answer page[bankRow]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.PartyQuery{Kind: c.text("kind"), Search: c.text("search"), Listing: c.listing("index")}
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		answer, err = paged(c, q.Listing,
			func() ([]store.Bank, *store.RecordKey, error) { return v.QueryBanks(ctx, q) },
			func() (int64, error) {
				_, n, err := v.Banks(ctx, store.PartyFilter{Kind: q.Kind, Search: q.Search})
				return n, err
			},
			func(_ context.Context, b store.Bank) (bankRow, error) { return bankRowWire(b, company.ID), nil })
		return err
	})
	return answer, err
}

// bankBody is a bank account as it is given; what is left out of a change stays.
type bankBody struct {
	Kind              *text  `json:"kind" enum:"collection,credit"`
	Code              *text  `json:"code"`
	Bank              *text  `json:"bank" enum:"hdfc,sbi,axis,icici,kotak"`
	IFSC              *text  `json:"ifsc"`
	AccountNo         *text  `json:"account_no"`
	AccountType       *text  `json:"account_type" enum:"current,savings,overdraft,cash_credit,escrow"`
	AccountHolderName *text  `json:"account_holder_name"`
	NameAtBank        *text  `json:"name_at_bank"`
	IsVerified        *yesNo `json:"is_verified"`
	Tags              *words `json:"tags"`
	Version           whole  `json:"version"`
}

// over lays what was given over an input.
func (in bankBody) over(to *servicing.BankInput) {
	lay(in.Kind, &to.Kind)
	lay(in.Code, &to.Code)
	lay(in.Bank, &to.Bank)
	lay(in.IFSC, &to.IFSC)
	lay(in.AccountNo, &to.AccountNo)
	lay(in.AccountType, &to.AccountType)
	lay(in.AccountHolderName, &to.AccountHolderName)
	lay(in.NameAtBank, &to.NameAtBank)
	if in.IsVerified != nil {
		to.IsVerified = bool(*in.IsVerified)
	}
	if in.Tags != nil {
		to.Tags = *in.Tags
	}
}

// lay puts a text that was given in the place of another.
func lay(given *text, to *string) {
	if given != nil {
		*to = string(*given)
	}
}

// createBank adds a bank account.
func (a *API) createBank(c *call, in bankBody) (bankRow, error) {
	var command servicing.BankInput
	in.over(&command)
	bank, err := a.office.CreateBank(c.ctx, c.actor, command)
	if err != nil {
		return bankRow{}, err
	}
	return a.answerBank(c, bank.ID)
}

// showBank answers one bank account.
func (a *API) showBank(c *call) (bankRow, error) { return a.answerBank(c, c.id()) }

func (a *API) answerBank(c *call, id string) (bankRow, error) {
	var answer bankRow
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		bank, err := v.BankByAny(ctx, id)
		c.version, answer = bank.Version, bankRowWire(bank, company.ID)
		return err
	})
	return answer, err
}

// updateBank changes a bank account; what is left out stays.
func (a *API) updateBank(c *call, in bankBody) (bankRow, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return bankRow{}, err
	}
	var command servicing.BankInput
	err = a.read(c, func(ctx context.Context, v *store.View) error {
		b, err := v.BankByAny(ctx, c.id())
		command = servicing.BankInput{Kind: b.Kind, Code: b.Code, Bank: b.Bank, IFSC: b.IFSC, AccountNo: b.AccountNo, AccountType: b.AccountType,
			AccountHolderName: b.AccountHolderName, NameAtBank: string(b.NameAtBank), IsVerified: b.IsVerified, Tags: listed(b.Tags),
			Version: orNow(version, b.Version)}
		return err
	})
	if err != nil {
		return bankRow{}, err
	}
	in.over(&command)
	bank, err := a.office.UpdateBank(c.ctx, c.actor, c.id(), command)
	if err != nil {
		return bankRow{}, err
	}
	return a.answerBank(c, bank.ID)
}

// orNow is the version that the caller saw, or else that of the object the
// change was laid over: nothing in between is lost.
func orNow(seen, now int64) int64 {
	if seen != 0 {
		return seen
	}
	return now
}
