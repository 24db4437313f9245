package matching

import (
	"math"
	"slices"
	"strings"

	"lekha/lending"
)

// Book holds accounts, dues, advices and payer memories with their indexes. Any
// number of goroutines may propose from it at the same time, as long as none
// changes it.
type Book struct {
	byID        map[string]int32
	accounts    []entry
	exact       map[string][]int32 // account ref, virtual account, UMRN: see keyed
	digits      map[string][]int32 // the last digits of the account ref, zeros off
	advised     map[string][]advice
	advisedCut  map[string][]string // announced references by their first characters
	phones      map[string][]int32
	tails       map[string][]int32 // last digits of the payer's account on file
	customers   map[string][]int32
	names       map[string]int // how many customers share a folded name
	words       map[string]int // how many accounts have a folded word in the borrower's name
	grams       trigrams
	amounts     amountIndex
	memories    memoryIndex
	own         ownIndex
	calibration Calibration
	auto        int                   // basis points from which Auto is advised; 0 is the engine's own threshold
	charges     map[lending.Money]int // charges levied anywhere in the book
}

// entry is an account prepared for comparison.
type entry struct {
	Account
	ref       string // letters and digits only
	refPrefix string
	refDigits string
	van, umrn string
	phone     string
	name, co  name
	dues      []Due
	paidSince bool // some of the dues stood for a while only
}

// duesOn are the dues of an account as they stood on the value date of the credit.
func (q *inquiry) duesOn(e *entry) []Due {
	if !e.paidSince {
		return e.dues
	}
	var out []Due
	for _, d := range e.dues {
		if d.asked(q.credit.ValueDate) {
			out = append(out, d)
		}
	}
	return out
}

type advice struct {
	account int32
	amount  lending.Money
	on      lending.Date
}

// NewBook indexes accounts, dues, advices and memories. Dues and advices of
// accounts that are not given are left out.
func NewBook(accounts []Account, dues []Due, advices []Advice, memories []Memory) *Book {
	b := &Book{
		byID:        make(map[string]int32, len(accounts)),
		exact:       make(map[string][]int32, 3*len(accounts)),
		digits:      make(map[string][]int32, len(accounts)),
		advised:     map[string][]advice{},
		advisedCut:  map[string][]string{},
		phones:      make(map[string][]int32, len(accounts)),
		tails:       map[string][]int32{},
		customers:   make(map[string][]int32, len(accounts)),
		names:       make(map[string]int, len(accounts)),
		words:       map[string]int{},
		grams:       newTrigrams(),
		amounts:     newAmountIndex(),
		memories:    newMemoryIndex(),
		calibration: curve,
		charges:     map[lending.Money]int{},
	}
	for _, a := range accounts {
		b.SetAccount(a)
	}
	byAccount := make(map[string][]Due, len(accounts))
	for _, d := range dues {
		byAccount[d.Account] = append(byAccount[d.Account], d)
	}
	for _, a := range accounts {
		if ds := byAccount[a.ID]; ds != nil {
			b.SetDues(a.ID, ds)
			delete(byAccount, a.ID)
		}
	}
	for _, a := range advices {
		b.AddAdvice(a)
	}
	b.Remember(memories...)
	return b
}

// SetAccount adds an account, or replaces the one of that ID; its dues stay.
func (b *Book) SetAccount(a Account) {
	i, known := b.byID[a.ID]
	if known {
		b.unindex(i)
	} else {
		i = int32(len(b.accounts))
		b.byID[a.ID] = i
		b.accounts = append(b.accounts, entry{})
	}
	e := entry{
		Account: a, ref: squeeze(a.Ref), van: squeeze(a.VirtualAccount), umrn: squeeze(a.MandateRef), phone: phoneOf(a.Phone),
		name: prepareName(a.Name), co: prepareName(a.CoApplicant), dues: b.accounts[i].dues,
		paidSince: b.accounts[i].paidSince,
	}
	e.refPrefix, e.refDigits = splitRef(a.Ref)
	b.accounts[i] = e
	b.index(i)
}

// splitRef cuts an account number into its letters and its last digits, leading
// zeros off: "PL-BLR 0004521" is PLBLR and 4521, "LN-2025-004518" LN and 4518.
func splitRef(ref string) (prefix, digits string) {
	s := strings.ToUpper(ref)
	end := len(s)
	for end > 0 && !isDigit(s[end-1]) {
		end--
	}
	from := end
	for from > 0 && isDigit(s[from-1]) {
		from--
	}
	for i := range from {
		if c := s[i]; isLetter(c) {
			prefix += string(c)
		}
	}
	return prefix, strings.TrimLeft(s[from:end], "0")
}

// index enters account i into the indexes of its identifiers and names.
func (b *Book) index(i int32) {
	e := &b.accounts[i]
	addKey(b.exact, e.ref, i)
	addKey(b.exact, e.van, i)
	addKey(b.exact, e.umrn, i)
	if len(e.refDigits) >= minBareDigits {
		addKey(b.digits, e.refDigits, i)
	}
	addKey(b.phones, e.phone, i)
	addKey(b.tails, e.RemitterLast4, i)
	if !b.namedBefore(e) {
		b.names[e.name.key()]++
	}
	addKey(b.customers, e.CustomerID, i)
	b.countWords(e.name, +1)
	b.grams.add(e.name.fold, i, false)
	b.grams.add(e.co.fold, i, true)
	b.amounts.addEMI(e.EMI, i)
}

