package main

import (
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/matching"
)

// otherKind is a kind of payment of the second lender, with its share in a
// thousand. Kinds of difficulty 5 cannot be told from what the books say.
type otherKind struct {
	name       string
	share      int
	difficulty int
	make       func(m *otherMaker, v verdict)
}

var otherKinds = []otherKind{
	{"virtual", 55, 1, (*otherMaker).intoVirtual}, {"mandate", 50, 1, (*otherMaker).underMandate}, {"number", 70, 1, (*otherMaker).withNumber}, {"bill_payment", 25, 1, (*otherMaker).billPayment},
	{"announced", 15, 1, (*otherMaker).announcedOne},
	{"number_garbled", 45, 2, (*otherMaker).withSlip}, {"name_due", 210, 2, (*otherMaker).byName}, {"phone_address", 65, 2, (*otherMaker).fromPhone}, {"same_again", 30, 2, (*otherMaker).again},
	{"own_bank", 40, 2, (*otherMaker).ownBank},
	{"name_respelt", 80, 3, (*otherMaker).respelt}, {"charge_or_round", 60, 3, (*otherMaker).otherAmount}, {"co_applicant", 35, 3, (*otherMaker).byPartner}, {"several_dues", 25, 3, (*otherMaker).severalDues},
	{"twins", 8, 3, (*otherMaker).twins}, {"family_known", 40, 3, (*otherMaker).byFamily}, {"cash_named", 25, 3, (*otherMaker).cashNamed}, {"cheque", 15, 3, (*otherMaker).cheque}, {"nobody", 70, 3, (*otherMaker).nobody},
	{"both_loans", 30, 4, (*otherMaker).bothLoans}, {"for_two", 10, 4, (*otherMaker).forTwo}, {"for_another", 20, 4, (*otherMaker).forAnother}, {"old_number", 10, 4, (*otherMaker).oldNumber}, {"wrong_number", 10, 4, (*otherMaker).otherNumber},
	{"came_back", 10, 4, (*otherMaker).cameBack}, {"cash_blind", 15, 5, (*otherMaker).cashBlind}, {"stranger", 15, 5, (*otherMaker).byStranger},
}

// transfer sends money from somebody.
func (m *otherMaker) transfer(p pay, name, remark string) *transfer {
	bank := pick(m.r, remitters)
	t := &transfer{rail: pick(m.r, []string{"upi", "upi", "upi", "upi", "upi", "imps", "neft", "neft"}), bank: bank, ifsc: bank.code + "0" + digits(m.r, 6), account: digits(m.r, 10+m.r.IntN(5)), name: name, remark: remark, day: p.day}
	if name == p.account.Name && p.account.RemitterIFSC != "" && chance(m.r, 65) {
		t.ifsc = p.account.RemitterIFSC
		for _, b := range remitters {
			if b.code == t.ifsc[:4] {
				t.bank = b
			}
		}
		t.account = t.account[:len(t.account)-4] + p.account.RemitterLast4
	}
	owner := name
	if name == p.account.Name {
		owner += p.account.CustomerID
	} else {
		owner += p.account.ID
	}
	for t.vpa = addressOf(m.r, name, ""); m.addresses[t.vpa] != "" && m.addresses[t.vpa] != owner; {
		t.vpa = addressOf(m.r, name, "")
	}
	m.addresses[t.vpa] = owner
	m.refer(t)
	return t
}

// refer gives a transfer a reference that no other has.
func (m *otherMaker) refer(t *transfer) {
	for t.ref = trace(m.r, t.rail, t.bank.code, t.day); t.ref != "" && m.used[t.ref]; {
		t.ref = trace(m.r, t.rail, t.bank.code, t.day)
	}
	m.used[t.ref] = true
}

// collection is where the money goes: to the account agreed on, or to any.
func (m *otherMaker) collection(a matching.Account) string {
	if a.CollectionBank != "" && chance(m.r, 55) {
		return a.CollectionBank
	}
	return pick(m.r, otherBanks)
}

