package ledger

import (
	"strings"

	"lekha/lending"
)

// Policy is what entries depend on beside the Book and its facts.
type Policy struct {
	// Credited are the receipts (fact keys) that lay in the suspense of unmatched
	// money before they were known to be this account's.
	Credited map[string]bool
	// Payouts are the payments that the bank confirmed.
	Payouts []Payout
	// Provide: provisions of non-performing loans are made.
	Provide bool
	// Rates are the rates of provisions that the lender dated over those of the law.
	Rates []lending.LegalParameter
	// Security is what the security of the account would bring.
	Security lending.Money
}

// Payout is money that truly left the bank.
type Payout struct {
	Key    string
	Loan   string
	Date   lending.Date
	Amount lending.Money
}

// Entries lists every entry that a Book implies, in the order of its days. It is
// pure: the same Book, facts and policy give the same entries.
func Entries(book *lending.Book, facts []lending.Fact, policy Policy) ([]Entry, error) {
	parts, err := imply(book, facts, policy)
	if err != nil {
		return nil, err
	}
	return checked(Difference(parts, nil, book.At.Date))
}

// Later lists what a Book implies that an earlier one of the same facts did not:
// what time alone adds. It is the difference of their entries, made in one go.
func Later(book, earlier *lending.Book, facts []lending.Fact, policy Policy) ([]Entry, error) {
	before, err := imply(earlier, facts, policy)
	if err != nil {
		return nil, err
	}
	after, err := imply(book, facts, policy)
	if err != nil {
		return nil, err
	}
	return checked(Difference(after, before, book.At.Date))
}

