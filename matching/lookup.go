package matching

import (
	"fmt"
	"strings"
)

// lookUp finds the suspects by every key of the book, with the evidence that the
// key itself is. The keys are united: an account found by any of them is weighed
// by all.
func (q *inquiry) lookUp() {
	q.byNumbers()
	q.byAdvice()
	q.byPhone()
	q.byMemory()
	q.byTail()
	amounts := q.byAmounts()
	q.byNames(amounts)
	q.bySiblings()
}

// byNumbers finds accounts by the numbers that the narration quotes: whole, then
// repaired.
func (q *inquiry) byNumbers() {
	whole := map[string]bool{}
	for _, t := range q.tokens {
		if list := q.book.exact[t]; len(list) > 0 && len(list) <= maxByReference {
			for _, i := range list {
				whole[t] = q.quotesWhole(i, t) || whole[t]
			}
		}
	}
	for _, quote := range q.read.quotes {
		if !whole[quote.text] && !q.quotesAmount(quote) {
			q.repair(quote)
		}
	}
}

// quotesWhole notes that a token is a number of an account.
func (q *inquiry) quotesWhole(i int32, token string) bool {
	e := &q.book.accounts[i]
	switch token {
	case e.van:
		q.note(i, byReference, Evidence{Signal: SignalVirtualAccount, Family: Reference, Says: token, Books: e.VirtualAccount, Weight: q.rare(weightVAN, 1),
			Detail: "It was paid into the virtual account of this loan, " + e.VirtualAccount + "."})
	case e.umrn:
		q.note(i, byReference, Evidence{Signal: SignalMandate, Family: Reference, Says: token, Books: e.MandateRef, Weight: q.rare(weightUMRN, 1),
			Detail: "It was collected under the mandate of this loan, " + e.MandateRef + "."})
	case e.ref:
		weight := q.rare(weightReference, 1)
		if onlyDigits(token) {
			if len(token) < minBareDigits || !q.quoted(token) && len(token) < 9 {
				return false
			}
			weight = min(weight, weightDigit*len(token))
		}
		q.note(i, byReference, Evidence{Signal: SignalReference, Family: Reference, Says: token, Books: e.Ref, Weight: weight,
			Detail: "The payment quotes the number of this loan, " + e.Ref + "."})
	default:
		return false
	}
	return true
}

// quoted says that a token stands in the free text of the narration.
func (q *inquiry) quoted(token string) bool {
	for _, x := range q.read.quotes {
		if x.text == token {
			return true
		}
	}
	return false
}

// quotesAmount says that a bare number is the amount itself or a day, which
// people write into remarks as well.
func (q *inquiry) quotesAmount(x quotation) bool {
	if !x.bare {
		return false
	}
	d := strings.TrimLeft(x.digits, "0")
	whole, _, _ := strings.Cut(q.credit.Amount.String(), ".")
	t := q.credit.ValueDate.Time()
	return d == whole || len(x.digits) >= 6 && (strings.HasSuffix(x.digits, t.Format("0106")) || strings.HasSuffix(x.digits, t.Format("012006")))
}

// byAdvice finds the account whose borrower announced this reference.
func (q *inquiry) byAdvice() {
	seen := map[string]bool{}
	for _, key := range []string{NormaliseReference(q.credit.Reference), NormaliseReference(q.read.UTR)} {
		if key == "" || seen[key] {
			continue
		}
		seen[key] = true
		for _, a := range q.book.announced(key) {
			weight := q.rare(weightAdvice, 1)
			detail := fmt.Sprintf("The borrower announced this reference, %s, on %s.", key, day(a.on))
			if a.amount != 0 && a.amount != q.credit.Amount {
				weight -= lessForAdvice
				detail = fmt.Sprintf("The borrower announced this reference, %s, but with %s.", key, rupees(a.amount))
			}
			e := Evidence{Signal: SignalAdvice, Family: Reference, Says: key, Books: key, Weight: weight, Detail: detail}
			q.note(a.account, byReference, e)
		}
	}
}

// byPhone finds accounts by the phone numbers in the narration. A number that
// several borrowers share says less, one that many share nothing.
func (q *inquiry) byPhone() {
	for _, w := range runsOf(q.read.upper, 0, len(q.read.upper)) {
		phone := phoneOf(w.text)
		if phone == "" {
			continue
		}
		list := q.book.phones[phone]
		weight, shared := q.rare(weightPhone, 1), ""
		switch n := q.book.customersOf(list); {
		case n > hubAccounts:
			continue
		case n > 1:
			weight, shared = q.rare(weightPhone*7/10, 1), fmt.Sprintf("; %d borrowers share it", n)
		}
		for _, i := range list {
			q.note(i, byHandle, Evidence{Signal: SignalPhone, Family: Payer, Says: phone, Books: phone, Weight: weight,
				Detail: "The phone number " + masked(phone) + " is the borrower's" + shared + "."})
		}
	}
}