// put enters a payment of accounts.
func (m *otherMaker) put(text, column, collection string, day lending.Date, amount lending.Money, v verdict) {
	id := fmt.Sprintf("R%06d", len(m.f.payments))
	m.f.payments = append(m.f.payments, payment{id: id, date: day, amount: amount, reference: column, narration: text, collection: collection})
	m.f.truth[id] = v
}

// give enters a payment of one account. Where it must show something, layouts
// are tried until one does.
func (m *otherMaker) give(v verdict, p pay, t *transfer, amount lending.Money, shows ...string) {
	text, collection := "", ""
	for range 200 {
		collection = m.collection(p.account)
		text = t.on(m.r, collection)
		if showsAll(text, shows) {
			break
		}
	}
	if v.resolvable && len(shows) == 0 && v.difficulty > 1 {
		v.resolvable = m.clear(p, t, amount)
	}
	m.put(text, t.beside(m.r, collection), collection, p.day, amount, v.of([]lending.Money{amount}, p.account))
}

func showsAll(text string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(up(text), up(p)) {
			return false
		}
	}
	return true
}

// payerOf is the borrower, or now and then somebody else.
func (m *otherMaker) payerOf(a matching.Account) string {
	if chance(m.r, 30) {
		return resident(m.r)
	}
	return respell(m.r, a.Name)
}

func (m *otherMaker) intoVirtual(v verdict) {
	p := m.owes(m.open())
	amount := p.due.Amount
	if chance(m.r, 20) {
		amount = floor(amount*2/3, 100_00) + 100_00
	}
	t := m.transfer(p, m.payerOf(p.account), p.account.VirtualAccount)
	t.rail = "neft"
	m.refer(t)
	m.give(v, p, t, amount, p.account.VirtualAccount)
}

func (m *otherMaker) underMandate(v verdict) {
	a := m.open()
	for a.MandateRef == "" {
		a = m.open()
	}
	p := m.owes(a)
	p.day = p.due.DueDate
	t := m.transfer(p, a.Name, "")
	t.rail, t.umrn, t.ref = "nach", a.MandateRef, ""
	m.give(v, p, t, a.EMI, a.MandateRef)
}

// told writes an account number into a remark.
func (m *otherMaker) told(number string) string {
	return pick(m.r, []string{"", "", "", "loan no ", "LAN ", "EMI ", "lan no-", "agmt ", "For "}) + number
}

func (m *otherMaker) withNumber(v verdict) {
	p := m.owes(m.open())
	amount := p.due.Amount
	if chance(m.r, 20) {
		amount = floor(amount/2, 50_00) + 50_00
	}
	m.give(v, p, m.transfer(p, m.payerOf(p.account), m.told(p.account.Ref)), amount, p.account.Ref)
}

func (m *otherMaker) billPayment(v verdict) {
	p := m.owes(m.open())
	t := m.transfer(p, p.account.Name, p.account.Ref)
	t.rail = "bbps"
	m.refer(t)
	m.give(v, p, t, p.due.Amount, p.account.Ref)
}

func (m *otherMaker) announcedOne(v verdict) {
	p := m.owes(m.open())
	t := m.transfer(p, resident(m.r), chitchat(m.r, p.day))
	m.f.advices = append(m.f.advices, matching.Advice{Account: p.account.ID, UTR: t.ref, Amount: p.due.Amount, On: p.day})
	m.give(v, p, t, p.due.Amount, t.ref)
}

// slip writes a number as people do from memory or from a phone.
func (m *otherMaker) slip(number string) string {
	at := len(number) - 2 - m.r.IntN(3)
	switch m.r.IntN(5) {
	case 0:
		return strings.ToLower(strings.ReplaceAll(number, "/", ""))
	case 1:
		return strings.ReplaceAll(number, "/", "-")
	case 2:
		if isASCIIDigit(number[at]) && isASCIIDigit(number[at+1]) && number[at] != number[at+1] {
			return number[:at] + number[at+1:at+2] + number[at:at+1] + number[at+2:]
		}
	case 3:
		if isASCIIDigit(number[at]) {
			return number[:at] + string('0'+(number[at]-'0'+3)%10) + number[at+1:]
		}
	}
	return number[:4] + " " + number[4:]
}