func checked(entries []Entry) ([]Entry, error) {
	for i := range entries {
		if err := entries[i].Check(); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// imply is every entry that a Book implies, in parts: an event may come several
// times.
func imply(book *lending.Book, facts []lending.Fact, policy Policy) ([]Entry, error) {
	held, err := lending.InForce(facts, book.At)
	if err != nil {
		return nil, err
	}
	b := newBuilder(book, held, policy)
	for _, f := range held {
		b.fact(f)
	}
	b.receipts()
	b.totals()
	b.writeOffs()
	b.suspense()
	for _, p := range policy.Payouts {
		b.post(PaidOut+"/"+p.Key, p.Date, Line{PayoutClearing, p.Loan, p.Amount}, Line{BankDisbursement, p.Loan, -p.Amount})
	}
	return b.out, nil
}

// builder puts the entries of one Book together.
type builder struct {
	book    *lending.Book
	policy  Policy
	facts   map[string]*lending.Fact // in force, by key
	demands map[string]*lending.Demand
	off     map[string]lending.Date    // when loans were written off
	early   map[string]lending.Amounts // settled before it was due, by demand
	penal   map[string]lending.Money   // charges for a breach that were made by hand, by demand
	out     []Entry
}

func newBuilder(book *lending.Book, held []*lending.Fact, policy Policy) *builder {
	b := &builder{book: book, policy: policy, facts: make(map[string]*lending.Fact, len(held)), demands: make(map[string]*lending.Demand, len(book.Demands)),
		off: map[string]lending.Date{}, early: map[string]lending.Amounts{}, penal: map[string]lending.Money{}}
	for _, f := range held {
		b.facts[f.Key] = f
	}
	for i := range book.Demands {
		b.demands[book.Demands[i].Key] = &book.Demands[i]
	}
	for i := range book.Loans {
		if l := &book.Loans[i]; l.WrittenOffOn != 0 {
			b.off[l.Loan] = l.WrittenOffOn
		}
	}
	return b
}

// post adds an entry; lines of nothing are left out.
func (b *builder) post(event string, on lending.Date, lines ...Line) {
	kept := lines[:0]
	for _, l := range lines {
		if l.Amount != 0 {
			kept = append(kept, l)
		}
	}
	if len(kept) > 0 {
		b.out = append(b.out, Entry{event, on, kept})
	}
}

// fact is what the rarer facts do: money lent, paid back, promised.
func (b *builder) fact(f *lending.Fact) {
	switch f.Kind {
	case lending.FactDisbursal:
		b.lend(f, f.Disbursal.Loan, f.Disbursal.Deductions)
	case lending.FactTranche:
		b.lend(f, f.Tranche.Loan, f.Tranche.Deductions)
	case lending.FactCashback:
		from := Promotion
		if strings.Contains(f.Cashback.Reason, "unearned") {
			from = Unearned
		}
		b.post(CashedBack+"/"+f.Key, f.ValueDate, Line{from, f.Cashback.Loan, f.Amount}, Line{Cashback, f.Cashback.Loan, -f.Amount})
	case lending.FactCharge:
		b.charge(f)
	}
}

// lend is a disbursal or a tranche: the principal, what is kept back of it, and
// the rest on its way to the borrower.
func (b *builder) lend(f *lending.Fact, loan string, deductions []lending.Deduction) {
	lines := []Line{{PrincipalLent, loan, f.Amount}}
	net := f.Amount
	for _, d := range deductions {
		net -= d.Amount
		switch d.Kind {
		case "gst":
			half := d.Amount / 2
			lines = append(lines, Line{CGST, loan, -half}, Line{SGST, loan, half - d.Amount})
		case "igst":
			lines = append(lines, Line{IGST, loan, -d.Amount})
		case "bpi":
			lines = append(lines, Line{InterestIncome, loan, -d.Amount})
		case lending.SubventionShare:
			lines = append(lines, Line{AnchorDue, loan, -d.Amount}) // paid by the anchor, so it is negative
		case "upfront_interest", lending.SubventionInterest:
			lines = append(lines, Line{Unearned, loan, -d.Amount})
		case "third_party":
			lines = append(lines, Line{ThirdParty, loan, -d.Amount})
		case lending.FromHoldback:
			lines = append(lines, Line{Holdback, loan, -d.Amount})
		default:
			lines = append(lines, Line{ProcessingIncome, loan, -d.Amount})
		}
	}
	b.post(Disbursed+"/"+f.Key, f.ValueDate, append(lines, Line{PayoutClearing, loan, -net})...)
}

// charge is a fee from the day it was made: its base is income, its taxes are owed.
// Interest that is demanded again takes the place of a tax credit that never came.
func (b *builder) charge(f *lending.Fact) {
	c := f.Charge
	if c.Component == "PI" {
		b.penal[c.Fee] = f.Amount
	}
	if off := b.off[c.Loan]; off != 0 && f.ValueDate > off {
		return
	}
	event := Charged + "/" + f.Key
	switch c.Component {
	case "NI":
		b.post(event, f.ValueDate, Line{InterestDue, c.Loan, f.Amount}, Line{TDSReceivable, c.Loan, -f.Amount})
		return
	case "PI":
		b.post(event, f.ValueDate, Line{PenalDue, c.Loan, f.Amount}, Line{PenalIncome, c.Loan, -c.Base},
			Line{CGST, c.Loan, -c.CGST}, Line{SGST, c.Loan, -c.SGST}, Line{IGST, c.Loan, -c.IGST})
		return
	}
	b.post(event, f.ValueDate, Line{FeeDue, c.Loan, f.Amount}, Line{feeIncome(c.Name), c.Loan, -c.Base},
		Line{CGST, c.Loan, -c.CGST}, Line{SGST, c.Loan, -c.SGST}, Line{IGST, c.Loan, -c.IGST})
}

// feeIncome is the head that a fee is income of, by its name.
func feeIncome(name string) Role {
	name = strings.ToLower(name)
	for _, head := range []struct {
		word string
		role Role
	}{{"bounce", BounceIncome}, {"foreclos", ForeclosureFee}, {"prepayment", ForeclosureFee}, {"processing", ProcessingIncome}} {
		if strings.Contains(name, head.word) {
			return head.role
		}
	}
	return OtherFeeIncome
}

// receivable is where the unpaid part of a component stands.
var receivable = [lending.NumComponents]Role{lending.Principal: PrincipalDue, lending.Interest: InterestDue,
	lending.OverdueInterest: OverdueDue, lending.Penal: PenalDue, lending.Fee: FeeDue}

// ahead says that a settlement pays something before it is asked for.
func ahead(d *lending.Demand, on lending.Date) bool {
	return d.Type == lending.DemandEMI && (on < d.DueDate || d.PeriodStart == d.PeriodEnd && d.Name == "Prepayment")
}

// paid is the credit of one settlement. Principal that is paid before it is due
// never becomes due; interest and instalment fees that are, are recognised with it.
// What comes on a loan that was written off is a recovery.
func (b *builder) paid(event string, s *lending.Settlement) Line {
	d := b.demands[s.Demand]
	if off := b.off[d.Loan]; off != 0 && s.Date >= off {
		return Line{RecoveryIncome, d.Loan, -s.Amount}
	}
	if !ahead(d, s.Date) {
		return Line{receivable[s.Component], d.Loan, -s.Amount}
	}
	early := b.early[d.Key]
	early[s.Component] += s.Amount
	b.early[d.Key] = early
	switch s.Component {
	case lending.Principal:
		return Line{PrincipalLent, d.Loan, -s.Amount}
	case lending.Interest:
		b.post(Accrued+"/"+d.Key, s.Date, Line{InterestAccrued, d.Loan, s.Amount}, Line{InterestIncome, d.Loan, -s.Amount})
		b.post(Demanded+"/"+d.Key, s.Date, Line{InterestDue, d.Loan, s.Amount}, Line{InterestAccrued, d.Loan, -s.Amount})
	case lending.Fee:
		b.post(Demanded+"/"+d.Key, s.Date, Line{FeeDue, d.Loan, s.Amount}, Line{OtherFeeIncome, d.Loan, -s.Amount})
	}
	return Line{receivable[s.Component], d.Loan, -s.Amount}
}

// receipts is money that arrived, what it settled, and what of it is held.
func (b *builder) receipts() {
	used := map[string][]*lending.Settlement{}
	for i := range b.book.Settlements {
		s := &b.book.Settlements[i]
		used[s.Receipt] = append(used[s.Receipt], s)
	}
	for i := range b.book.Receipts {
		r := &b.book.Receipts[i]
		f := b.facts[r.Receipt]
		if f == nil || r.Reversed || r.Waiting {
			continue
		}
		b.receive(f, r)
		left := r.Amount
		at, later := []Line{{ToAllocate, "", r.Amount}}, map[lending.Date][]Line{}
		for _, s := range used[r.Receipt] {
			if s.FromExcess {
				later[s.Date] = append(later[s.Date], Line{Excess, "", s.Amount}, b.paid(Applied, s))
				continue
			}
			left -= s.Amount
			at = append(at, b.paid(Allocated, s))
		}
		b.post(Allocated+"/"+r.Receipt, r.ValueDate, append(at, Line{Excess, "", -left})...)
		for on, lines := range later {
			b.post(Applied+"/"+r.Receipt, on, lines...)
		}
	}
	b.refunds()
	b.waivers()
}

// receive is where the money of a receipt came from.
func (b *builder) receive(f *lending.Fact, r *lending.ReceiptBook) {
	event := Received + "/" + r.Receipt
	if f.Adjustment != nil {
		from := map[string]Role{lending.FromHoldback: Holdback, lending.FromCashback: Cashback}[f.Adjustment.From]
		if from == "" {
			from = PayoutClearing // excess of another account, refunded there
		}
		b.post(event, r.ValueDate, Line{from, "", r.Amount}, Line{ToAllocate, "", -r.Amount})
		return
	}
	bank := BankCollection
	if b.policy.Credited[r.Receipt] {
		bank = Suspense
	}
	b.post(event, r.ValueDate, Line{bank, "", f.Receipt.Received}, Line{TDSReceivable, "", f.Receipt.TDS},
		Line{GatewayCharge, "", f.Receipt.Fee}, Line{GSTInput, "", f.Receipt.FeeGST}, Line{ToAllocate, "", -r.Amount})
}

func (b *builder) refunds() {
	for _, r := range b.book.Refunds {
		from := map[string]Role{lending.FromHoldback: Holdback, lending.FromCashback: Cashback}[b.facts[r.Refund].Refund.From]
		if from == "" {
			from = Excess
		}
		b.post(Refunded+"/"+r.Refund, r.ValueDate, Line{from, "", r.Amount - r.Uncovered}, Line{RefundToRecover, "", r.Uncovered}, Line{PayoutClearing, "", -r.Amount})
	}
}

// waivers give up what stands in the books; interest that was not recognised yet
// never is.
func (b *builder) waivers() {
	given := map[string]lending.Money{}
	for _, w := range b.book.Waivers {
		d := b.demands[w.Demand]
		if off := b.off[d.Loan]; off != 0 && w.Date > off {
			continue // the claim is given up; it is in no account any more
		}
		role := receivable[w.Component]
		if ahead(d, w.Date) {
			early := b.early[d.Key]
			early[w.Component] += w.Amount
			b.early[d.Key] = early
			if w.Component != lending.Principal {
				continue
			}
			role = PrincipalLent
		}
		tax := lending.Tax{}
		if w.Component == lending.Fee || w.Component == lending.Penal {
			tax = b.taxGiven(d.Key, given[d.Key], w.Amount)
			given[d.Key] += w.Amount
		}
		b.post(Forgiven+"/"+w.Waiver, w.Date, Line{Waived, d.Loan, w.Amount - tax.Total()}, Line{CGST, d.Loan, tax.CGST}, Line{SGST, d.Loan, tax.SGST}, Line{IGST, d.Loan, tax.IGST},
			Line{role, d.Loan, -w.Amount})
	}
}

// taxGiven is the tax that is not owed any more because a charge is given up, in part
// or whole: its share to date less what was taken back before, as credit notes have it.
func (b *builder) taxGiven(demand string, before, amount lending.Money) lending.Tax {
	f := b.facts[demand]
	if f == nil || f.Charge == nil {
		return lending.Tax{}
	}
	share := func(of lending.Money) lending.Money {
		return lending.Share(of, before+amount, f.Amount) - lending.Share(of, before, f.Amount)
	}
	return lending.Tax{CGST: share(f.Charge.CGST), SGST: share(f.Charge.SGST), IGST: share(f.Charge.IGST)}
}
