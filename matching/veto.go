package matching

import (
	"fmt"
	"slices"
	"strings"
)

// veto is what says that a credit is no repayment.
type veto struct {
	kind   string
	reason string
	// sure is false when the words could also be a borrower's own, so that a
	// strong tie to an account outweighs them.
	sure bool
}

// vetoRule is a phrase that banks print, or people write, on money that is no
// repayment.
type vetoRule struct {
	kind   string
	phrase []string // words that stand side by side; a trailing "*" stands for any end
	head   int      // only among so many first words, where the bank writes and not the payer; 0 is anywhere
	sure   bool
}

// vetoRules are tried in order. What a bank prints at the head of a line, and
// phrases that no borrower writes, are sure; single words in a remark are not.
var vetoRules = slices.Concat(
	rules(KindReturn, 4, true, "RETURN|RETURNED|RETURNS|RTN|RTND|RETD|REJ|REJD|REJECT*|UNPAID|BOUNCED"),
	rules(KindReturn, 0, true, "NO SUCH ACCOUNT|ACCOUNT DOES NOT EXIST|ACCOUNT FROZEN|AC FROZEN|A C FROZEN|ACCOUNT BLOCKED|"+
		"AC BLOCKED|INVALID ACCOUNT*|INVALID AC*|INVALID BENEFICIARY*|INCORRECT ACCOUNT*|WRONG ACCOUNT*|ACCOUNT INVALID|ACCOUNT DORMANT|INVALID IFSC|BENEFICIARY NOT|BENE NAME MISMATCH|"+
		"NAME MISMATCH|NOT A VALID|ACCOUNT NOT FOUND|UNABLE TO CREDIT|NOT CREDITED|CREDIT NOT ALLOWED|INWARD RETURN|OUTWARD RETURN|RETURN OF NEFT|RETURN OF RTGS|RETURN OF IMPS|NEFT RETURN*|RTGS RETURN*|IMPS RETURN*|UPI RETURN*|"+
		"NEFT RTN|RTGS RTN|IMPS RTN|DISBURSEMENT RETURN*|DISB RETURN*|PAYOUT RETURN*|PAYOUT FAILED"),
	rules(KindReturn, 0, false, "RETURN|RETURNED|RTN|RETD|ACCOUNT CLOSED|AC CLOSED|A C CLOSED|ACCT CLOSED"),
	rules(KindRefund, 0, true, "TDS REFUND|TAX REFUND|IT REFUND|ITR REFUND|INCOME TAX|GST REFUND|INCOMETAX REFUND|REFUND AY*|CPC BENGALURU|FAILED TXN|FAILED TRANSACTION|FAILED TRXN|"+
		"TXN REVERSAL|TRANSACTION REVERSAL|UPI REVERSAL|IMPS REVERSAL|NEFT REVERSAL|REFUND ORDER|ORDER REFUND|REFUND FROM|REFUND FOR|SECURITY DEPOSIT|DEPOSIT REFUND|CHARGES REVERSAL|"+
		"REVERSAL OF|CHARGES REVERSED|CASHBACK|CLAIM SETTLEMENT|INSURANCE CLAIM"),
	rules(KindRefund, 2, true, "REV|REVERSAL|REVERSED|REVSL|RVSL|REVL|CHARGEBACK|REFUND|RFND"),
	rules(KindRefund, 0, false, "REFUND*|RFND|REVERSAL|REVERSED|CHARGEBACK"),
	rules(KindInterest, 0, true, "CREDIT INTEREST|INT PD|INTEREST CREDIT FOR|INTEREST CAPITALISED|INTEREST CAPITALIZED|INTEREST ON FD|FD INTEREST|FD INT|SB INT*|"+
		"SAVINGS INTEREST|INTEREST PAYOUT|INT PAYOUT|INTEREST EARNED|QUARTERLY INTEREST"),
	rules(KindInterest, 0, false, "INTEREST CREDIT*|INTEREST PAID|INT PAID|INT CR|INT CREDIT"),
	rules(KindTransfer, 0, true, "SELF SWEEP|AUTO SWEEP|SWEEP IN|SWEEP FROM|SWEEP TRANSFER|SWEEP TRF|SWEEP CR|REVERSE SWEEP|MOD CREDIT|MOD CLOSURE|FD CLOSURE|FD MATURITY|FD PROCEEDS|TD CLOSURE|TD MATURITY|"+
		"MATURITY PROCEEDS|DEPOSIT MATURITY|INTERNAL TRANSFER|INTERNAL FUND*|INTER ACCOUNT|INTRA COMPANY|FUND POOLING|CASH POOLING|ACCOUNT SWEEP|LIQUID FUND*|MF REDEMPTION|MUTUAL FUND*"),
	rules(KindTransfer, 0, false, "SWEEP|OWN ACCOUNT*|OWN AC|OWN A C|OWN FUND*|SELF TRANSFER"),
	rules(KindOther, 0, true, "NCD SUBSCRIPTION|NCD ISSUE|NCD APPLICATION|DEBENTURE*|COMMERCIAL PAPER|CP ISSUE|SUBORDINATED DEBT|SUB DEBT|TERM LOAN DISB*|TERM LOAN DRAWDOWN|TL DISB*|TL DRAWDOWN|WCDL*|DRAWDOWN|"+
		"LOAN DISBURSEMENT|LOAN DISBURSAL|DISBURSEMENT OF LOAN|SHARE CAPITAL|SHARE APPLICATION|SHARE SUBSCRIPTION|EQUITY INFUSION|CAPITAL INFUSION|CAPITAL CONTRIBUTION|INTER CORPORATE|ICD PLACEMENT|"+
		"SECURITISATION|SECURITIZATION|PTC PROCEEDS|ASSIGNMENT PROCEEDS|CO LENDING|NACH CR SETTLEMENT|NACH SETTLEMENT*|ACH SETTLEMENT|NODAL ACCOUNT|NODAL AC|NODAL SETTLEMENT|MERCHANT SETTLEMENT*|"+
		"GATEWAY SETTLEMENT|PG SETTLEMENT|POS SETTLEMENT|UPI SETTLEMENT|CARD SETTLEMENT|BATCH SETTLEMENT|SETTLEMENT BATCH|SETTLEMENT SESSION|DAILY SETTLEMENT|T 1 SETTLEMENT|PAYOUT SETTLEMENT|SETTLEMENT ID|ESCROW SETTLEMENT|BBPS SETTLEMENT|SUBVENTION|"+
		"DIVIDEND|GRANT RECEIVED|SCRAP SALE|RENT RECEIVED|BULK COLLECTION|NACH BULK"),
	rules(KindOther, 0, false, "SETTLEMENT|NCD|SUBSCRIPTION"),
)

