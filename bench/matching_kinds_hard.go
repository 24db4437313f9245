package main

import (
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/matching"
)

// pairOf finds two active loans of one borrower.
func (m *maker) pairOf() (a, b matching.Account) {
	for {
		a = m.active()
		for _, i := range m.customers[a.CustomerID] {
			if x := m.f.accounts[i]; x.Active && x.ID != a.ID {
				return a, x
			}
		}
	}
}

// dueAbout is the due of an account nearest to a day.
func (m *maker) dueAbout(a matching.Account, day lending.Date) matching.Due {
	var best matching.Due
	for _, d := range m.dues[a.ID] {
		if best.Account == "" || absDays(day.Sub(d.DueDate)) < absDays(day.Sub(best.DueDate)) {
			best = d
		}
	}
	return best
}

func absDays(n int) int { return max(n, -n) }

func (m *maker) bothLoans(v verdict) {
	a, b := m.pairOf()
	p := m.due(a)
	p.day = p.due.DueDate.AddDays(m.r.IntN(3))
	other := m.dueAbout(b, p.day)
	amounts := []lending.Money{p.due.Amount, other.Amount}
	v.resolvable = a.EMI != b.EMI
	remark := pick(m.r, []string{"both kist", "dono loan", "2 loans", "loan payment", a.Ref, m.words(p.day)})
	m.enter(m.send(p, a.Name, remark), p.due.Amount+other.Amount, v.of(amounts, a, b))
}

func (m *maker) twoBorrowers(v verdict) {
	p := m.due(m.active())
	b := m.active()
	for b.CustomerID == p.account.CustomerID || b.Name == p.account.Name {
		b = m.active()
	}
	p.day = p.due.DueDate.AddDays(m.r.IntN(3))
	other := m.dueAbout(b, p.day)
	payer, remark := person(m.r), ""
	switch m.r.IntN(4) {
	case 0:
		remark = p.account.Ref + " " + b.Ref
	case 1:
		remark = p.account.Ref + " & " + b.Ref
	case 2:
		remark = p.account.Name + " and " + b.Name
	case 3:
		payer, remark = p.account.Name, "self and "+b.Ref
	}
	msg := m.send(p, payer, remark)
	msg.rail = "neft"
	msg.ref = newRef(m.r, "neft", msg.ifsc[:4], p.day)
	collection := pick(m.r, []string{"BOB-CA-03", "FED-CA-05"})
	amounts := []lending.Money{p.due.Amount, other.Amount}
	m.enterText(msg.print(m.r, collection), msg.column(m.r), collection, p.day, p.due.Amount+other.Amount, v.of(amounts, p.account, b))
}

func (m *maker) onBehalf(v verdict) {
	p := m.due(m.active())
	name := p.account.Name
	if words := strings.Fields(name); chance(m.r, 30) && len(words[0]) > 3 {
		name = words[0]
	}
	v.resolvable = !m.alike(p, p.due.Amount)
	remark := fmt.Sprintf(pick(m.r, []string{"on behalf of %s", "%s ka kist", "%s loan", "kist of %s", "%s"}), name)
	m.roomy(v, p, m.send(p, person(m.r), remark), p.due.Amount)
}

func (m *maker) oldRef(v verdict) {
	for range 2000 {
		old := pick(m.r, m.f.accounts)
		for _, i := range m.customers[old.CustomerID] {
			if a := m.f.accounts[i]; !old.Active && a.Active {
				p := m.due(a)
				m.roomy(v, p, m.send(p, a.Name, m.quote(old.Ref)), p.due.Amount)
				return
			}
		}
	}
}

func (m *maker) decoy(v verdict) {
	p := m.due(m.active())
	other := m.active().Ref
	number := strings.TrimLeft(other[max(0, len(other)-5):], "ABCDEFGHJKMNPQRSTVWXYZ-/0")
	v.resolvable = !m.alike(p, p.due.Amount)
	m.one(v, p, m.send(p, p.account.Name, pick(m.r, []string{"bill ", "order no ", "challan ", "inv#", ""})+number), p.due.Amount)
}

func (m *maker) comesBack(v verdict) {
	v.outcome = "NONE"
	a := m.active()
	day := m.start.AddDays(m.r.IntN(220))
	m.enterText(returned(m.r, a.Name, pick(m.r, payerBanks)[0], day), "", pick(m.r, m.banks), day, a.EMI*10, v)
}

func (m *maker) cash(v verdict) {
	p := m.due(m.active())
	text := pick(m.r, []string{"CASH DEPOSIT BY SELF", "BY CASH BNA " + digits(m.r, 6), "CASH DEP/MAIN ROAD", "CDM CASH " + digits(m.r, 5)})
	m.enterText(text, "", pick(m.r, m.banks), p.day, p.due.Amount, v.of([]lending.Money{p.due.Amount}, p.account))
}

func (m *maker) stranger(v verdict) {
	p := m.due(m.active())
	m.one(v, p, m.send(p, person(m.r), m.words(p.day)), p.due.Amount)
}
