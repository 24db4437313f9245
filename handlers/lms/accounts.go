package lms

import (
	"context"
	"encoding/json"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// accountAnswer is an ACCOUNT: the keys that the reference implies, then ours.
type accountAnswer struct {
	ID                  string `json:"id"`
	CreatedAt           stamp  `json:"created_at"`
	UpdatedAt           stamp  `json:"updated_at"`
	RefID               string `json:"ref_id"`
	Index               int64  `json:"index"`
	LeadID              string `json:"lead_id" doc:"The borrower."`
	ProgramID           string `json:"program_id"`
	Status              string `json:"status" doc:"active, blocked or closed: the words of the reference. state has ours."`
	ApprovedLineAmount  amount `json:"approved_line_amount"`
	AvailableLineAmount amount `json:"available_line_amount"`
	UtilisedLineAmount  amount `json:"utilised_line_amount" doc:"Principal outstanding, and what is about to be paid out."`
	LineExpiry          stamp  `json:"line_expiry"`
	DPD                 int    `json:"dpd" doc:"As shown: of the last closed day."`
	PeakDPD             int    `json:"peak_dpd"`
	AssetCategory       string `json:"asset_category"`
	AssetCategoryDate   stamp  `json:"asset_category_date"`

	State                string  `json:"state" doc:"created, active, frozen, expired, closing or closed."`
	Borrower             string  `json:"borrower" doc:"The same as lead_id."`
	Name                 string  `json:"name" doc:"Of the borrower."`
	BorrowerRef          string  `json:"borrower_ref"`
	Program              string  `json:"program" doc:"Name of the program."`
	Product              string  `json:"product"`
	VirtualAccountNo     string  `json:"virtual_account_no"`
	UMRN                 string  `json:"umrn"`
	CollectionBank       noText  `json:"collection_bank"`
	PrincipalOutstanding amount  `json:"principal_outstanding"`
	TotalOutstanding     amount  `json:"total_outstanding"`
	DueNow               amount  `json:"due_now"`
	ExcessPayment        amount  `json:"excess_payment"`
	NextDueDate          stamp   `json:"next_due_date"`
	NextDueAmount        amount  `json:"next_due_amount"`
	LoanData             rawJSON `json:"loan_data" doc:"The loan parameters as given."`
	Version              int64   `json:"version"`
}

// rawJSON is JSON that the books hold as it is.
type rawJSON string

// MarshalJSON writes it.
func (r rawJSON) MarshalJSON() ([]byte, error) {
	if r == "" {
		return []byte("{}"), nil
	}
	return []byte(r), nil
}

// accountStatus is the reference's word for the state of an account.
func accountStatus(state string) string {
	switch state {
	case "frozen":
		return "blocked"
	case "closing", "closed":
		return "closed"
	}
	return "active"
}

// accountStates are our states behind a word of the reference, or the state itself.
func accountStates(words []string) []string {
	var states []string
	for _, word := range words {
		switch word {
		case "active":
			states = append(states, "created", "active", "expired")
		case "blocked":
			states = append(states, "frozen")
		case "closed":
			states = append(states, "closing", "closed")
		}
	}
	return states
}

func accountWire(a store.AccountUse) accountAnswer {
	category := a.Category
	if category == "" {
		category = string(lending.Regular)
	}
	return accountAnswer{ID: a.ID, CreatedAt: stampOf(a.CreatedAt), UpdatedAt: stampOf(a.UpdatedAt), RefID: a.Ref, Index: a.Idx, LeadID: a.BorrowerID,
		ProgramID: a.ProgramID, Status: accountStatus(a.Status), ApprovedLineAmount: amount(a.ApprovedLineAmount),
		AvailableLineAmount: amount(max(a.ApprovedLineAmount-a.Used, 0)), UtilisedLineAmount: amount(a.Used), DPD: a.DPD, PeakDPD: a.PeakDPD,
		AssetCategory: category, AssetCategoryDate: startOf(a.CategoryDate), State: a.Status, Borrower: a.BorrowerID, Name: a.BorrowerName,
		BorrowerRef: a.BorrowerRef, Program: a.ProgramName, Product: a.Product, VirtualAccountNo: a.VirtualAccountNo, UMRN: a.UMRN,
		CollectionBank: noText(a.CollectionBankID), PrincipalOutstanding: amount(a.PrincipalOutstanding), TotalOutstanding: amount(a.TotalOutstanding),
		DueNow: amount(a.DueNow), ExcessPayment: amount(a.Excess), NextDueDate: startOf(a.NextDueDate), NextDueAmount: amount(a.NextDueAmount),
		LoanData: rawJSON(a.LoanData), Version: a.Version}
}

// accountByKey takes an id or a ref.
func accountByKey(ctx context.Context, v *store.View, key string) (store.Account, error) {
	if len(key) == idLength {
		return v.AccountByID(ctx, key)
	}
	return v.AccountByRef(ctx, key)
}

// accountFilters narrow the accounts.
var accountFilters = join(
	one("lead_id", textParam, "Id or ref of the borrower."), one("borrower", textParam, "The same as lead_id."),
	one("program_id", textParam, "Id, ref or name of the program."),
	one("ref_id", textParam, "Exactly this account number."),
	one("status", listParam, "Words of the reference, comma-separated.", "active", "blocked", "closed"),
	one("state", listParam, "Our states, comma-separated.", "created", "active", "frozen", "expired", "closing", "closed"),
	one("asset_category", textParam, "Exactly this category."),
	one("dpd_min", numberParam, "At least so many days past due."),
	between("created_at"),
	one("search", textParam, "Words in number, borrower, phone or virtual account."),
	ordering("index", "dpd", "outstanding"),
)

// listAccounts answers one page of accounts.
func (a *API) listAccounts(c *call) (page[accountAnswer], error) {
	var answer page[accountAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.AccountQuery{Ref: c.keyParam("ref_id"), Statuses: append(accountStates(c.list("status")), c.list("state")...), Category: c.text("asset_category"),
			MinDPD: c.number("dpd_min", 0, 1_000_000, 0), Created: store.Span{From: c.date("created_at_after"), To: c.date("created_at_before")},
			Search: c.text("search"), Listing: c.listing("index")}
		lead := c.keyParam("lead_id")
		if lead == "" {
			lead = c.keyParam("borrower")
		}
		var err error
		if q.Borrower, err = borrowerID(ctx, v, lead); err != nil {
			return err
		}
		if q.Program, err = programID(ctx, v, c.text("program_id")); err != nil {
			return err
		}
		answer, err = paged(c, q.Listing,
			func() ([]store.AccountUse, *store.RecordKey, error) { return v.QueryAccounts(ctx, q) },
			func() (int64, error) { return v.CountAccounts(ctx, q) },
			func(_ context.Context, a store.AccountUse) (accountAnswer, error) { return accountWire(a), nil })
		return err
	})
	return answer, err
}

