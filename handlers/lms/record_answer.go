package lms

import (
	"context"

	"lekha/store"
)

// recordAnswer is a RECORD: the 37 keys of the reference in its order. What
// Lekha knows beyond them is shown by expand alone.
type recordAnswer struct {
	ID                 string      `json:"id"`
	CreatedAt          stamp       `json:"created_at"`
	UpdatedAt          stamp       `json:"updated_at"`
	Type               string      `json:"type" doc:"repayment; tds for a tax credit; refund and adjustment of money held."`
	RefID              string      `json:"ref_id" doc:"What people call it."`
	Index              int64       `json:"index"`
	ReceivedAmount     amount      `json:"received_amount" doc:"Money that reached the bank."`
	TDSAmount          amount      `json:"tds_amount" doc:"Tax the payer withheld."`
	Amount             amount      `json:"amount" doc:"Received and withheld."`
	RemainingAmount    amount      `json:"remaining_amount" doc:"Neither settled nor refunded."`
	PaymentMode        noText      `json:"payment_mode"`
	PGServiceID        noText      `json:"pg_service_id"`
	UTR                noText      `json:"utr"`
	SettlementUTR      noText      `json:"settlement_utr"`
	SettlementOrder    string      `json:"settlement_order"`
	ComponentOrder     string      `json:"component_order"`
	UploadedBy         noText      `json:"uploaded_by" doc:"Null when a program made it."`
	UploadedByID       noText      `json:"uploaded_by_id"`
	Date               stamp       `json:"date" doc:"Value date: that day in India at the clock time of creation."`
	SettledAt          stamp       `json:"settled_at"`
	RevertDate         stamp       `json:"revert_date"`
	RevertValueDate    stamp       `json:"revert_value_date"`
	RevertSentToGL     bool        `json:"revert_sent_to_gl"`
	BankDate           stamp       `json:"bank_date"`
	Remark             string      `json:"remark"`
	Status             string      `json:"status" doc:"unmatched, parked, set_aside, split, initiated, pending, approved, processed, rejected, reverted, cancelled."`
	CollectionBank     *bankAnswer `json:"collection_bank"`
	BackDateFound      bool        `json:"back_date_found"`
	BackDateMarkedOn   stamp       `json:"back_date_marked_on"`
	SentToGL           bool        `json:"sent_to_gl"`
	SettlementSentToGL bool        `json:"settlement_sent_to_gl"`
	IsProcessed        bool        `json:"is_processed" doc:"A flag of bookkeeping, apart from status."`
	Account            noText      `json:"account"`
	Topup              noText      `json:"topup"`
	Transaction        noText      `json:"transaction"`
	Loans              []string    `json:"loans"`
	Payouts            []string    `json:"payouts"`

	Version  *int64          `json:"version,omitempty" doc:"Only with expand=version; the ETag has it always."`
	Approval *openApproval   `json:"approval,omitempty" doc:"Only with expand=approval: the open or the last request about it."`
	Parts    *[]string       `json:"parts,omitempty" doc:"Only with expand=parts: the records of a split."`
	Details  *recordDetails  `json:"details,omitempty" doc:"Only with expand=details: where it came from and why it stands where it does."`
	Settled  *[]settledShort `json:"settlements,omitempty" doc:"Only with expand=settlements."`
}

// recordDetails is what Lekha knows of a record beyond the reference.
type recordDetails struct {
	Source       string `json:"source" doc:"statement, hand, api or portfolio."`
	Reason       string `json:"reason" doc:"Why it is parked, set aside, sent back, or came back."`
	SetAsideKind noText `json:"set_aside_kind"`
	DuplicateOf  noText `json:"duplicate_of"`
	Parent       noText `json:"parent" doc:"The split it is a part of."`
	Predecessor  noText `json:"predecessor" doc:"The rejected or reversed record it took over from."`
	Successor    noText `json:"successor" doc:"The record that took over from it."`
	FeeWithheld  amount `json:"fee_withheld" doc:"What a gateway kept of it; of a split, the sum over its parts."`
	FeeGST       amount `json:"fee_gst" doc:"The tax on that."`
	ReceiptNo    noText `json:"receipt_no"`
	ChequeNo     noText `json:"cheque_no"`
	ChequeBank   noText `json:"cheque_bank"`
	ChequeDate   stamp  `json:"cheque_date"`
	BankCredit   noText `json:"bank_credit" doc:"The statement line that proves it."`
	Narration    string `json:"narration"`
	AccountRef   noText `json:"account_ref"`
	Borrower     noText `json:"borrower_name"`
	Maker        noText `json:"maker"`
}