func (m *otherMaker) withSlip(v verdict) {
	p := m.owes(m.open())
	said := m.slip(p.account.Ref)
	m.give(v, p, m.transfer(p, p.account.Name, m.told(said)), p.due.Amount, said)
}

func (m *otherMaker) byName(v verdict) {
	p := m.owes(m.open())
	m.give(v, p, m.transfer(p, p.account.Name, chitchat(m.r, p.day)), p.due.Amount)
}

func (m *otherMaker) respelt(v verdict) {
	p := m.owes(m.open())
	m.give(v, p, m.transfer(p, respell(m.r, p.account.Name), chitchat(m.r, p.day)), p.due.Amount)
}

func (m *otherMaker) fromPhone(v verdict) {
	p := m.owes(m.open())
	t := m.transfer(p, p.account.Name, chitchat(m.r, p.day))
	t.rail, t.vpa = "upi", addressOf(m.r, "", p.account.Phone)
	m.refer(t)
	for _, i := range m.customers[p.account.CustomerID] {
		other := m.f.accounts[i]
		v.resolvable = v.resolvable && (other.ID == p.account.ID || !m.owesAbout(other, p.due.Amount, p.day))
	}
	m.give(v, p, t, p.due.Amount, p.account.Phone)
}

func (m *otherMaker) ownBank(v verdict) {
	p := m.owes(m.open())
	t := m.transfer(p, p.account.Name, chitchat(m.r, p.day))
	t.rail = "own"
	m.refer(t)
	m.give(v, p, t, p.due.Amount)
}

// again enters a transfer, and the same from another file of the same bank.
func (m *otherMaker) again(v verdict) {
	p := m.owes(m.open())
	t := m.transfer(p, p.account.Name, chitchat(m.r, p.day))
	first := v
	first.class = "name_due"
	m.give(first, p, t, p.due.Amount, t.ref)
	was := m.f.payments[len(m.f.payments)-1]
	v.outcome = "DUPLICATE"
	text := pick(m.r, []string{was.narration, "CREDIT BY " + up(t.rail) + " REF NO " + t.ref, "INW/" + t.ref + "/" + t.bank.short, t.on(m.r, was.collection), "TRF/" + t.ref + "/NIDHI GRIH"})
	m.put(text, pick(m.r, []string{t.ref, "00" + t.ref, "", was.reference}), was.collection, p.day.AddDays(m.r.IntN(2)), p.due.Amount, v)
	m.f.truth[was.id] = m.judgedAgain(p, t, m.f.truth[was.id])
}

// judgedAgain says whether the first of two could be told.
func (m *otherMaker) judgedAgain(p pay, t *transfer, v verdict) verdict {
	v.resolvable = m.clear(p, t, p.due.Amount)
	return v
}

// otherAmount pays the penalty too, rounds up, or pays a part.
func (m *otherMaker) otherAmount(v verdict) {
	p := m.owes(m.open())
	amount := pick(m.r, []lending.Money{p.due.Amount + pick(m.r, []lending.Money{590_00, 295_00}), floor(p.due.Amount, 500_00) + 500_00, floor(p.due.Amount, 100_00) + 100_00, p.due.Amount + 10_00, floor(p.due.Amount*6/10, 50_00)})
	v.resolvable = m.alone(p.account)
	m.give(v, p, m.transfer(p, p.account.Name, chitchat(m.r, p.day)), amount, lettersShown(p.account.Name))
}

// lettersShown is as much of a name as must be seen to tell it.
func lettersShown(name string) string { return cut(name, 16) }

