package servicing

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"unicode/utf8"

	"lekha/lending"
	"lekha/store"
)

// FirstRun is all that an empty installation needs before the first receipt.
// Roles of the people are given by their part, not by the input.
type FirstRun struct {
	Company       CompanyInput
	Bank          BankInput // the first collection bank
	Program       ProgramInput
	Admin         NewUser
	Operator      NewUser
	CreditManager NewUser // with the user name of the admin: the same person
	SecondManager NewUser // may be left out: decides what needs two
	Demo          bool    // a sample: the business date may lie in the future
	Loading       string  // of a sample: what pages say until it is loaded
}

// CompanyInput is the lender.
type CompanyInput struct {
	Name         string
	PAN, GSTIN   string // may be empty
	Address      string
	BusinessDate lending.Date
}

// twoPeople is what the first run says whenever one person would do it all.
const twoPeople = "Money needs two people: who prepares a receipt may not approve it."

// SetUp makes company, collection bank, program, people and approval rules in
// one transaction. It is refused when there is a company.
func (p *People) SetUp(ctx context.Context, in FirstRun) (store.Company, error) {
	in = in.tidy()
	if err := in.check(); err != nil {
		return store.Company{}, err
	}
	people := in.people()
	hashes := make([]string, len(people))
	for i, user := range people {
		hashes[i] = p.passwords.hash(user.Password)
	}
	var company store.Company
	attempt := note{action: "company.setup", input: map[string]any{
		"company": in.Company, "bank": in.Bank, "program": in.Program.Name, "users": usernames(people)}}
	err := p.office.command(ctx, Console(), attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		if err := setUpCompany(ctx, tx, in); err != nil {
			return err
		}
		for i, user := range people {
			if _, err := addUser(ctx, tx, user, hashes[i]); err != nil {
				return err
			}
		}
		n.summary = fmt.Sprintf("Set up %s with the business date %s and %d people.", in.Company.Name, in.Company.BusinessDate, len(people))
		var err error
		company, err = tx.Company(ctx)
		return err
	})
	return company, err
}

// setUpCompany writes everything of the first run but the people.
func setUpCompany(ctx context.Context, tx *store.Tx, in FirstRun) error {
	if _, err := tx.Company(ctx); err == nil {
		return lending.Refuse(lending.Conflict, "setup.done", "This installation is set up already. Sign in.")
	} else if !errors.Is(err, store.ErrMissing) {
		return err
	}
	if today := lending.DateOf(tx.Now.Time); in.Company.BusinessDate > today && !in.Demo {
		return lending.RefuseField("business_date", "setup.business_date", "The business date lies in the future. Today is "+today.Words()+".")
	}
	limits := firstLimits(in.Demo)
	company := store.Company{
		Name: in.Company.Name, PAN: in.Company.PAN, GSTIN: in.Company.GSTIN, Address: in.Company.Address,
		BusinessDate: in.Company.BusinessDate, IsDemo: in.Demo, Loading: in.Loading,
		AutoLimit: limits.AutoLimit, BackdateFreeDays: limits.BackdateFreeDays, StatementFreeDays: limits.StatementFreeDays, ConfirmDays: limits.ConfirmDays, CloseAt: ByHand,
	}
	if err := tx.CreateCompany(ctx, company); err != nil {
		return err
	}
	if _, err := createBank(ctx, tx, in.Bank); err != nil {
		return err
	}
	if _, err := createProgram(ctx, tx, in.Program); err != nil {
		return err
	}
	for _, rule := range defaultRules() {
		if err := tx.AddApprovalRule(ctx, rule); err != nil {
			return err
		}
	}
	return nil
}

// sampleFreeDays lets one credit manager decide on the statements of a sample,
// which cover most of a year and are imported at once.
const sampleFreeDays = 400

// SetLoading says what is still being loaded beside the work; "" when all is there.
func (o *Office) SetLoading(ctx context.Context, what string) error {
	return o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.SetLoading(ctx, what) })
}

// IsEmpty says that there is no company yet.
func (o *Office) IsEmpty(ctx context.Context) (bool, error) {
	today, err := o.businessDate(ctx)
	if errors.Is(err, store.ErrMissing) {
		return true, nil
	}
	return err == nil && today.IsZero(), err
}