// settledShort is one settlement beside its record.
type settledShort struct {
	ID     string `json:"id"`
	Demand string `json:"demand"`
	Date   stamp  `json:"date"`
	Amount amount `json:"amount"`
}

// recordExpands are the names that expand knows on a record.
var recordExpands = []string{"payouts", "version", "approval", "parts", "details", "settlements"}

// recordWriter writes records of one moment: banks and company are read once.
type recordWriter struct {
	v       *store.View
	c       *call
	company string
	banks   map[string]store.Bank

	exported int64 // last entry that went to the general ledger
}

// records makes a writer for a moment.
func (c *call) records(v *store.View) (*recordWriter, error) {
	company, err := v.Company(c.ctx)
	if err != nil {
		return nil, err
	}
	exported, err := v.LastExported(c.ctx)
	return &recordWriter{v: v, c: c, company: company.ID, banks: map[string]store.Bank{}, exported: exported}, err
}

// bank reads a collection bank once.
func (w *recordWriter) bank(ctx context.Context, id store.Opt) (*bankAnswer, error) {
	if id == "" {
		return nil, nil
	}
	bank, known := w.banks[string(id)]
	if !known {
		var err error
		if bank, err = w.v.BankByAny(ctx, string(id)); err != nil {
			return nil, err
		}
		w.banks[string(id)] = bank
	}
	answer := bankWire(bank, w.company)
	return &answer, nil
}

// write translates one record.
func (w *recordWriter) write(ctx context.Context, r store.Record) (recordAnswer, error) {
	bank, err := w.bank(ctx, r.CollectionBankID)
	if err != nil {
		return recordAnswer{}, err
	}
	answer := recordAnswer{ID: r.ID, CreatedAt: stampOf(r.CreatedAt), UpdatedAt: stampOf(r.UpdatedAt), Type: r.Type, RefID: r.Ref, Index: r.Idx,
		ReceivedAmount: amount(r.ReceivedAmount), TDSAmount: amount(r.TDSAmount), Amount: amount(r.Amount), RemainingAmount: amount(r.RemainingAmount),
		PaymentMode: noText(r.PaymentMode), PGServiceID: noText(r.PGServiceID), UTR: noText(r.UTR), SettlementUTR: noText(r.SettlementUTR),
		SettlementOrder: r.SettlementOrder, ComponentOrder: r.ComponentOrder, UploadedBy: noText(r.UploadedBy), UploadedByID: noText(r.UploadedByID),
		Date: dayAt(r.Date, r.CreatedAt), SettledAt: dayAt(r.SettledOn, r.CreatedAt), RevertDate: startOf(r.RevertDate), RevertValueDate: startOf(r.RevertValueDate),
		BankDate: dayAt(r.BankDate, r.CreatedAt), Remark: r.Remark, Status: r.Status, CollectionBank: bank,
		BackDateFound: r.BackDateFound, BackDateMarkedOn: stampOf(r.BackDateMarkedOn), IsProcessed: r.IsProcessed,
		Account: noText(r.AccountID), Loans: listed(r.Loans), Payouts: []string{}}
	if r.FactKey != "" && w.exported > 0 {
		sent, err := w.v.ReceiptSent(ctx, string(r.AccountID), string(r.FactKey), w.exported)
		if err != nil {
			return answer, err
		}
		answer.SentToGL, answer.SettlementSentToGL, answer.RevertSentToGL = sent.Receipt, sent.Settlement, sent.Reversal && r.Status == "reverted"
	}
	if err := w.payouts(ctx, r, &answer); err != nil {
		return answer, err
	}
	return answer, w.expand(ctx, r, &answer)
}