func (m *otherMaker) byPartner(v verdict) {
	a := m.open()
	for a.CoApplicant == "" || len(m.customers[a.CustomerID]) > 1 {
		a = m.open()
	}
	p := m.owes(a)
	t := m.transfer(p, respell(m.r, a.CoApplicant), chitchat(m.r, p.day))
	m.give(v, p, t, p.due.Amount, cut(t.name, 12))
}

func (m *otherMaker) severalDues(v verdict) {
	p := m.owes(m.open())
	n := 2 + m.r.IntN(2)
	v.resolvable = m.alone(p.account)
	m.give(v, p, m.transfer(p, p.account.Name, pick(m.r, []string{fmt.Sprintf("%d month emi", n), "pending loan", "advance emi", chitchat(m.r, p.day)})), p.account.EMI*lending.Money(n), lettersShown(p.account.Name))
}

func (m *otherMaker) twins(v verdict) {
	p := m.owes(m.open())
	remark := chitchat(m.r, p.day)
	for range 2 {
		m.give(v, p, m.transfer(p, p.account.Name, remark), p.due.Amount)
	}
}

func (m *otherMaker) byFamily(v verdict) {
	a := m.open()
	for m.kin[a.ID] == "" || len(m.customers[a.CustomerID]) > 1 {
		a = m.open()
	}
	p := m.owes(a)
	t := m.transfer(p, m.kin[a.ID], chitchat(m.r, p.day))
	m.give(v, p, t, p.due.Amount, cut(t.name, 14))
}

func (m *otherMaker) cashNamed(v verdict) {
	p := m.owes(m.open())
	t := m.transfer(p, p.account.Name, "")
	t.rail = "cash"
	m.give(v, p, t, p.due.Amount)
}

func (m *otherMaker) cheque(v verdict) {
	p := m.owes(m.open())
	t := m.transfer(p, p.account.Name, "")
	t.rail = "cheque"
	m.refer(t)
	m.give(v, p, t, p.due.Amount)
}

func (m *otherMaker) nobody(v verdict) {
	v.outcome = "NONE"
	day := otherStart.AddDays(m.r.IntN(otherDays))
	if chance(m.r, 25) {
		t := m.transfer(pay{day: day}, resident(m.r), pick(m.r, []string{"UPI", "shop rent", "for medicine", "salary advance", "Payment from PhonePe", "chanda", "NA"}))
		collection := pick(m.r, otherBanks)
		m.put(t.on(m.r, collection), t.beside(m.r, collection), collection, day, lending.Money(1+m.r.IntN(20_000))*100+1, v)
		return
	}
	m.put(m.strange(day), pick(m.r, []string{"", "-"}), pick(m.r, otherBanks), day, lending.Money(10_000+m.r.IntN(700_000_000)), v)
}

// twoLoans finds two open loans of one customer with different instalments.
func (m *otherMaker) twoLoans() (a, b matching.Account) {
	for {
		a = m.open()
		for _, i := range m.customers[a.CustomerID] {
			if b = m.f.accounts[i]; b.Active && b.ID != a.ID {
				return a, b
			}
		}
	}
}

// dueNear is the due of an account nearest to a day.
func (m *otherMaker) dueNear(a matching.Account, day lending.Date) matching.Due {
	best := m.dues[a.ID][0]
	for _, d := range m.dues[a.ID] {
		if absDays(day.Sub(d.DueDate)) < absDays(day.Sub(best.DueDate)) {
			best = d
		}
	}
	return best
}

func (m *otherMaker) bothLoans(v verdict) {
	a, b := m.twoLoans()
	p := m.owes(a)
	p.day = p.due.DueDate.AddDays(m.r.IntN(4) - 1)
	second := m.dueNear(b, p.day)
	v.resolvable = a.EMI != b.EMI && len(m.customers[a.CustomerID]) == 2
	t := m.transfer(p, a.Name, pick(m.r, []string{"both loan emi", "2 loan", chitchat(m.r, p.day), chitchat(m.r, p.day)}))
	amounts := []lending.Money{p.due.Amount, second.Amount}
	text, collection := "", ""
	for range 200 {
		collection = m.collection(a)
		if text = t.on(m.r, collection); showsAll(text, []string{lettersShown(a.Name)}) {
			break
		}
	}
	m.put(text, t.beside(m.r, collection), collection, p.day, p.due.Amount+second.Amount, v.of(amounts, a, b))
}

