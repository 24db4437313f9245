package main

import (
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/matching"
)

// kind is a kind of payment of the benchmark, with its share in a thousand.
type kind struct {
	name       string
	share      int
	difficulty int // 5 cannot be told from what the books say
	make       func(m *maker, v verdict)
}

var kinds = []kind{
	{"van_exact", 35, 1, (*maker).toVirtual}, {"mandate_exact", 26, 1, (*maker).byMandate}, {"ref_exact", 78, 1, (*maker).withRef}, {"utr_preadvised", 26, 1, (*maker).announced},
	{"ref_noisy", 61, 2, (*maker).withNoisyRef}, {"name_exact_amt", 108, 2, (*maker).byName}, {"phone_in_vpa", 43, 2, (*maker).byPhone}, {"dup_utr", 35, 2, (*maker).twice},
	{"name_trunc_amt", 78, 3, (*maker).byName}, {"name_variant_amt", 78, 3, (*maker).byVariant}, {"name_wrong_amt", 61, 3, (*maker).wrongAmount}, {"coapp_payer", 35, 3, (*maker).byCoApplicant},
	{"multi_month", 17, 3, (*maker).severalMonths}, {"repeat_payment", 6, 3, (*maker).genuineTwins}, {"third_party_hist", 43, 3, (*maker).byHelper}, {"noise_none", 61, 3, (*maker).noise},
	{"combined_same_borrower", 39, 4, (*maker).bothLoans}, {"combined_two_borrowers", 22, 4, (*maker).twoBorrowers}, {"third_party_hint", 22, 4, (*maker).onBehalf},
	{"stale_ref", 13, 4, (*maker).oldRef}, {"decoy_number", 17, 4, (*maker).decoy}, {"disb_return", 9, 4, (*maker).comesBack}, {"amount_only", 17, 5, (*maker).cash},
	{"third_party_blind", 13, 5, (*maker).stranger},
}

// of makes a verdict one of these accounts, each with its amount.
func (v verdict) of(amounts []lending.Money, accounts ...matching.Account) verdict {
	for _, a := range accounts {
		v.accounts = append(v.accounts, a.ID)
	}
	v.amounts = amounts
	return v
}

// one enters a payment of one account.
func (m *maker) one(v verdict, p pay, msg message, amount lending.Money) {
	m.enter(msg, amount, v.of([]lending.Money{amount}, p.account))
}

// anybody is the borrower, or now and then somebody else.
func (m *maker) anybody(a matching.Account) string {
	if chance(m.r, 25) {
		return person(m.r)
	}
	return misspell(m.r, a.Name)
}

func (m *maker) toVirtual(v verdict) {
	p := m.due(m.active())
	msg := m.send(p, m.anybody(p.account), p.account.VirtualAccount)
	msg.rail = "neft"
	msg.ref = newRef(m.r, "neft", msg.ifsc[:4], p.day)
	collection := pick(m.r, []string{"BOB-CA-03", "FED-CA-05", "PNB-CA-04"})
	m.enterText(msg.print(m.r, collection), msg.column(m.r), collection, p.day, p.due.Amount, v.of([]lending.Money{p.due.Amount}, p.account))
}

func (m *maker) byMandate(v verdict) {
	a := m.active()
	for a.MandateRef == "" {
		a = m.active()
	}
	p := m.due(a)
	p.day = p.due.DueDate
	msg := m.send(p, a.Name, "")
	msg.rail, msg.umrn, msg.ref = "nach", a.MandateRef, "NACH"+p.day.Time().Format("020106")
	m.one(v, p, msg, a.EMI)
}

// quote writes an account number into a remark.
func (m *maker) quote(ref string) string {
	return pick(m.r, []string{"", "", "Loan ", "kist ", "acno ", "LAN:", "for loan ", "a/c no "}) + ref
}

// roomy are the layouts whose remarks are long enough for an account number.
func (m *maker) roomy(v verdict, p pay, msg message, amount lending.Money) {
	collection := pick(m.r, []string{"KOTAK-CA-01", "YES-CA-02", "FED-CA-05"})
	if msg.rail == "imps" {
		collection = "YES-CA-02"
	}
	if msg.rail == "neft" {
		collection = "FED-CA-05"
	}
	m.enterText(msg.print(m.r, collection), msg.column(m.r), collection, p.day, amount, v.of([]lending.Money{amount}, p.account))
}

func (m *maker) withRef(v verdict) {
	p := m.due(m.active())
	amount := p.due.Amount
	if chance(m.r, 15) {
		amount = floor(amount/3, 1000)
	}
	m.roomy(v, p, m.send(p, m.anybody(p.account), m.quote(p.account.Ref)), amount)
}

func (m *maker) withNoisyRef(v verdict) {
	p := m.due(m.active())
	name := p.account.Name
	if chance(m.r, 15) {
		name = person(m.r)
	}
	m.roomy(v, p, m.send(p, name, m.quote(m.garble(p.account.Ref))), p.due.Amount)
}

// garble writes an account number as a borrower in a hurry does.
func (m *maker) garble(ref string) string {
	at := 1 + m.r.IntN(len(ref)-1)
	switch m.r.IntN(6) {
	case 0:
		return strings.ToLower(strings.NewReplacer("-", "", "/", "").Replace(ref))
	case 1:
		return strings.NewReplacer("-", " ", "/", " ").Replace(ref)
	case 2:
		return strings.Replace(ref, "0", "O", 1)
	case 3:
		if isASCIIDigit(ref[at]) {
			return ref[:at] + digits(m.r, 1) + ref[at+1:]
		}
	case 4:
		if isASCIIDigit(ref[at]) {
			return ref[:at] + ref[at+1:]
		}
	case 5:
		if isASCIIDigit(ref[at]) && isASCIIDigit(ref[at-1]) {
			return ref[:at-1] + ref[at:at+1] + ref[at-1:at] + ref[at+1:]
		}
	}
	return strings.ToLower(ref)
}

