package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/matching"
	"lekha/store"
)

// A receipt that somebody entered without the bank's reference and the statement
// line of the same money are two records, and nothing certain ties them. They are
// never merged by themselves: people are shown both and say that one is the other.

const (
	// clearingDays is how long a cheque takes at most between the desk and the
	// statement, beyond the days of any receipt.
	clearingDays = 7
	// alikeName is from where on a payer's name speaks for the borrower, in
	// thousandths.
	alikeName = 700
	// referenceSlips is how many characters of a reference people mistype.
	referenceSlips = 2
)

// Twin is a record that may be the same money as another one.
type Twin struct {
	Record store.Record // the other one
	Why    string       // "Same amount, one day apart, both for Sunita Devi."
}

// TwinsOf finds what may be the same money as a record: for a receipt by hand the
// lines of statements, for a statement line the receipts.
func TwinsOf(ctx context.Context, v *store.View, r store.Record) ([]Twin, error) {
	company, err := v.Company(ctx)
	if err != nil || !mayHaveTwin(r) {
		return nil, err
	}
	f := store.TwinFilter{Bank: string(r.CollectionBankID), Amount: r.ReceivedAmount, But: r.ID, Credit: string(r.BankCreditID),
		From: r.Date.AddDays(-company.ConfirmDays - clearingDays), To: r.Date.AddDays(company.ConfirmDays + clearingDays)}
	look := v.ReceiptsLike
	if r.Source == "hand" {
		look = v.LinesLike
	}
	others, err := look(ctx, f)
	if err != nil {
		return nil, err
	}
	var twins []Twin
	for _, other := range others {
		receipt, line := other, r
		if r.Source == "hand" {
			receipt, line = r, other
		}
		credit, err := v.BankCreditByID(ctx, string(line.BankCreditID))
		if err != nil {
			return nil, err
		}
		why, err := sameMoney(ctx, v, receipt, pairLine{credit, line, company.ConfirmDays})
		if err != nil {
			return nil, err
		}
		if why != "" {
			twins = append(twins, Twin{other, why})
		}
	}
	return twins, nil
}

// mayHaveTwin says whether a record is bank money that stands by itself.
func mayHaveTwin(r store.Record) bool {
	switch r.Status {
	case "rejected", "reverted", "cancelled", "set_aside":
		return false
	}
	if r.Type != "repayment" || r.ParentID != "" {
		return false
	}
	if r.Source == "hand" {
		return r.BankCreditID == "" && r.PaymentMode != "cash"
	}
	return r.BankCreditID != "" && r.Carries
}

// pairLine is the statement line of a pair that is weighed.
type pairLine struct {
	credit store.BankCredit
	record store.Record // zero while nothing is posted
	days   int          // by which the dates of a receipt and its line differ
}

// sameMoney says why a receipt may be a line, "" when it is not plausible. Amount
// and bank are the same already.
func sameMoney(ctx context.Context, v *store.View, receipt store.Record, line pairLine) (string, error) {
	if !fitsDays(receipt, line) || !fitsNumber(receipt, line.credit) {
		return "", nil
	}
	whose, plausible, err := fitsPayer(ctx, v, receipt, line)
	if err != nil || !plausible {
		return "", err
	}
	words := []string{"Same amount"}
	if receipt.CollectionBankID != "" {
		words = append(words, "same collection account")
	}
	apart := receipt.Date.Sub(line.credit.ValueDate)
	switch apart = max(apart, -apart); apart {
	case 0:
		words = append(words, "same day")
	case 1:
		words = append(words, "one day apart")
	default:
		words = append(words, fmt.Sprintf("%d days apart", apart))
	}
	return strings.Join(append(words, whose...), ", ") + ".", nil
}

// fitsDays: a transfer is on the statement within some days of what the customer
// says, a cheque when it cleared.
func fitsDays(receipt store.Record, line pairLine) bool {
	apart := line.credit.ValueDate.Sub(receipt.Date)
	if receipt.PaymentMode == "cheque" {
		return apart >= -line.days && apart <= line.days+clearingDays
	}
	if bank := line.credit.ValueDate.Sub(receipt.BankDate); max(bank, -bank) < max(apart, -apart) {
		apart = bank
	}
	return max(apart, -apart) <= line.days
}

// fitsNumber compares what the two call the money: a reference that is plainly
// another one, or another cheque, is other money.
func fitsNumber(receipt store.Record, c store.BankCredit) bool {
	cheque := c.Rail == bankfile.Cheque
	if receipt.PaymentMode == "cheque" {
		number, printed := strings.TrimLeft(receipt.ChequeNo, "0"), strings.TrimLeft(strings.TrimSpace(c.RawReference), "0")
		other := cheque && printed != "" && strings.Trim(printed, "0123456789") == "" && printed != number
		return (cheque || c.Rail == "") && !other
	}
	if cheque || c.Rail == bankfile.Cash {
		return false
	}
	return receipt.Reference == "" || c.Reference == "" || mistyped(receipt.Reference, c.Reference)
}

