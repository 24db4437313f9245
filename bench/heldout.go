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

// otherMaker makes books of a second kind. Nothing of it has a part in the first:
// other people, account numbers, banks, layouts, remarks and shares of kinds. The
// calibration is never fitted to it, so that its figures say how the engine does
// with a lender nobody has seen.
type otherMaker struct {
	r    *rand.Rand
	f    portfolio
	form int // which form account and virtual account numbers have
	used map[string]bool
	kin  map[string]string // who in the family pays for an account
	// addresses are the UPI addresses given out, each to one person.
	addresses map[string]string

	dues      map[string][]matching.Due
	customers map[string][]int
	owing     map[lending.Money][]int // accounts by amounts they ever owe
}

// otherBanks are the collection accounts of the second lender.
var otherBanks = []string{"HDFC-CC-21", "ICICI-CC-22", "SBI-CC-23", "AXIS-CC-24", "CANARA-CC-25", "INDUSIND-CC-26", "UNION-CC-27", "IDFC-CC-28", "FEDERAL-CC-29", "PNB-CC-30", "YES-CC-31", "BOB-CC-32", "KOTAK-CC-33"}

// otherStart is the first day of the second lender's dues, otherDays how long they go on.
var otherStart = lending.NewDate(2025, 4, 1)

const otherDays = 250

// makeHeldOut makes a book that nothing is fitted to. The same seed makes the same.
func makeHeldOut(seed uint64, accounts, payments int) portfolio {
	m := &otherMaker{r: rand.New(rand.NewPCG(seed, 9091)), form: int(seed % 4), used: map[string]bool{}, kin: map[string]string{}, addresses: map[string]string{},
		dues: map[string][]matching.Due{}, customers: map[string][]int{}, owing: map[lending.Money][]int{}}
	m.f.truth = map[string]verdict{}
	m.openAccounts(accounts)
	m.pastPayments()
	m.payments(payments)
	return m.f
}

// openAccounts gives one to four loans to each customer, from a list of products
// whose instalments many share, or of an amount of its own.
func (m *otherMaker) openAccounts(n int) {
	popular := make([]lending.Money, 9)
	for i := range popular {
		popular[i] = lending.Money(540+m.r.IntN(2600)) * 100
	}
	for customer := 0; len(m.f.accounts) < n; customer++ {
		first := matching.Account{CustomerID: fmt.Sprintf("C-%d", 70001+customer), Name: resident(m.r), Phone: fmt.Sprintf("%d%s", 6+m.r.IntN(4), digits(m.r, 9))}
		if chance(m.r, 38) {
			first.CoApplicant = relativeOf(m.r, first.Name)
		}
		if customer > 0 && chance(m.r, 5) {
			first.Phone = m.f.accounts[m.r.IntN(len(m.f.accounts))].Phone
		}
		bank := pick(m.r, remitters)
		for range pick(m.r, []int{1, 1, 1, 1, 1, 1, 2, 2, 3}) {
			m.openAccount(first, bank, popular)
		}
	}
}

func (m *otherMaker) openAccount(a matching.Account, bank remitter, popular []lending.Money) {
	i := len(m.f.accounts)
	a.ID, a.Ref, a.Product = fmt.Sprintf("N%06d", i), m.number(i), pick(m.r, []string{"JLG", "GL", "2W", "MSME"})
	a.Active = i == 0 || !chance(m.r, 11)
	a.EMI = pick(m.r, popular)
	if chance(m.r, 55) {
		a.EMI = lending.Money(90_000 + m.r.IntN(2_400_000))
		a.EMI -= a.EMI % 100
	}
	a.VirtualAccount = m.virtualOf(i, a.Ref)
	a.CollectionBank = pick(m.r, otherBanks)
	if chance(m.r, 60) {
		a.RemitterIFSC = bank.code + "0" + digits(m.r, 6)
		a.RemitterLast4 = digits(m.r, 4)
	}
	if chance(m.r, 45) {
		a.MandateRef = bank.code + pick(m.r, []string{"70", "50", "80"}) + digits(m.r, 14)
	}
	m.customers[a.CustomerID] = append(m.customers[a.CustomerID], i)
	m.f.accounts = append(m.f.accounts, a)
	m.schedule(a, i)
}

// schedule makes the dues: by the month, or every fortnight as groups pay.
func (m *otherMaker) schedule(a matching.Account, i int) {
	if !a.Active {
		return
	}
	step := 0
	if a.Product == "JLG" {
		step = 14
	}
	first := otherStart.AddDays(pick(m.r, []int{1, 2, 4, 6, 9, 11, 14, 20, 24}))
	for n := range 30 {
		day := first.AddMonths(n)
		if step > 0 {
			day = first.AddDays(n * step)
		}
		if day.Sub(otherStart) > otherDays {
			return
		}
		d := matching.Due{Account: a.ID, DueDate: day, EMI: a.EMI, Amount: a.EMI}
		if chance(m.r, 9) {
			d.Charges = a.EMI*lending.Money(1+m.r.IntN(5))/100 + pick(m.r, []lending.Money{0, 590_00, 295_00})
			d.Amount += d.Charges
		}
		m.f.dues = append(m.f.dues, d)
		m.dues[a.ID] = append(m.dues[a.ID], d)
		if list := m.owing[d.Amount]; len(list) == 0 || list[len(list)-1] != i {
			m.owing[d.Amount] = append(list, i)
		}
		if list := m.owing[a.EMI]; len(list) == 0 || list[len(list)-1] != i {
			m.owing[a.EMI] = append(list, i)
		}
	}
}

