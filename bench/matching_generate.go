package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/matching"
)

// maker makes a book and the payments into it. The same seed makes the same.
type maker struct {
	r      *rand.Rand
	f      portfolio
	byID   map[string]int
	banks  []string
	months int
	start  lending.Date
	form   int // which form account numbers have
	used   map[string]bool
	helper map[string]string // who pays for an account that is not his own

	dues      map[string][]matching.Due // by account
	named     map[string][]int          // accounts by the borrower's name
	customers map[string][]int          // accounts by borrower
}

// makePortfolio makes a book of so many accounts with so many payments, of the
// kinds that the sample has, with other people, words and layouts.
func makePortfolio(seed uint64, accounts, payments int) portfolio {
	m := &maker{r: rand.New(rand.NewPCG(seed, 7)), byID: map[string]int{}, months: 8, used: map[string]bool{}, helper: map[string]string{},
		dues: map[string][]matching.Due{}, named: map[string][]int{}, customers: map[string][]int{},
		banks: []string{"KOTAK-CA-01", "YES-CA-02", "BOB-CA-03", "PNB-CA-04", "FED-CA-05", "IDB-CA-06"}, form: int(seed % 4)}
	m.start, _ = lending.ParseDate("2027-01-01")
	m.f.truth = map[string]verdict{}
	m.makeAccounts(accounts)
	m.makeHistory()
	m.makePayments(payments)
	return m.f
}

// tariff are the charges of the made-up lender.
var tariff = []lending.Money{295_00, 472_00, 885_00}

func (m *maker) makeAccounts(n int) {
	var instalments []lending.Money
	for range n/3 + 4 {
		instalments = append(instalments, lending.Money(500+m.r.IntN(15000))*100)
	}
	var customer, name, co, phone string
	for i := range n {
		if i == 0 || !chance(m.r, 18) {
			customer, phone = fmt.Sprintf("K%06d", i), fmt.Sprintf("%d%s", 6+m.r.IntN(4), digits(m.r, 9))
			name, co = person(m.r), ""
			if i > 0 && chance(m.r, 12) {
				name = m.f.accounts[m.r.IntN(i)].Name
			}
			if i > 0 && chance(m.r, 8) {
				phone = m.f.accounts[m.r.IntN(i)].Phone
			}
			if chance(m.r, 45) {
				co = person(m.r)
			}
		}
		a := matching.Account{ID: fmt.Sprintf("Z%05d", i), Ref: m.accountRef(i), VirtualAccount: m.virtual(), CustomerID: customer, Name: name, CoApplicant: co, Phone: phone,
			Product: "PL", Active: i == 0 || !chance(m.r, 8), EMI: instalments[m.r.IntN(1+m.r.IntN(len(instalments)))], CollectionBank: pick(m.r, m.banks)}
		bank := pick(m.r, payerBanks)[0]
		if chance(m.r, 70) {
			a.RemitterIFSC = bank + "0" + digits(m.r, 6)
		}
		if chance(m.r, 70) {
			a.RemitterLast4 = digits(m.r, 4)
		}
		if chance(m.r, 50) {
			a.MandateRef = bank + digits(m.r, 16)
		}
		m.byID[a.ID] = i
		m.named[a.Name] = append(m.named[a.Name], i)
		m.customers[a.CustomerID] = append(m.customers[a.CustomerID], i)
		m.f.accounts = append(m.f.accounts, a)
		m.makeDues(a)
	}
}

func (m *maker) makeDues(a matching.Account) {
	if !a.Active {
		return
	}
	first := m.start.AddDays(pick(m.r, []int{0, 3, 6, 9, 14, 19}))
	for month := range m.months {
		d := matching.Due{Account: a.ID, DueDate: first.AddMonths(month), EMI: a.EMI, Amount: a.EMI}
		if chance(m.r, 12) {
			d.Charges = pick(m.r, tariff)
			d.Amount += d.Charges
		}
		m.f.dues = append(m.f.dues, d)
		m.dues[a.ID] = append(m.dues[a.ID], d)
	}
}

func (m *maker) accountRef(i int) string {
	n := 10_000 + m.r.IntN(80_000)
	switch m.form {
	case 0:
		return fmt.Sprintf("LN-2026-%06d", 4000+7*i)
	case 1:
		return fmt.Sprintf("%s/%s/%05d", pick(m.r, []string{"MFI", "SME", "VEH"}), pick(m.r, []string{"NGP", "SRT", "VJA"}), n)
	case 2:
		return fmt.Sprintf("VF%09d", 100_000+n*13+i)
	}
	return fmt.Sprintf("ACC%s", m.base32(5))
}

func (m *maker) base32(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte("0123456789ABCDEFGHJKMNPQRSTVWXYZ"[m.r.IntN(32)])
	}
	return b.String()
}

