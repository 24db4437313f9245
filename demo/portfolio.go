package demo

import (
	"fmt"
	"strconv"

	"lekha/lending"
	"lekha/servicing"
)

// Portfolio is the sample as files of a portfolio. Principal, rate and the dues
// before April 2026 are chosen so that the dues of the data keep their dates and
// amounts, and the history has dues to settle.
func Portfolio() (servicing.PortfolioFiles, error) {
	accounts, err := table("accounts.csv")
	if err != nil {
		return nil, err
	}
	dues, err := table("dues.csv")
	if err != nil {
		return nil, err
	}
	history, err := table("history.csv")
	if err != nil {
		return nil, err
	}
	advices, err := table("advices.csv")
	if err != nil {
		return nil, err
	}
	refs := map[string]string{}
	for _, a := range accounts {
		refs[a["account_id"]] = a["account_ref"]
	}
	loans, err := loansOf(accounts, dues, history)
	if err != nil {
		return nil, err
	}
	return servicing.PortfolioFiles{
		"borrowers.csv": borrowersOf(accounts), "loans.csv": loans, "fees.csv": feesOf(dues, refs),
		"receipts.csv": receiptsOf(history, refs), "advices.csv": advicesOf(advices, refs),
	}, nil
}

func borrowersOf(accounts []map[string]string) []byte {
	out, seen := newSheet("borrower_ref", "name", "co_applicant", "phone", "state"), map[string]bool{}
	for _, a := range accounts {
		if ref := a["customer_id"]; !seen[ref] {
			seen[ref] = true
			out.add(ref, a["borrower_name"], a["co_applicant_name"], a["phone"], "MH")
		}
	}
	return out.bytes()
}

// loansOf makes one running loan of each account.
func loansOf(accounts, dues, history []map[string]string) ([]byte, error) {
	first, paid := map[string]lending.Date{}, map[string]int{}
	for _, d := range dues {
		date, err := lending.ParseDate(d["due_date"])
		if err != nil {
			return nil, fmt.Errorf("reading dues.csv: %w", err)
		}
		if known, ok := first[d["account_id"]]; !ok || date < known {
			first[d["account_id"]] = date
		}
	}
	for _, h := range history {
		paid[h["account_id"]]++
	}
	out := newSheet("account_ref", "borrower_ref", "program", "product", "status", "principal", "disbursed_on", "roi_value", "emi_count", "emi_amount",
		"first_due_date", "paid_to_date", "virtual_account_no", "umrn", "collection_bank", "payer_ifsc", "payer_last4")
	for i, a := range accounts {
		kind := products[a["product"]]
		emi := paise(a["emi_paise"])
		// At least as many dues before April as the history pays, and some after November.
		before, after := max(paid[a["account_id"]], 3+i%9), 2+i*7%18
		start, paidTo, count := first[a["account_id"]].AddMonths(-before), takenTo, before+duesGiven+after
		if a["status"] == "closed" { // lent and repaid before the statements begin
			count = 12
			start = lending.NewDate(2024, 12, 5).AddMonths(i % 3)
			paidTo = start.AddMonths(count - 1)
		}
		out.add(a["account_ref"], a["customer_id"], kind.name, a["product"], a["status"], rupees(lent(emi, count, kind.monthlyRate)), start.AddMonths(-1).String(),
			kind.percent, strconv.Itoa(count), rupees(emi), start.String(), paidTo.String(),
			a["virtual_account"], a["mandate_ref"], a["collection_account"], a["remitter_ifsc"], a["remitter_last4"])
	}
	return out.bytes(), nil
}

// duesGiven is how many dues the data has of each active account.
const duesGiven = 8

// lent is what a number of equal instalments repays at a monthly rate, down to a
// hundred rupees: the last instalment, long after the given dues, is a little
// less than the others.
func lent(emi int64, count int, monthlyRate int64) int64 {
	var balance int64
	for range count {
		balance = (balance + emi) * 1_000_000 / (1_000_000 + monthlyRate)
	}
	const hundredRupees = 100_00
	return balance / hundredRupees * hundredRupees
}

// feesOf lists the charges that stand beside instalments, with their tax.
func feesOf(dues []map[string]string, refs map[string]string) []byte {
	out := newSheet("account_ref", "name", "due_date", "amount", "cgst", "sgst")
	for _, d := range dues {
		charge := paise(d["charges_paise"])
		if charge == 0 {
			continue
		}
		half := charge * 9 / 118
		out.add(refs[d["account_id"]], feeNames[charge], d["due_date"], rupees(charge-2*half), rupees(half), rupees(half))
	}
	return out.bytes()
}

func receiptsOf(history []map[string]string, refs map[string]string) []byte {
	out := newSheet("account_ref", "value_date", "amount", "utr", "collection_bank", "narration")
	for _, h := range history {
		out.add(refs[h["account_id"]], h["value_date"], rupees(paise(h["amount_paise"])), h["utr"], h["collection_account"], h["narration"])
	}
	return out.bytes()
}

func advicesOf(advices []map[string]string, refs map[string]string) []byte {
	out := newSheet("account_ref", "utr", "amount", "advised_on")
	for _, a := range advices {
		out.add(refs[a["account_id"]], a["utr"], rupees(paise(a["amount_paise"])), a["advised_on"])
	}
	return out.bytes()
}