// mistyped says that two references differ by so little that one may be the other
// written down wrong.
func mistyped(a, b string) bool {
	if len(a) != len(b) {
		short, long := a, b
		if len(short) > len(long) {
			short, long = long, short
		}
		return len(short) >= 6 && strings.Contains(long, short)
	}
	slips := 0
	for i := range len(a) {
		if a[i] != b[i] {
			slips++
		}
	}
	return slips <= referenceSlips
}

// fitsPayer says whether the payer of a line may be the borrower of a receipt, and
// what speaks for it. A line that names nobody speaks against nobody.
func fitsPayer(ctx context.Context, v *store.View, receipt store.Record, line pairLine) (whose []string, plausible bool, err error) {
	if receipt.AccountID == "" {
		return nil, true, nil
	}
	account, err := v.AccountByID(ctx, string(receipt.AccountID))
	if err != nil {
		return nil, false, err
	}
	if line.record.AccountID != "" {
		matched, err := v.AccountByID(ctx, string(line.record.AccountID))
		return []string{"both for " + account.BorrowerName}, matched.BorrowerID == account.BorrowerID, err
	}
	bank, err := v.BankByAny(ctx, line.credit.BankID)
	if err != nil {
		return nil, false, err
	}
	parsed := matching.Parse(bank.Bank, line.credit.Narration)
	if matching.AlikeNames(parsed.Name, account.BorrowerName) >= alikeName {
		return []string{"the bank names " + parsed.Name}, true, nil
	}
	if parsed.Name == "" {
		return []string{"the bank names nobody"}, true, nil
	}
	proposed, err := proposes(ctx, v, line.record, account.ID)
	return []string{"the engine proposes " + account.Ref}, proposed, err
}

// proposes says whether the engine thinks of an account for a record.
func proposes(ctx context.Context, v *store.View, r store.Record, account string) (bool, error) {
	if r.ID == "" {
		return false, nil
	}
	best, err := v.BestProposals(ctx, []string{r.ID})
	if err != nil {
		return false, err
	}
	var accounts []string
	if p, there := best[r.ID]; there {
		if err := json.Unmarshal([]byte(p.Accounts), &accounts); err != nil {
			return false, fmt.Errorf("reading what is proposed for %s: %w", r.Ref, err)
		}
	}
	if slices.Contains(accounts, account) {
		return true, nil
	}
	return false, nil
}

// twinOfLine finds a receipt that a new line of a file may be.
func twinOfLine(ctx context.Context, v *store.View, c store.BankCredit, taken map[string]bool) (store.Record, string, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return store.Record{}, "", err
	}
	receipts, err := v.ReceiptsLike(ctx, store.TwinFilter{Bank: c.BankID, Amount: c.Amount,
		From: c.ValueDate.AddDays(-company.ConfirmDays - clearingDays), To: c.ValueDate.AddDays(company.ConfirmDays + clearingDays)})
	if err != nil {
		return store.Record{}, "", err
	}
	for _, r := range receipts {
		if taken[r.ID] {
			continue
		}
		why, err := sameMoney(ctx, v, r, pairLine{credit: c, days: company.ConfirmDays})
		if err != nil || why != "" {
			return r, why, err
		}
	}
	return store.Record{}, "", nil
}

// maxStatementTwins is how many receipts one statement is compared with.
const maxStatementTwins = 200

// Pair is a receipt with the statement line that may be its money.
type Pair struct {
	Receipt, Line store.Record
	Why           string
}

// TwinsOfStatement finds the receipts by hand that lines of a statement may be.
func TwinsOfStatement(ctx context.Context, v *store.View, s store.Statement) ([]Pair, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return nil, err
	}
	around := company.ConfirmDays + clearingDays
	receipts, err := v.ReceiptsWithoutLine(ctx, s.FirstDate.AddDays(-around), s.LastDate.AddDays(around), maxStatementTwins)
	if err != nil {
		return nil, err
	}
	var pairs []Pair
	for _, receipt := range receipts {
		twins, err := TwinsOf(ctx, v, receipt)
		if err != nil {
			return nil, err
		}
		for _, twin := range twins {
			credit, err := v.BankCreditByID(ctx, string(twin.Record.BankCreditID))
			if err != nil {
				return nil, err
			}
			if credit.StatementID == s.ID {
				pairs = append(pairs, Pair{receipt, twin.Record, twin.Why})
			}
		}
	}
	return pairs, nil
}

// SameMoney says that a receipt by hand and the record of a statement line are one
// money.
type SameMoney struct {
	Receipt, Line               string // ref or id
	ReceiptVersion, LineVersion int64  // as they were looked at; 0 is whatever it is
}