func (m *maker) virtual() string {
	switch m.form {
	case 0:
		return "SUNFIN" + digits(m.r, 10)
	case 1:
		return "70" + digits(m.r, 14)
	}
	return "VFPL" + m.base32(4) + digits(m.r, 8)
}

// active picks an account that may be paid.
func (m *maker) active() matching.Account {
	for {
		if a := pick(m.r, m.f.accounts); a.Active {
			return a
		}
	}
}

// pay is a payment of a due of an account.
type pay struct {
	account matching.Account
	due     matching.Due
	day     lending.Date
}

func (m *maker) due(a matching.Account) pay {
	d := pick(m.r, m.dues[a.ID])
	late := m.r.IntN(7) - 3
	switch {
	case chance(m.r, 12):
		late = 4 + m.r.IntN(20)
	case chance(m.r, 10):
		late = -4 - m.r.IntN(7)
	}
	return pay{a, d, d.DueDate.AddDays(late)}
}

// send makes a message from somebody into the books.
func (m *maker) send(p pay, name, remark string) message {
	bank := pick(m.r, payerBanks)
	ifsc := bank[0] + "0" + digits(m.r, 6)
	tail := digits(m.r, 4)
	if name == p.account.Name && p.account.RemitterIFSC != "" && chance(m.r, 75) {
		ifsc = p.account.RemitterIFSC
		for _, b := range payerBanks {
			if b[0] == ifsc[:4] {
				bank = b
			}
		}
		if p.account.RemitterLast4 != "" {
			tail = p.account.RemitterLast4
		}
	}
	msg := message{rail: pick(m.r, []string{"upi", "upi", "upi", "imps", "imps", "neft", "neft"}), ifsc: ifsc, bank: bank[1], tail: tail, name: name, remark: remark, day: p.day}
	msg.vpa = handleOf(m.r, name, "")
	for msg.ref == "" || m.used[msg.ref] {
		msg.ref = newRef(m.r, msg.rail, ifsc[:4], p.day)
	}
	m.used[msg.ref] = true
	return msg
}

// words are a remark that tells nothing.
func (m *maker) words(day lending.Date) string {
	t := day.Time()
	return pick(m.r, []string{"kist", "Loan kist " + t.Format("Jan"), "installment", "PAYMENT", "Monthly inst", "emi " + t.Format("January"), "Pay via app", "loan amt", "NA", "UPI", "hapta",
		"towards loan", "Payment for loan", "EMI " + t.Format("01-2006"), "Sent using BHIM", "finance payment", "due amount", "masik kisht"})
}

// makeHistory writes down what staff matched before: people paying for others.
func (m *maker) makeHistory() {
	before := m.start.AddDays(-40)
	for range len(m.f.accounts) * 2 / 3 {
		a := m.active()
		name := a.Name
		if chance(m.r, 60) {
			if m.helper[a.ID] == "" {
				m.helper[a.ID] = person(m.r)
			}
			name = m.helper[a.ID]
		}
		p := pay{account: a, day: before.AddDays(m.r.IntN(30))}
		for range 1 + m.r.IntN(2) {
			msg := m.send(p, name, m.words(p.day))
			m.f.history = append(m.f.history, payment{date: p.day, amount: a.EMI, reference: msg.ref, narration: msg.print(m.r, a.CollectionBank), collection: a.CollectionBank})
			m.f.paidBy = append(m.f.paidBy, a.ID)
		}
	}
}

// enter puts a payment and its truth into the book.
func (m *maker) enter(msg message, amount lending.Money, v verdict) {
	collection := pick(m.r, m.banks)
	if len(v.accounts) > 0 && chance(m.r, 40) {
		collection = m.f.accounts[m.byID[v.accounts[0]]].CollectionBank
	}
	m.enterText(msg.print(m.r, collection), msg.column(m.r), collection, msg.day, amount, v)
}

func (m *maker) enterText(narration, column, collection string, day lending.Date, amount lending.Money, v verdict) {
	id := fmt.Sprintf("Q%06d", len(m.f.payments))
	m.f.payments = append(m.f.payments, payment{id: id, date: day, amount: amount, reference: column, narration: narration, collection: collection})
	m.f.truth[id] = v
}

// makePayments makes payments of every kind in the shares of the sample, then
// puts them in the order of their days.
func (m *maker) makePayments(n int) {
	total := 0
	for _, k := range kinds {
		total += k.share
	}
	for _, k := range kinds {
		for range max(1, n*k.share/total) {
			k.make(m, verdict{outcome: "MATCH", class: k.name, difficulty: k.difficulty, resolvable: k.difficulty < 5})
		}
	}
	slices.SortStableFunc(m.f.payments, func(a, b payment) int { return cmp.Compare(a.date, b.date) })
}