// rules reads a list of phrases.
func rules(kind string, head int, sure bool, phrases string) []vetoRule {
	var out []vetoRule
	for p := range strings.SplitSeq(phrases, "|") {
		out = append(out, vetoRule{kind: kind, phrase: strings.Fields(p), head: head, sure: sure})
	}
	return out
}

// loanSettlement are words beside which SETTLEMENT is a borrower's: he settles
// his loan.
var loanSettlement = wordSet("LOAN LN EMI FULL FINAL ONE TIME OTS FORECLOSURE CLOSURE ACCOUNT AC")

// vetoed finds what says that a credit is no repayment.
func (q *inquiry) vetoed() (veto, bool) {
	words := runsOf(q.read.upper, 0, len(q.read.upper))
	found := veto{}
	for _, rule := range vetoRules {
		at := rule.find(words)
		if at < 0 || found.kind != "" && !rule.sure {
			continue
		}
		if rule.kind == KindOther && !rule.sure && hasAny(words, loanSettlement) {
			continue
		}
		said := q.credit.Narration[words[at].start:words[at+len(rule.phrase)-1].end]
		found = veto{kind: rule.kind, sure: rule.sure, reason: vetoSentence(rule.kind, said)}
		if rule.sure {
			return found, true
		}
	}
	if v, ok := q.ownTransfer(words); ok {
		return v, true
	}
	return found, found.kind != ""
}

// find is the place of the first word of the phrase, or -1.
func (v vetoRule) find(words []run) int {
	last := len(words) - len(v.phrase)
	if v.head > 0 {
		last = min(last, v.head-1)
	}
	for at := 0; at <= last; at++ {
		fits := true
		for x, w := range v.phrase {
			if begin, cut := strings.CutSuffix(w, "*"); words[at+x].text != w && !(cut && strings.HasPrefix(words[at+x].text, begin)) {
				fits = false
				break
			}
		}
		if fits {
			return at
		}
	}
	return -1
}