// payouts are those that send money of the record back.
func (w *recordWriter) payouts(ctx context.Context, r store.Record, answer *recordAnswer) error {
	if r.Type != "refund" && r.RemainingAmount+r.RefundedAmount == 0 && r.SetAsideKind != "refund" {
		return nil // there is nothing that could go back
	}
	payouts, err := w.v.PayoutsOfRecord(ctx, r.ID)
	for _, p := range payouts {
		answer.Payouts = append(answer.Payouts, p.ID)
	}
	return err
}

// expand adds what was asked for beyond the reference.
func (w *recordWriter) expand(ctx context.Context, r store.Record, answer *recordAnswer) error {
	if w.c.expand("version") {
		answer.Version = &r.Version
	}
	if w.c.expand("approval") {
		approvals, err := w.v.ApprovalsOfRecord(ctx, r.ID)
		if err != nil {
			return err
		}
		if len(approvals) > 0 {
			a := approvals[0]
			answer.Approval = &openApproval{ID: a.ID, RefID: a.Ref, Kind: a.Kind, Status: a.Status, Level: a.Level, Levels: a.Levels, Version: a.Version}
		}
	}
	if w.c.expand("parts") {
		children, err := w.v.ChildrenOf(ctx, r.ID)
		if err != nil {
			return err
		}
		parts := []string{}
		for _, child := range children {
			if child.Status != "cancelled" {
				parts = append(parts, child.ID)
			}
		}
		answer.Parts = &parts
	}
	if w.c.expand("settlements") {
		rows, _, err := w.v.SettledDemands(ctx, store.SettlementFilter{Record: r.ID, Listing: store.Listing{Limit: maxItems}})
		if err != nil {
			return err
		}
		settled := []settledShort{}
		for _, s := range rows {
			settled = append(settled, settledShort{s.ID, s.DemandID, endOf(s.Date), amount(s.Amount)})
		}
		answer.Settled = &settled
	}
	if w.c.expand("details") {
		return w.details(ctx, r, answer)
	}
	return nil
}

func (w *recordWriter) details(ctx context.Context, r store.Record, answer *recordAnswer) error {
	successors, err := w.v.SuccessorsOf(ctx, r.ID)
	if err != nil {
		return err
	}
	answer.Details = &recordDetails{Source: r.Source, Reason: r.Reason, SetAsideKind: noText(r.SetAsideKind), DuplicateOf: noText(r.DuplicateOf),
		Parent: noText(r.ParentID), Predecessor: noText(r.PredecessorID), FeeWithheld: amount(r.FeeWithheld), FeeGST: amount(r.FeeGST), ReceiptNo: noText(r.ReceiptNo), ChequeNo: noText(r.ChequeNo),
		ChequeBank: noText(r.ChequeBank), ChequeDate: startOf(r.ChequeDate), BankCredit: noText(r.BankCreditID), Narration: r.Narration,
		AccountRef: noText(r.AccountRef), Borrower: noText(r.BorrowerName), Maker: noText(r.Maker)}
	if len(successors) > 0 {
		answer.Details.Successor = noText(successors[len(successors)-1].ID)
	}
	return nil
}

// answerRecord shows a record as it is now, after a command.
func (a *API) answerRecord(c *call, id string) (recordAnswer, error) {
	var answer recordAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		r, err := recordByKey(ctx, v, id)
		if err != nil {
			return err
		}
		w, err := c.records(v)
		if err != nil {
			return err
		}
		c.version = r.Version
		answer, err = w.write(ctx, r)
		return err
	})
	return answer, err
}

// recordByKey takes an id or a ref.
func recordByKey(ctx context.Context, v *store.View, key string) (store.Record, error) {
	if len(key) == idLength {
		return v.RecordByID(ctx, key)
	}
	return v.RecordByRef(ctx, key)
}