func borrowerID(ctx context.Context, v *store.View, key string) (string, error) {
	if key == "" {
		return "", nil
	}
	borrower, err := v.BorrowerByAny(ctx, key)
	return found(borrower.ID, err)
}

func programID(ctx context.Context, v *store.View, named string) (string, error) {
	if named == "" {
		return "", nil
	}
	program, err := v.ProgramByAny(ctx, named)
	return found(program.ID, err)
}

// accountBody opens an account.
type accountBody struct {
	Borrower           borrowerIn       `json:"borrower" doc:"Id or ref of a borrower, or an object that makes one: name, pan, phone, email, vpa, banks."`
	LeadID             text             `json:"lead_id" doc:"Id or ref of a borrower."`
	ProgramID          text             `json:"program_id" need:"true" doc:"Id, ref or name."`
	ApprovedLineAmount amount           `json:"approved_line_amount"`
	LineDetail         object[lineBody] `json:"line_detail" doc:"As the loan parameters have it: approved_line_amount."`
	LoanData           parameters       `json:"loan_data" doc:"Loan parameters by key."`
	RefID              text             `json:"ref_id" doc:"The lender's own account number."`
	Product            text             `json:"product"`
	VirtualAccountNo   text             `json:"virtual_account_no"`
	UMRN               text             `json:"umrn"`
	CollectionBank     bankIn           `json:"collection_bank"`
	PayerIFSC          text             `json:"payer_ifsc"`
	PayerLast4         text             `json:"payer_last4"`
}

// lineBody is the line as the reference nests it.
type lineBody struct {
	ApprovedLineAmount *amount `json:"approved_line_amount"`
}

// parameters are loan parameters by key, as they come: an object, or text that
// holds one. servicing checks each.
type parameters map[string]json.RawMessage

// UnmarshalJSON reads either form; lists in text are taken out of it.
func (p *parameters) UnmarshalJSON(data []byte) error {
	raw, _ := unwrap(data)
	in, err := objectFields(raw)
	if err != nil {
		return unreadable("This is no object.")
	}
	*p = loanParameters(in)
	return nil
}

// loanParameters takes values that a form sent as text out of it.
func loanParameters(in fields) parameters {
	out := parameters{}
	for name, value := range in {
		out[name], _ = unwrap(value)
	}
	return out
}

// borrowerIn names a borrower, or says who it is.
type borrowerIn struct {
	named  string
	object *newBorrower
}

// newBorrower is a borrower who comes with an account.
type newBorrower struct {
	borrowerBody
	ID    text             `json:"id"`
	Banks list[bankObject] `json:"banks"`
}

// UnmarshalJSON reads either form.
func (b *borrowerIn) UnmarshalJSON(data []byte) error {
	raw, _ := unwrap(data)
	if len(raw) > 0 && raw[0] == '{' {
		var o object[newBorrower]
		if err := json.Unmarshal(raw, &o); err != nil {
			return err
		}
		if b.object = &o.is; o.is.ID != "" {
			b.named, b.object = key(string(o.is.ID)), nil
		}
		return nil
	}
	var named text
	err := named.UnmarshalJSON(raw)
	b.named = key(string(named))
	return err
}