// namedBefore says that another account of the same borrower has the same name,
// so that the name is counted already.
func (b *Book) namedBefore(e *entry) bool {
	for _, j := range b.customers[e.CustomerID] {
		if b.accounts[j].name.key() == e.name.key() && b.accounts[j].ID != e.ID {
			return true
		}
	}
	return false
}

// countWords counts the words of a borrower's name.
func (b *Book) countWords(n name, by int) {
	for _, w := range n.words {
		if b.words[w.fold] += by; b.words[w.fold] <= 0 {
			delete(b.words, w.fold)
		}
	}
}

// unindex takes account i out of the indexes again.
func (b *Book) unindex(i int32) {
	e := &b.accounts[i]
	dropKey(b.exact, e.ref, i)
	dropKey(b.exact, e.van, i)
	dropKey(b.exact, e.umrn, i)
	dropKey(b.digits, e.refDigits, i)
	dropKey(b.phones, e.phone, i)
	dropKey(b.tails, e.RemitterLast4, i)
	dropKey(b.customers, e.CustomerID, i)
	if !b.namedBefore(e) {
		b.names[e.name.key()]--
	}
	b.countWords(e.name, -1)
	b.grams.drop(e.name.fold, i, false)
	b.grams.drop(e.co.fold, i, true)
	b.amounts.dropEMI(e.EMI, i)
}

// addKey enters i once under a key; an empty key is no key.
func addKey(index map[string][]int32, key string, i int32) {
	if key == "" {
		return
	}
	list := index[key]
	if slices.Contains(list[max(0, len(list)-3):], i) {
		return
	}
	index[key] = append(list, i)
}

func dropKey(index map[string][]int32, key string, i int32) {
	list := index[key]
	for x, j := range list {
		if j == i {
			list = append(list[:x:x], list[x+1:]...)
			break
		}
	}
	if len(list) == 0 {
		delete(index, key)
		return
	}
	index[key] = list
}

// SetDues replaces the dues of an account. Dues of unknown accounts are ignored.
func (b *Book) SetDues(account string, dues []Due) {
	i, ok := b.byID[account]
	if !ok {
		return
	}
	e := &b.accounts[i]
	for _, d := range e.dues {
		b.amounts.drop(d, i)
		if d.Until.IsZero() {
			b.countCharge(d.Charges, -1)
		}
	}
	e.dues, e.paidSince = sortedDues(dues), false
	for _, d := range e.dues {
		e.paidSince = e.paidSince || !d.Since.IsZero() || !d.Until.IsZero()
		b.amounts.add(d, i)
		if d.Until.IsZero() {
			b.countCharge(d.Charges, +1)
		}
	}
}

// DuesOf returns the dues of an account as the book holds them.
func (b *Book) DuesOf(account string) []Due {
	i, ok := b.byID[account]
	if !ok {
		return nil
	}
	return b.accounts[i].dues
}

func (b *Book) countCharge(c lending.Money, by int) {
	if c <= 0 {
		return
	}
	if b.charges[c] += by; b.charges[c] <= 0 {
		delete(b.charges, c)
	}
}

// AddAdvice adds an announced reference.
func (b *Book) AddAdvice(a Advice) {
	i, ok := b.byID[a.Account]
	key := NormaliseReference(a.UTR)
	if !ok || len(key) < minAdvised {
		return
	}
	b.advised[key] = append(b.advised[key], advice{account: i, amount: a.Amount, on: a.On})
	if len(key) > minAdvisedCut {
		head := key[:minAdvisedCut]
		b.advisedCut[head] = append(b.advisedCut[head], key)
	}
}

// minAdvisedCut is how much of a reference that a bank cut must be left to be
// taken for one that was announced.
const minAdvisedCut = 12

// announced are the advices of a reference, or of those that it is the beginning of.
func (b *Book) announced(key string) []advice {
	if found := b.advised[key]; len(found) > 0 || len(key) < minAdvisedCut {
		return found
	}
	var out []advice
	for _, whole := range b.advisedCut[key[:minAdvisedCut]] {
		if strings.HasPrefix(whole, key) {
			out = append(out, b.advised[whole]...)
		}
	}
	return out
}

// minAdvised is how long an announced reference must be to identify a payment.
const minAdvised = 9

// scale is how many bits rarer an accidental agreement is than in a book of 500
// accounts, for which the weights were measured: in a book twice as large,
// somebody fits by accident twice as often.
func (b *Book) scale() int {
	if len(b.accounts) <= 500 {
		return 0
	}
	return bits(float64(len(b.accounts)) / 500)
}

// bits is the logarithm of a ratio, in millibits.
func bits(ratio float64) int { return int(math.Round(1000 * math.Log2(ratio))) }

// ownIndex is what belongs to the lender.
type ownIndex struct {
	names    []name
	handles  map[string]bool
	accounts []string
}

// SetOwn tells the book what belongs to the lender itself.
func (b *Book) SetOwn(own Own) { b.own = newOwnIndex(own) }

func newOwnIndex(own Own) ownIndex {
	o := ownIndex{handles: map[string]bool{}}
	for _, n := range own.Names {
		if p := prepareName(n); !p.empty() {
			o.names = append(o.names, p)
		}
	}
	for _, h := range own.Handles {
		o.handles[strings.ToLower(strings.TrimSpace(h))] = true
	}
	for _, a := range own.Accounts {
		if s := squeeze(a); len(s) >= 5 {
			o.accounts = append(o.accounts, s)
		}
	}
	return o
}

// isName says that a printed name is the lender's own.
func (o ownIndex) isName(n name) bool {
	for _, own := range o.names {
		if compareNames(n, own) >= 900 {
			return true
		}
	}
	return false
}
