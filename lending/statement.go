package lending

import (
	"cmp"
	"fmt"
	"slices"
)

// StatementLine is one line of a statement of account. Balance is what is
// demanded and unpaid after it; negative when money is held as excess.
type StatementLine struct {
	Date        Date // value date
	BookingDate Date // when the books learned of it; zero for what follows from time alone
	Particulars string
	Reference   string // key of the fact or of the demand
	Debit       Money
	Credit      Money
	Balance     Money
}

// Statement lists what was demanded and received on an account from a day on, up
// to a moment (domain 13.3, SOA-01). Overdue interest and penal charges grow
// daily and are shown as they stand at each receipt and at the end. A receipt
// that was reversed is shown with its mirror, both on its value date. What lies
// before the first day is one line with the opening balance.
func Statement(facts []Fact, from Date, at At) ([]StatementLine, error) {
	s := &statement{from: from, mirrors: map[string]*Fact{}, names: map[string]*Fact{}}
	for i := range facts {
		if f := &facts[i]; f.Kind == FactReversal {
			s.mirrors[f.Reverses] = f
		} else {
			s.names[f.Key] = f
		}
	}
	r, err := replayUntil(facts, at, s.watch)
	if err != nil {
		return nil, err
	}
	end := grown{day: at.Date}
	for i := range r.book.Demands {
		end.add(&r.book.Demands[i])
	}
	s.watched = append(s.watched, end)
	s.assemble(r.book)
	return s.lines, nil
}

// statement is a statement while it is put together.
type statement struct {
	from    Date
	names   map[string]*Fact // by key
	mirrors map[string]*Fact // reversal by the fact it undoes
	watched []grown          // at each day with receipts, and at the end
	shown   grown
	opening Money
	opened  bool
	balance Money
	lines   []StatementLine
}

// grown is the overdue interest and the penal charges made before a day's money.
type grown struct {
	day            Date
	overdue, penal Money
}

// add counts what grew on a demand that is due; a penal charge made by hand is a
// line of its own.
func (g *grown) add(d *Demand) {
	if d.Due && d.Type != DemandFee {
		g.overdue += d.Amount[OverdueInterest]
		g.penal += d.Amount[Penal]
	}
}

// watch is called by replay before the money of a day moves.
func (s *statement) watch(r *replayer, day Date) {
	if r.next.receipt == len(r.in.receipts) || r.in.receipts[r.next.receipt].fact.ValueDate != day {
		return
	}
	r.accrueAll(day)
	g := grown{day: day}
	for i := range r.dues[:r.fallen] {
		g.add(r.dues[i].Demand)
	}
	s.watched = append(s.watched, g)
}

// entry is something on its day, before it is a line.
type entry struct {
	on    Date
	rank  int // within a day: what fell due, what was waived, received, paid back
	write func()
}

// assemble merges what fell due, what was waived, what was received with what grew
// until then, and what was paid back, by day; what has grown at the end comes last.
func (s *statement) assemble(b *Book) {
	var entries []entry
	add := func(on Date, rank int, write func()) {
		if on <= b.At.Date {
			entries = append(entries, entry{on, rank, write})
		}
	}
	due := map[string]Date{}
	for i := range b.Demands {
		if d := &b.Demands[i]; d.Due {
			due[d.Key] = d.DueDate
			add(d.DueDate, 0, func() { s.due(d) })
		}
	}
	for i := range b.Waivers {
		if w := &b.Waivers[i]; due[w.Demand] != 0 {
			on := max(w.Date, due[w.Demand])
			add(on, 1, func() { s.waiver(w, on) })
		}
	}
	for i := range b.Receipts {
		if r := &b.Receipts[i]; !r.Waiting {
			add(r.ValueDate, 2, func() { s.receipt(r) })
		}
	}
	for i := range b.Refunds {
		r := &b.Refunds[i]
		add(r.ValueDate, 3, func() { s.refund(r) })
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.rank, b.rank)) })
	for _, e := range entries {
		e.write()
	}
	for _, g := range s.watched {
		s.growth(g)
	}
	if !s.opened {
		s.open()
	}
}

func (s *statement) waiver(w *WaiverBook, on Date) {
	s.line(StatementLine{Date: on, BookingDate: s.booked(w.Waiver), Particulars: "Waived: " + componentWords[w.Component], Reference: w.Demand, Credit: w.Amount})
}

func (s *statement) refund(r *RefundBook) {
	s.line(StatementLine{Date: r.ValueDate, BookingDate: s.booked(r.Refund), Particulars: "Refund", Reference: r.Refund, Debit: r.Amount - r.Uncovered})
}

func (s *statement) booked(key string) Date {
	if f := s.names[key]; f != nil {
		return f.BookingDate
	}
	return 0
}

// componentWords name components for a person. They are never written to.
var componentWords = [NumComponents]string{"principal", "interest", "overdue interest", "penal charges", "fees"}

func (s *statement) due(d *Demand) {
	words := fmt.Sprintf("Instalment %d due", d.No)
	if d.Name != "" {
		words = d.Name
	}
	debit := d.Amount[Principal] + d.Amount[Interest] + d.Amount[Fee]
	if d.Type == DemandFee {
		debit += d.Amount[Penal]
	}
	s.line(StatementLine{Date: d.DueDate, Particulars: words, Reference: d.Key, Debit: debit})
}

// receipt shows a receipt, what grew until it, and its mirror.
func (s *statement) receipt(r *ReceiptBook) {
	for len(s.watched) > 1 && s.watched[0].day <= r.ValueDate {
		s.growth(s.watched[0])
		s.watched = s.watched[1:]
	}
	f, words := s.names[r.Receipt], "Receipt"
	switch {
	case f.Adjustment != nil:
		words = "Adjustment from " + f.Adjustment.From
	case f.Receipt.Received == 0 && f.Receipt.TDS > 0:
		words = "Tax deducted at source"
	}
	s.line(StatementLine{Date: r.ValueDate, BookingDate: f.BookingDate, Particulars: words, Reference: r.Receipt, Credit: r.Amount})
	if mirror := s.mirrors[r.Receipt]; mirror != nil && r.Reversed {
		s.line(StatementLine{Date: r.ValueDate, BookingDate: mirror.BookingDate, Particulars: words + " reversed", Reference: mirror.Key, Debit: r.Amount})
	}
}

// growth shows what has grown since it was shown last.
func (s *statement) growth(g grown) {
	s.line(StatementLine{Date: g.day, Particulars: "Overdue interest to date", Debit: g.overdue - s.shown.overdue})
	s.line(StatementLine{Date: g.day, Particulars: "Penal charge to date", Debit: g.penal - s.shown.penal})
	s.shown = g
}

// line adds a line, or counts it into the opening balance when it lies before
// the first day. A line of nothing is left out.
func (s *statement) line(l StatementLine) {
	if l.Debit == l.Credit {
		return
	}
	s.balance += l.Debit - l.Credit
	if l.Date < s.from {
		s.opening = s.balance
		return
	}
	if !s.opened {
		s.open()
	}
	l.Balance = s.balance
	s.lines = append(s.lines, l)
}

// open shows the opening balance, if there is one.
func (s *statement) open() {
	s.opened = true
	if s.opening != 0 {
		s.lines = append(s.lines, StatementLine{Date: s.from, Particulars: "Opening balance", Balance: s.opening})
	}
}