func (m *otherMaker) forTwo(v verdict) {
	p := m.owes(m.open())
	b := m.open()
	for b.CustomerID == p.account.CustomerID {
		b = m.open()
	}
	p.day = p.due.DueDate.AddDays(m.r.IntN(3))
	second := m.dueNear(b, p.day)
	amounts := []lending.Money{p.due.Amount, second.Amount}
	t := m.transfer(p, resident(m.r), p.account.Ref+pick(m.r, []string{" ", ", ", " and "})+b.Ref)
	t.rail = "neft"
	m.refer(t)
	collection := pick(m.r, []string{"ICICI-CC-22", "HDFC-CC-21", "YES-CC-31"})
	m.put(t.on(m.r, collection), t.beside(m.r, collection), collection, p.day, p.due.Amount+second.Amount, v.of(amounts, p.account, b))
}

func (m *otherMaker) forAnother(v verdict) {
	p := m.owes(m.open())
	v.resolvable = m.alone(p.account) || m.clear(p, &transfer{letters: 40}, p.due.Amount)
	said := fmt.Sprintf(pick(m.r, []string{"%s", "%s loan", "loan of %s", "%s emi", "for %s"}), p.account.Name)
	m.give(v, p, m.transfer(p, resident(m.r), said), p.due.Amount, said)
}

func (m *otherMaker) oldNumber(v verdict) {
	for range 4000 {
		old := pick(m.r, m.f.accounts)
		if old.Active {
			continue
		}
		var live []matching.Account
		for _, i := range m.customers[old.CustomerID] {
			if a := m.f.accounts[i]; a.Active {
				live = append(live, a)
			}
		}
		if len(live) != 1 {
			continue
		}
		p := m.owes(live[0])
		m.give(v, p, m.transfer(p, p.account.Name, m.told(old.Ref)), p.due.Amount, old.Ref)
		return
	}
}

func (m *otherMaker) otherNumber(v verdict) {
	p := m.owes(m.open())
	number := lastDigits(m.open().Ref)
	t := m.transfer(p, p.account.Name, pick(m.r, []string{"inv no ", "bill ", "receipt no ", "order "})+number)
	v.resolvable = m.clear(p, &transfer{letters: 40}, p.due.Amount)
	m.give(v, p, t, p.due.Amount, number, cut(p.account.Name, 18))
}

// lastDigits is the last run of five digits in a number, or what there is.
func lastDigits(ref string) string {
	ref = strings.TrimSuffix(ref, "/25-26")
	return strings.TrimLeft(ref[max(0, len(ref)-5):], "ABCDEFGHIJKLMNOPQRSTUVWXYZ/-0")
}

func (m *otherMaker) cameBack(v verdict) {
	v.outcome = "NONE"
	a := m.open()
	day := otherStart.AddDays(m.r.IntN(otherDays))
	m.put(m.sentBack(a, day), "", pick(m.r, otherBanks), day, a.EMI*12, v)
}

func (m *otherMaker) cashBlind(v verdict) {
	p := m.owes(m.open())
	text := pick(m.r, []string{"CASH DEPOSIT SELF", "BY CASH - CUTTACK MAIN", "CASH DEP RAIPUR G E ROAD", "CSH DEP (CDM) CASH DEPOSIT SELF AT S1BW000456021", "BY CASH"})
	m.put(text, "", m.collection(p.account), p.day, p.due.Amount, v.of([]lending.Money{p.due.Amount}, p.account))
}

func (m *otherMaker) byStranger(v verdict) {
	p := m.owes(m.open())
	m.give(v, p, m.transfer(p, resident(m.r), chitchat(m.r, p.day)), p.due.Amount)
}