func isASCIIDigit(c byte) bool { return c >= '0' && c <= '9' }

func (m *maker) announced(v verdict) {
	p := m.due(m.active())
	msg := m.send(p, person(m.r), m.words(p.day))
	m.f.advices = append(m.f.advices, matching.Advice{Account: p.account.ID, UTR: msg.ref, Amount: p.due.Amount, On: p.day})
	m.one(v, p, msg, p.due.Amount)
}

func (m *maker) byName(v verdict) {
	p := m.due(m.active())
	v.resolvable = !m.alike(p, p.due.Amount)
	m.one(v, p, m.send(p, p.account.Name, m.words(p.day)), p.due.Amount)
}

func (m *maker) byVariant(v verdict) {
	p := m.due(m.active())
	v.resolvable = !m.alike(p, p.due.Amount)
	m.one(v, p, m.send(p, misspell(m.r, p.account.Name), m.words(p.day)), p.due.Amount)
}

// alike says that another account of the same name asks the same amount, or that
// the amount tells none of them apart.
func (m *maker) alike(p pay, amount lending.Money) bool {
	for _, i := range m.named[p.account.Name] {
		if a := m.f.accounts[i]; a.ID != p.account.ID && a.Active && (a.EMI == p.account.EMI || amount != p.due.Amount) {
			return true
		}
	}
	return false
}

func (m *maker) byPhone(v verdict) {
	p := m.due(m.active())
	msg := m.send(p, p.account.Name, m.words(p.day))
	msg.rail, msg.vpa = "upi", handleOf(m.r, "", p.account.Phone)
	msg.ref = newRef(m.r, "upi", "", p.day)
	collection := pick(m.r, []string{"YES-CA-02", "BOB-CA-03", "FED-CA-05"})
	m.enterText(msg.print(m.r, collection), msg.column(m.r), collection, p.day, p.due.Amount, v.of([]lending.Money{p.due.Amount}, p.account))
}

// twice enters a payment and the same transfer again in another guise.
func (m *maker) twice(v verdict) {
	p := m.due(m.active())
	msg := m.send(p, p.account.Name, m.words(p.day))
	first := v
	first.class, first.difficulty, first.resolvable = "name_exact_amt", 2, !m.alike(p, p.due.Amount)
	m.one(first, p, msg, p.due.Amount)
	v.outcome = "DUPLICATE"
	day := p.day.AddDays(m.r.IntN(3))
	collection := pick(m.r, m.banks)
	text := pick(m.r, []string{"CREDIT ADVICE " + msg.ref, "INW CR " + msg.ref + " SUNFIN", "CR-" + msg.ref + "-" + msg.bank, msg.print(m.r, collection)})
	m.enterText(text, pick(m.r, []string{"", msg.ref, "0000" + msg.ref, strings.ToLower(msg.ref)}), collection, day, p.due.Amount, v)
}

func (m *maker) wrongAmount(v verdict) {
	p := m.due(m.active())
	amount := pick(m.r, []lending.Money{p.due.Amount + 50, p.due.Amount - 500, floor(p.due.Amount, 10000) + 10000, floor(p.due.Amount/2, 10000) + 100, p.due.Amount + pick(m.r, tariff), p.due.Amount + 7300})
	v.resolvable = !m.alike(p, 0)
	m.one(v, p, m.send(p, p.account.Name, m.words(p.day)), amount)
}

func (m *maker) byCoApplicant(v verdict) {
	a := m.active()
	for a.CoApplicant == "" {
		a = m.active()
	}
	p := m.due(a)
	m.one(v, p, m.send(p, misspell(m.r, a.CoApplicant), m.words(p.day)), p.due.Amount)
}

func (m *maker) severalMonths(v verdict) {
	p := m.due(m.active())
	n := 2 + m.r.IntN(2)
	v.resolvable = !m.alike(p, p.account.EMI)
	m.one(v, p, m.send(p, p.account.Name, pick(m.r, []string{"adv inst", fmt.Sprintf("%d kist", n), fmt.Sprintf("%d mahine ka hapta", n), "pending emi"})), p.account.EMI*lending.Money(n))
}

func (m *maker) genuineTwins(v verdict) {
	p := m.due(m.active())
	v.resolvable = !m.alike(p, p.due.Amount)
	remark := m.words(p.day)
	for range 2 {
		m.one(v, p, m.send(p, p.account.Name, remark), p.due.Amount)
	}
}

func (m *maker) byHelper(v verdict) {
	a := m.active()
	for m.helper[a.ID] == "" {
		a = m.active()
	}
	p := m.due(a)
	m.one(v, p, m.send(p, m.helper[a.ID], m.words(p.day)), p.due.Amount)
}

func (m *maker) noise(v verdict) {
	v.outcome = "NONE"
	day := m.start.AddDays(m.r.IntN(220))
	if chance(m.r, 12) {
		msg := m.send(pay{day: day}, person(m.r), pick(m.r, []string{"room rent", "UPI", "milk bill", "tuition fees", "gift"}))
		m.enter(msg, lending.Money(300+m.r.IntN(9000))*100, v)
		return
	}
	m.enterText(noise(m.r, day), "", pick(m.r, m.banks), day, lending.Money(50_000+m.r.IntN(900_000_000)), v)
}

// floor rounds an amount down to a unit.
func floor(m, unit lending.Money) lending.Money { return m - m%unit }