// createAccount opens an account.
func (a *API) createAccount(c *call, in accountBody) (accountAnswer, error) {
	command := servicing.NewAccount{Ref: string(in.RefID), Borrower: in.Borrower.named, Program: string(in.ProgramID), Product: string(in.Product),
		Line: lending.Money(in.ApprovedLineAmount), LoanData: in.LoanData, VirtualAccountNo: string(in.VirtualAccountNo), UMRN: string(in.UMRN),
		PayerIFSC: string(in.PayerIFSC), PayerLast4: string(in.PayerLast4)}
	if line := in.LineDetail.is.ApprovedLineAmount; line != nil && command.Line == 0 {
		command.Line = lending.Money(*line)
	}
	switch person := in.Borrower.object; {
	case person != nil:
		command.NewBorrower = &servicing.BorrowerInput{}
		person.over(command.NewBorrower)
		for _, bank := range person.Banks {
			command.Banks = append(command.Banks, servicing.BankInput{Kind: "credit", IFSC: string(bank.IFSC), AccountNo: string(bank.AccountNo),
				AccountHolderName: string(bank.AccountHolderName)})
		}
	case command.Borrower == "":
		command.Borrower = key(string(in.LeadID))
	}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		command.CollectionBank, err = in.CollectionBank.key(ctx, v)
		return err
	})
	if err != nil {
		return accountAnswer{}, err
	}
	account, err := a.office.CreateAccount(c.ctx, c.actor, command)
	if err != nil {
		return accountAnswer{}, err
	}
	return a.answerAccount(c, account.ID)
}

// showAccount answers one account.
func (a *API) showAccount(c *call) (accountAnswer, error) { return a.answerAccount(c, c.id()) }

func (a *API) answerAccount(c *call, key string) (accountAnswer, error) {
	var answer accountAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		account, err := accountByKey(ctx, v, key)
		if err != nil {
			return err
		}
		use, err := v.AccountUseOf(ctx, account.ID)
		c.version, answer = use.Version, accountWire(use)
		return err
	})
	return answer, err
}

// disbursementBody asks that a loan be paid out.
type disbursementBody struct {
	Account          text   `json:"account" doc:"Id or ref; or lead_id and program_id, where the pair has one account."`
	LeadID           text   `json:"lead_id"`
	ProgramID        text   `json:"program_id"`
	Amount           amount `json:"amount"`
	DisbursementDate date   `json:"disbursement_date" doc:"On which the money is meant to reach the payee; the business date when unset."`
	FirstDueDate     date   `json:"first_due_date" doc:"Over that of the loan parameters."`
	PayoutTo         text   `json:"payout_to" enum:"borrower,anchor,custom_bank"`
	CreditBank       bankIn `json:"credit_bank" doc:"Id or ref, or an object: account_holder_name, account_no, ifsc."`
	Method           text   `json:"method" enum:"manual,automatic"`
}

// initiateDisbursement makes a loan and the payouts of its net amount.
func (a *API) initiateDisbursement(c *call, in disbursementBody) (loanAnswer, error) {
	command := servicing.DisbursementInput{Account: key(string(in.Account)), Amount: lending.Money(in.Amount), Date: lending.Date(in.DisbursementDate),
		FirstDueDate: lending.Date(in.FirstDueDate), PayoutTo: string(in.PayoutTo), CreditBank: in.CreditBank.named, NewBank: in.CreditBank.input(),
		Method: string(in.Method)}
	if id := c.echo.Param("id"); id != "" {
		command.Account = c.id()
	}
	if command.Account == "" {
		var err error
		if command.Account, err = a.accountOfPair(c, key(string(in.LeadID)), string(in.ProgramID)); err != nil {
			return loanAnswer{}, err
		}
	}
	done, err := a.office.InitiateDisbursement(c.ctx, c.actor, command)
	if err != nil {
		return loanAnswer{}, err
	}
	return a.answerLoan(c, done.Loan.ID, "payouts")
}

// accountOfPair finds the one account of a borrower under a program.
func (a *API) accountOfPair(c *call, lead, program string) (string, error) {
	if lead == "" || program == "" {
		return "", faults{"account": "Say which account: its id or ref, or lead_id and program_id."}
	}
	var account string
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var q store.AccountQuery
		var err error
		if q.Borrower, err = borrowerID(ctx, v, lead); err != nil {
			return err
		}
		if q.Program, err = programID(ctx, v, program); err != nil {
			return err
		}
		q.Limit = 2
		rows, _, err := v.QueryAccounts(ctx, q)
		if err != nil {
			return err
		}
		if len(rows) != 1 {
			return faults{"account": "This borrower has none or several accounts under this program. Say which."}
		}
		account = rows[0].ID
		return nil
	})
	return account, err
}
