package servicing

import (
	"github.com/google/go-cmp/cmp"

	"lekha/lending"
	"lekha/store"
)

// verifyChanges makes the frozen rows of every change of a schedule again, from the
// facts that stood when it was approved. Rows of another algorithm stand as they are.
func verifyChanges(account store.Account, facts []lending.Fact, result *VerifyResult) {
	for i, f := range facts {
		if f.Kind != lending.FactReschedule || f.Reschedule.Algorithm != lending.ScheduleAlgorithm {
			continue
		}
		book, err := lending.Replay(facts[:i], lending.At{Date: f.ValueDate})
		if err != nil {
			result.find(account.Ref, "what stood before %s cannot be replayed: %v", f.Key, err)
			continue
		}
		candidates, err := madeAgain(book, *f.Reschedule)
		if err != nil {
			result.find(account.Ref, "the terms of %s give no rows: %v", f.Key, err)
			continue
		}
		diff := ""
		for _, again := range candidates {
			if diff = cmp.Diff(again.Rows, f.Reschedule.Rows); diff == "" {
				break
			}
		}
		if diff != "" {
			result.find(account.Ref, "the rows of %s are not those of its terms (- should be, + is):\n%s", f.Key, diff)
		}
	}
}

// madeAgain are the rows that a change could have made: one for a restructure or a
// reset; for a rate reset one an option, because the fact keeps the rows and not
// which option made them.
func madeAgain(book *lending.Book, s lending.Reschedule) ([]lending.Reschedule, error) {
	owed := lending.Owed(book, s.Loan)
	if s.Reason == lending.ReasonRestructure {
		again, err := owed.Restructure(lending.Restructuring{Terms: s.Terms, Interest: s.Interest, Fees: s.Fees, Penal: s.Penal})
		return []lending.Reschedule{again}, err
	}
	terms := s.Terms
	for i := range book.Loans {
		if l := &book.Loans[i]; l.Loan == s.Loan {
			terms = termsInForce(l)
		}
	}
	if s.Reason == lending.ReasonReset {
		again, err := owed.Regenerate(terms)
		return []lending.Reschedule{again}, err
	}
	var out []lending.Reschedule
	var failed error
	for _, reset := range []lending.RateReset{{Rate: s.Terms.Rate(), Option: lending.RaiseEMI}, {Rate: s.Terms.Rate(), Option: lending.ExtendTenure},
		{Rate: s.Terms.Rate(), Option: lending.MixEMI, EMI: s.Rows[0].Instalment()}} {
		again, err := owed.Reset(terms, reset)
		if err != nil {
			failed = err
			continue
		}
		out = append(out, again)
	}
	if len(out) > 0 {
		failed = nil
	}
	return out, failed
}