func (in FirstRun) tidy() FirstRun {
	c := &in.Company
	c.Name, c.Address = strings.TrimSpace(c.Name), strings.TrimSpace(c.Address)
	c.PAN, c.GSTIN = store.CleanRef(c.PAN), store.CleanRef(c.GSTIN)
	in.Bank = in.Bank.tidy()
	in.Bank.Kind = collection
	in.Program = in.Program.tidy()
	in.Admin, in.Operator, in.CreditManager, in.SecondManager = in.Admin.tidy(), in.Operator.tidy(), in.CreditManager.tidy(), in.SecondManager.tidy()
	in.SecondManager.Roles = []Role{CreditManager}
	in.Admin.Roles, in.Operator.Roles, in.CreditManager.Roles = []Role{Admin}, []Role{Operator}, []Role{CreditManager}
	if in.ownerApproves() {
		in.Admin.Roles = []Role{Admin, CreditManager}
	}
	return in
}

// ownerApproves says whether the admin is the credit manager too.
func (in FirstRun) ownerApproves() bool {
	return in.Admin.Username != "" && strings.EqualFold(in.CreditManager.Username, in.Admin.Username)
}

// people are the two to four persons of the first run.
func (in FirstRun) people() []NewUser {
	people := []NewUser{in.Admin, in.Operator}
	if !in.ownerApproves() {
		people = append(people, in.CreditManager)
	}
	if in.SecondManager.given() {
		people = append(people, in.SecondManager)
	}
	return people
}

// given says whether anything was typed of a person that may be left out.
func (in NewUser) given() bool { return in.Username+in.Name+in.Password != "" }

func (in FirstRun) check() error {
	faults := faults{}
	in.Company.check(faults)
	in.Bank.check(faults)
	in.Program.check(faults, "program_name")
	in.Admin.check(faults, "admin_")
	in.Operator.check(faults, "operator_")
	switch {
	case in.CreditManager.Username == "":
		faults.add("credit_manager_username", "Say who approves; it may be the administrator. "+twoPeople)
	case !in.ownerApproves():
		in.CreditManager.check(faults, "credit_manager_")
	}
	if in.SecondManager.given() {
		in.SecondManager.check(faults, "second_manager_")
		for _, other := range []NewUser{in.Admin, in.Operator, in.CreditManager} {
			if other.Username != "" && strings.EqualFold(in.SecondManager.Username, other.Username) {
				faults["second_manager_username"] = "The second credit manager is another person than those above."
			}
		}
	}
	for _, other := range []NewUser{in.Admin, in.CreditManager} {
		if other.Username != "" && strings.EqualFold(in.Operator.Username, other.Username) {
			faults["operator_username"] = twoPeople + " Name another person as operator."
		}
	}
	return faults.refuse("setup.invalid", "The installation cannot be set up like this.")
}

// panForm and gstinForm are the numbers of the tax offices: a GSTIN is the code
// of the state, the PAN, and three more.
var (
	panForm   = regexp.MustCompile(`^[A-Z]{5}[0-9]{4}[A-Z]$`)
	gstinForm = regexp.MustCompile(`^[0-9]{2}[A-Z0-9]{13}$`)
)

// oldestBusinessDate is before any loan that still runs.
var oldestBusinessDate = lending.NewDate(2000, 1, 1)

func (in CompanyInput) check(faults faults) {
	faults.text("company_name", "name", in.Name)
	faults.pan(in.PAN)
	switch {
	case in.GSTIN == "":
	case !gstinForm.MatchString(in.GSTIN):
		faults.add("gstin", "A GSTIN has 15 characters and begins with the two digits of the state.")
	case in.PAN != "" && in.GSTIN[2:12] != in.PAN:
		faults.add("gstin", "The GSTIN holds another PAN.")
	}
	if len(in.Address) > maxText {
		faults.add("address", "The address is too long.")
	}
	if in.BusinessDate.IsZero() || in.BusinessDate < oldestBusinessDate {
		faults.add("business_date", "Give the day on which the books start.")
	}
}

func usernames(people []NewUser) []string {
	names := make([]string, len(people))
	for i, user := range people {
		names[i] = user.Username
	}
	return names
}

const (
	oneThousand lending.Money = 1_000_00
	oneLakh     lending.Money = 1_00_000_00
	tenLakhs    lending.Money = 10_00_000_00
	noBound     lending.Money = math.MaxInt64
)

// firstLimits are those of new books: nothing is approved by itself, a date by hand
// in the past takes a second level, a statement proves a week.
func firstLimits(demo bool) Limits {
	limits := Limits{StatementFreeDays: 7, ConfirmDays: 3}
	if demo {
		limits.StatementFreeDays = sampleFreeDays
	}
	return limits
}