// byTail finds accounts by the last digits of the payer's bank account.
func (q *inquiry) byTail() {
	tail := q.read.AccountTail
	if len(tail) < 4 {
		return
	}
	tail = tail[len(tail)-4:]
	list := q.book.tails[tail]
	if len(list) > maxByTail {
		return
	}
	for _, i := range list {
		e := &q.book.accounts[i]
		printed, known := bankOf(q.read.IFSC), bankOf(e.RemitterIFSC)
		weight := weightRemitter
		switch {
		case printed != "" && known != "" && printed != known:
			continue
		case printed == "" || known == "":
			weight = weightRemitterAlone
		}
		weight = max(leastTail, q.rare(weight, len(list)))
		q.note(i, byBank, Evidence{Signal: SignalRemitter, Family: Payer, Says: strings.TrimSpace(printed + " " + tail), Books: strings.TrimSpace(known + " " + tail), Weight: weight,
			Detail: "The payer's bank account ends in " + tail + ", as the borrower's on file."})
	}
}

// byAmounts finds accounts that have exactly this amount due about the day. When
// they are too many to be told apart they are weighed as a crowd.
func (q *inquiry) byAmounts() map[int32]bool {
	list := q.book.about(q.credit.Amount, q.credit.ValueDate)
	q.sharers = len(list)
	set := make(map[int32]bool, len(list))
	for _, i := range list {
		set[i] = true
	}
	if len(list) > maxByAmount {
		q.crowd = len(list)
		return set
	}
	for _, i := range list {
		q.suspect(i)
	}
	return set
}

// byNames finds accounts whose borrower or co-applicant is named like the payer,
// the UPI address or the remark; among more namesakes than can be compared those
// go first whose loans the amount may be for.
func (q *inquiry) byNames(exact map[int32]bool) {
	favour := func(h nameHit) int {
		switch {
		case exact[h.account]:
			return 2
		case h.shared >= sharedByNamesakes && q.mayOwe(h.account):
			return 1
		}
		return 0
	}
	looked := map[string]bool{}
	look := func(fold string) {
		if fold == "" || looked[fold] {
			return
		}
		looked[fold] = true
		hits, whole := q.book.nearest(fold, maxByName, favour)
		for _, h := range hits {
			q.suspect(h.account)
		}
		if fold == q.payer.fold || q.payer.empty() && fold == q.handle.fold {
			q.alike.whole = whole
		}
	}
	look(q.payer.fold)
	look(q.handle.fold)
	for _, h := range q.hints {
		look(h.fold())
	}
}

// bySiblings adds the other accounts of every borrower found by something that
// tells who paid, and notes when a closed loan of the same borrower is quoted.
func (q *inquiry) bySiblings() {
	found := q.suspects
	for _, s := range found {
		if s.entry.CustomerID == "" || s.identity() == 0 && !q.fits(s.entry) {
			continue
		}
		siblings := q.book.customers[s.entry.CustomerID]
		if len(siblings) > maxSiblings {
			continue
		}
		quoted := s.weight(byReference) >= weightRepaired/2 && !s.entry.Active
		for _, i := range siblings {
			sibling := q.suspect(i)
			if sibling == nil || i == s.index || !quoted || !sibling.entry.Active {
				continue
			}
			sibling.says(byReference, Evidence{Signal: SignalSibling, Family: Reference, Says: s.evidence[byReference].Says, Books: s.entry.Ref, Weight: weightSibling,
				Detail: "The payment quotes " + s.entry.Ref + ", a closed loan of the same borrower."})
		}
	}
}

// fits says that the payer's name, or the address, is roughly the borrower's.
func (q *inquiry) fits(e *entry) bool {
	return compareNames(q.payer, e.name) >= nameLevel3 || compareNames(q.handle, e.name) >= nameLevel3
}

// customersOf counts the borrowers of accounts.
func (b *Book) customersOf(list []int32) int {
	n := 0
	for x, i := range list {
		known := false
		for _, j := range list[:x] {
			known = known || b.accounts[i].CustomerID != "" && b.accounts[i].CustomerID == b.accounts[j].CustomerID
		}
		if !known {
			n++
		}
		if n > hubAccounts {
			return n
		}
	}
	return n
}