func hasAny(words []run, set map[string]bool) bool {
	return slices.ContainsFunc(words, func(w run) bool { return set[w.text] })
}

// vetoSentence says in plain words what the narration says.
func vetoSentence(kind, said string) string {
	what := map[string]string{
		KindReturn:   "money that was sent out and came back",
		KindRefund:   "a refund or a reversal",
		KindInterest: "interest that the bank pays",
		KindTransfer: "a transfer between your own accounts",
		KindOther:    "money that is not a borrower's: debt raised, or a settlement of many payments",
	}[kind]
	return fmt.Sprintf("The narration says %q: %s.", said, what)
}

// ownTransfer says that the lender sent the money himself: another of his
// accounts is named and nobody else, or the payer has his name.
func (q *inquiry) ownTransfer(words []run) (veto, bool) {
	all := squeeze(q.read.upper)
	for _, own := range q.book.own.accounts {
		if own == squeeze(q.credit.CollectionBank) || !strings.Contains(all, own) || !hasAny(words, transferWords) {
			continue
		}
		if nobodyElse := q.handle.empty() && (len(q.payer.words) == 0 || strings.Contains(own, q.payer.raw)); nobodyElse || hasAny(words, selfWords) {
			return veto{kind: KindTransfer, sure: true, reason: fmt.Sprintf("The narration names %s, another account of yours: a transfer between your own accounts.", own)}, true
		}
	}
	printed := prepareName(q.read.Name)
	bankToBank := q.read.known && (q.read.Rail == railNEFT || q.read.Rail == railRTGS || q.read.Rail == railIMPS)
	if bankToBank && !printed.empty() && q.book.own.isName(printed) && len(q.read.quotes) == 0 && q.handle.empty() {
		return veto{kind: KindTransfer, reason: fmt.Sprintf("The payer %q is you: a transfer between your own accounts.", q.read.Name)}, true
	}
	return veto{}, false
}

// transferWords and selfWords say that money moves between accounts, and that
// they are one owner's.
var (
	transferWords = wordSet("TRANSFER TRF TFR FUNDS FUND TPT SWEEP SELF FT IFT INFT")
	selfWords     = wordSet("SELF SWEEP OWN INTERNAL")
)

// readPurpose reads what the remark makes of the money: a loan makes it likelier
// to be a borrower's, something else less; some words speak of several months,
// others of several loans.
func (q *inquiry) readPurpose() {
	loan, other := false, false
	for _, f := range q.read.fields {
		if f.role != roleRemark && f.role != roleName {
			continue
		}
		for _, w := range runsOf(q.read.upper, f.start, f.end) {
			loan = loan || loanWords[w.text] || len(w.text) > 3 && strings.HasPrefix(w.text, "EMI")
			other = other || otherWords[w.text]
			q.saysMonths = q.saysMonths || monthsWords[w.text]
			q.saysBoth = q.saysBoth || bothWords[w.text]
		}
	}
	switch {
	case loan:
		q.toNobody = -weightLoanWords
	case other:
		q.toNobody = weightOtherWords
	}
}

// loanWords say that the money repays a loan, in the languages people pay in;
// otherWords say that it is for something else.
var (
	loanWords   = wordSet("EMI EMIS LOAN LOANS KIST KISHT KISTH QIST KISTI HAPTA HAFTA INSTALMENT INSTALLMENT INSTALMENTS INSTALLMENTS REPAYMENT REPAY REPAYMNT KARZ KARJ RIN KADAN TAVANAI BYAJ VYAJ OVERDUE FORECLOSURE")
	otherWords  = wordSet("RENT SALARY WAGES FEES SCHOOL COLLEGE TUITION GIFT DONATION GROCERY GROCERIES MILK VEGETABLES RECHARGE ELECTRICITY TICKET MAINTENANCE BIRTHDAY WEDDING CHIT KIRAYA DEPOSIT SHAGUN COMMISSION")
	monthsWords = wordSet("MONTHS MAHINE MAHINA MAHINO MAHEENE ADVANCE ADV PENDING ARREARS QUARTER QUARTERLY")
	bothWords   = wordSet("BOTH DONO DONON LOANS TWOLOANS ACCOUNTS")
)