// defaultRules are the slabs of a new installation (domain 11.3, APV-01): money
// on accounts by amount, above ten lakhs by two people; loans and set-asides that
// are undone by one.
func defaultRules() []store.ApprovalRule {
	var rules []store.ApprovalRule
	add := func(kind string, upTo lending.Money, levels int) {
		rules = append(rules, store.ApprovalRule{Kind: kind, UpTo: upTo, Levels: levels, Role: string(CreditManager)})
	}
	for _, kind := range []string{"record", "split", "reversal", "move"} {
		add(kind, oneLakh, 1)
		add(kind, tenLakhs, 1)
		add(kind, noBound, 2)
	}
	for _, kind := range []string{"refund", "adjustment", "topup", "topup_group"} {
		add(kind, tenLakhs, 1)
		add(kind, noBound, 2)
	}
	add("waiver", oneThousand, 1)
	add("waiver", noBound, 2) // one level above who may give up a small amount
	add("fee", noBound, 1)
	add("loan", noBound, 1)
	add("undo_set_aside", noBound, 1)
	for _, kind := range []string{"restructure", "rate_reset", "reset_rps", "close", "reopen", "loan_params", "program", "foreclosure", "cooling_off",
		"line", "adhoc_limit", "line_freeze", "anchor", "drawing_rules", "topup_cancel", "topup_payout", "take_over", "rules", "mandate", "mandate_cancel", "month_reopening", "journal_mapping", "parameter"} {
		add(kind, noBound, 1)
	}
	// What the lender gives up or takes off its books needs both (domain 11.1).
	for _, kind := range []string{"write_off", "settlement"} {
		rules = append(rules, store.ApprovalRule{Kind: kind, UpTo: noBound, Levels: 2, Role: string(CreditManager), LastRole: string(Finance)})
	}
	return rules
}

// ruleFor is the rule of a kind and amount. Books that were set up before a kind
// was known have its default.
func ruleFor(ctx context.Context, v *store.View, kind string, amount lending.Money) (store.ApprovalRule, error) {
	rule, err := v.RuleFor(ctx, kind, amount)
	if !isMissing(err) {
		return rule, err
	}
	for _, standard := range defaultRules() { // of a kind the narrowest comes first
		if standard.Kind == kind && amount <= standard.UpTo {
			return standard, nil
		}
	}
	return rule, err
}

// SetupCode is the one-time code of the first run: printed in the terminal, typed
// into the page, so that only who can see the machine sets it up. It is held in
// memory and never stored.
type SetupCode string

// setupAlphabet has no letters that are misread; 32 of them are 5 bits each.
const setupAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewSetupCode draws a code of 60 bits, written as K7QM-2XW9-4HPD.
func NewSetupCode() SetupCode {
	raw := make([]byte, 12)
	_, _ = rand.Read(raw) // never fails, by its contract
	for i := range raw {
		raw[i] = setupAlphabet[int(raw[i])%len(setupAlphabet)]
	}
	return SetupCode(fmt.Sprintf("%s-%s-%s", raw[:4], raw[4:8], raw[8:]))
}

// misread are letters that people type for the ones that were printed.
var misread = strings.NewReplacer("-", "", "O", "0", "I", "1", "L", "1")

// Matches compares a code with what was typed, in any case, with or without
// dashes, in constant time. The empty code matches nothing.
func (c SetupCode) Matches(typed string) bool {
	want, got := misread.Replace(store.CleanRef(string(c))), misread.Replace(store.CleanRef(typed))
	return c != "" && subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}

// faults collects what is wrong with an input, by wire name of the field; the
// first thing said of a field stays.
type faults map[string]string

func (f faults) add(field, message string) {
	if _, said := f[field]; !said {
		f[field] = message
	}
}

// text asks for a name that is there and not endless.
func (f faults) text(field, what, value string) {
	switch {
	case value == "":
		f.add(field, "Give a "+what+".")
	case utf8.RuneCountInString(value) > maxName:
		f.add(field, fmt.Sprintf("A %s has at most %d characters.", what, maxName))
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' }):
		f.add(field, "A "+what+" is one line.")
	}
}

// refuse makes one refusal of all faults, nil when there are none.
func (f faults) refuse(code, message string) error {
	if len(f) == 0 {
		return nil
	}
	return &lending.Error{Kind: lending.Invalid, Code: code, Message: message, Fields: f}
}

// pan accepts no PAN or a right one.
func (f faults) pan(value string) {
	if value != "" && !panForm.MatchString(value) {
		f.add("pan", "A PAN is five letters, four digits and a letter.")
	}
}