// number is an account number in the form of this lender.
func (m *otherMaker) number(i int) string {
	switch m.form {
	case 0:
		return fmt.Sprintf("21%02d%06d", 3+m.r.IntN(20), 20_011+i*3)
	case 1:
		return fmt.Sprintf("P%03d%s%07d", 400+m.r.IntN(30), pick(m.r, []string{"PPS", "CDL", "TWL"}), 1_200_000+i*17+m.r.IntN(9))
	case 2:
		return fmt.Sprintf("%s/%s/%05d/25-26", pick(m.r, []string{"CTK", "RPR", "JDH", "IMF"}), pick(m.r, []string{"GL", "JL"}), 1+i)
	}
	return fmt.Sprintf("XVFP%s%08d", pick(m.r, []string{"BBS", "SXR", "KTM"}), 3_450_000+i*11+m.r.IntN(7))
}

// virtualOf is the virtual account of a loan: a code with the loan's number, all
// digits, or letters and digits.
func (m *otherMaker) virtualOf(i int, ref string) string {
	switch m.form {
	case 0:
		return "GRIH" + ref
	case 1:
		return fmt.Sprintf("5571%012d", 40_000_000+i*7919)
	}
	return fmt.Sprintf("NIDHI%c%09d", 'A'+rune(m.r.IntN(26)), 600_000_000+i*101)
}

// open picks a loan that may be paid.
func (m *otherMaker) open() matching.Account {
	for {
		if a := pick(m.r, m.f.accounts); a.Active {
			return a
		}
	}
}

// owes picks a due of a loan and the day on which it is paid.
func (m *otherMaker) owes(a matching.Account) pay {
	d := pick(m.r, m.dues[a.ID])
	late := m.r.IntN(6) - 2
	switch n := m.r.IntN(100); {
	case n < 14:
		late = 4 + m.r.IntN(9)
	case n < 19:
		late = 13 + m.r.IntN(25)
	case n < 26:
		late = -3 - m.r.IntN(5)
	}
	return pay{a, d, d.DueDate.AddDays(late)}
}

// clear says that nobody else of those who owe this amount would have been
// printed alike: the letters shown are the borrower's alone among them, and the
// borrower has no other loan with this amount.
func (m *otherMaker) clear(p pay, t *transfer, amount lending.Money) bool {
	shown := lettersOf(p.account.Name)
	if t.letters < 3 {
		return false
	}
	shown = shown[:min(len(shown), t.letters)]
	for _, i := range m.owing[amount] {
		a := m.f.accounts[i]
		if a.ID == p.account.ID || !m.owesAbout(a, amount, p.day) {
			continue
		}
		if a.CustomerID == p.account.CustomerID || strings.HasPrefix(lettersOf(a.Name), shown) {
			return false
		}
	}
	return true
}

// owesAbout says that an account owes an amount within seven weeks of a day.
func (m *otherMaker) owesAbout(a matching.Account, amount lending.Money, day lending.Date) bool {
	return slices.ContainsFunc(m.dues[a.ID], func(d matching.Due) bool {
		return (d.Amount == amount || d.EMI == amount) && absDays(day.Sub(d.DueDate)) < 50
	})
}

// alone says that the name is that of one borrower, however much he pays.
func (m *otherMaker) alone(a matching.Account) bool {
	for _, b := range m.f.accounts {
		if b.ID != a.ID && b.Active && (b.CustomerID == a.CustomerID || lettersOf(b.Name) == lettersOf(a.Name)) {
			return false
		}
	}
	return true
}

// pastPayments are what staff matched before: the family pays for some loans.
func (m *otherMaker) pastPayments() {
	for range len(m.f.accounts) * 3 / 4 {
		a := m.open()
		name := a.Name
		if chance(m.r, 50) {
			if m.kin[a.ID] == "" {
				m.kin[a.ID] = relativeOf(m.r, a.Name)
			}
			name = m.kin[a.ID]
		}
		day := otherStart.AddDays(-8 - m.r.IntN(70))
		for range 1 + m.r.IntN(3) {
			t := m.transfer(pay{account: a, day: day}, name, chitchat(m.r, day))
			m.f.history = append(m.f.history, payment{date: day, amount: a.EMI, reference: t.ref, narration: t.on(m.r, a.CollectionBank), collection: a.CollectionBank})
			m.f.paidBy = append(m.f.paidBy, a.ID)
			day = day.AddDays(1)
		}
	}
}

// payments makes payments of every kind, in the order of their days.
func (m *otherMaker) payments(n int) {
	total := 0
	for _, k := range otherKinds {
		total += k.share
	}
	for _, k := range otherKinds {
		for range max(1, n*k.share/total) {
			k.make(m, verdict{outcome: "MATCH", class: k.name, difficulty: k.difficulty, resolvable: k.difficulty < 5})
		}
	}
	slices.SortStableFunc(m.f.payments, func(a, b payment) int { return cmp.Compare(a.date, b.date) })
}

// lettersOf are the letters of a name in capitals.
func lettersOf(name string) string {
	return strings.Map(func(c rune) rune {
		if c < 'A' || c > 'Z' {
			return -1
		}
		return c
	}, up(name))
}