// ConfirmReceipt ties a receipt to the statement line of its money: "this is that
// receipt". The record of the line is cancelled, and the receipt carries the bank's
// money from then on. When the line settled already, it is the receipt that is
// cancelled. It returns the one that stands.
func (o *Office) ConfirmReceipt(ctx context.Context, actor Actor, in SameMoney) (store.Record, error) {
	var stands store.Record
	if err := actor.need(MayPrepare); err != nil {
		return stands, err
	}
	attempt := note{action: "record.confirm", subject: store.CleanRef(in.Receipt), input: in}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		receipt, line, err := pairAt(ctx, tx, in)
		if err != nil {
			return err
		}
		n.subject, n.account = receipt.Ref, string(receipt.AccountID)
		n.summary = summaryOf("Said that", receipt, "and the statement line "+line.Ref+" are the same money")
		if isSettled(line) {
			if err := isTheSameAs(ctx, tx, receipt, line); err != nil {
				return err
			}
			stands, err = tx.RecordByID(ctx, line.ID)
			return err
		}
		if err := isTheSameAs(ctx, tx, line, receipt); err != nil {
			return err
		}
		if err := confirmBy(ctx, tx, receipt, line); err != nil {
			return err
		}
		if err := tx.AddEditor(ctx, receipt.ID, actor.Person); err != nil {
			return err
		}
		stands, err = tx.RecordByID(ctx, receipt.ID)
		return err
	})
	return stands, err
}

// pairAt loads the two records and refuses what is not one money.
func pairAt(ctx context.Context, tx *store.Tx, in SameMoney) (receipt, line store.Record, err error) {
	if receipt, err = recordByAny(ctx, &tx.View, in.Receipt); err != nil {
		return receipt, line, err
	}
	if line, err = recordByAny(ctx, &tx.View, in.Line); err != nil {
		return receipt, line, err
	}
	refuse := func(code, sentence string) (store.Record, store.Record, error) {
		return receipt, line, lending.Refuse(lending.Conflict, code, sentence)
	}
	switch {
	case in.ReceiptVersion != 0 && in.ReceiptVersion != receipt.Version:
		return refuse("record.changed", "Record "+receipt.Ref+" changed since you opened it.")
	case in.LineVersion != 0 && in.LineVersion != line.Version:
		return refuse("record.changed", "Record "+line.Ref+" changed since you opened it.")
	case receipt.Source != "hand" || !mayHaveTwin(receipt):
		return refuse("same_money.receipt", "Record "+receipt.Ref+" is no receipt by hand that waits for its statement line.")
	case line.Source == "hand" || !mayHaveTwin(line):
		return refuse("same_money.line", "Record "+line.Ref+" is no statement line that stands by itself. Undo its split, or look at its history.")
	case receipt.ReceivedAmount != line.ReceivedAmount:
		return refuse("same_money.amount", "The receipt is of "+receipt.ReceivedAmount.Rupees()+" and the bank says "+line.ReceivedAmount.Rupees()+".")
	case receipt.CollectionBankID != "" && receipt.CollectionBankID != line.CollectionBankID:
		return refuse("same_money.bank", "They are on different collection accounts.")
	case isSettled(receipt) && isSettled(line):
		return refuse("same_money.settled", "Both are settled. Ask for the reversal of the one that is too much.")
	case isSettled(line) && receipt.Status == "split":
		return refuse("same_money.receipt", "Receipt "+receipt.Ref+" is split over several accounts. Undo that first.")
	}
	return receipt, line, nil
}

func isSettled(r store.Record) bool { return r.Status == "approved" || r.Status == "processed" }

// isTheSameAs cancels a record as the money of another one.
func isTheSameAs(ctx context.Context, tx *store.Tx, r, stands store.Record) error {
	if err := withdrawOpen(ctx, tx, r.ID); err != nil {
		return err
	}
	r.Status, r.Carries, r.RemainingAmount, r.DuplicateOf = "cancelled", false, 0, store.Opt(stands.ID)
	r.Reason = "It is the same money as " + stands.Ref + "."
	_, err := tx.UpdateRecord(ctx, r)
	return err
}

// confirmBy gives a receipt the statement line and reference of a record that was
// cancelled in its favour. What settled on its account comes out of the bank's
// money in the journal from then on.
func confirmBy(ctx context.Context, tx *store.Tx, receipt, line store.Record) error {
	if err := tx.ConfirmRecord(ctx, receipt.ID, string(line.BankCreditID), string(line.CollectionBankID)); err != nil {
		return err
	}
	if line.Reference != "" {
		if err := tx.TakeReference(ctx, receipt.ID, string(line.UTR), line.Reference); err != nil {
			return err
		}
	}
	confirmed, err := tx.RecordByID(ctx, receipt.ID)
	if err != nil {
		return err
	}
	if err := wholeCredit(ctx, tx, confirmed); err != nil {
		return err
	}
	accounts, err := tx.AccountsOfCredit(ctx, string(line.BankCreditID))
	if err != nil {
		return err
	}
	for _, account := range accounts {
		if err := journalAccount(ctx, tx, account); err != nil {
			return err
		}
	}
	return nil
}
