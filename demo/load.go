package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// Loader loads the sample.
type Loader struct {
	Office *servicing.Office
	People *servicing.People
	Reader store.Reader

	kavita, sanjay servicing.Actor                    // who prepared and decided what the sample shows as done
	known          map[finding][]servicing.Allocation // what the staff found out by themselves
}

// loadingWords is what pages say while the sample is being loaded.
const loadingWords = "The sample portfolio is still being loaded."

// Prepare makes the company and its people, when there is none yet. It takes a
// second or two; the rest is [Loader.Load]'s, beside a server that answers.
func (l *Loader) Prepare(ctx context.Context) error {
	if there, _, err := l.state(ctx); err != nil || there {
		return err
	}
	people := SignIns()
	user := func(s SignIn) servicing.NewUser {
		return servicing.NewUser{Username: s.Username, Name: s.Name, Password: s.Password, Roles: s.Roles}
	}
	_, err := l.People.SetUp(ctx, servicing.FirstRun{
		Company: servicing.CompanyInput{Name: "Acme Finlease Limited", GSTIN: "27AAACA7788K1Z2", PAN: "AAACA7788K",
			Address: "14 Ballard Estate, Mumbai 400001", BusinessDate: openedOn},
		Bank: banks()[0], Program: program(products["PL"]),
		Operator: user(people[0]), CreditManager: user(people[1]), Admin: user(people[3]), Demo: true, Loading: loadingWords,
	})
	if err != nil {
		return fmt.Errorf("setting up the sample: %w", err)
	}
	return nil
}

// switchOn lets the engine tick by itself: the sample shows an installation that
// has been at work for a while.
func (l *Loader) switchOn(ctx context.Context) error {
	var settings store.EngineSettings
	err := l.Reader.Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		settings, err = v.EngineSettings(ctx)
		return err
	})
	if err != nil || settings.Mode == servicing.EngineOn {
		return err
	}
	return l.Office.SetEngineMode(ctx, servicing.Console(), servicing.EngineModeInput{Version: settings.Version, Mode: servicing.EngineOn})
}

// Load brings the sample to its Monday morning. A load that was interrupted goes
// on where it stopped; one that is complete is left alone.
func (l *Loader) Load(ctx context.Context) error {
	if _, loading, err := l.state(ctx); err != nil || !loading {
		return err
	}
	return l.loaded(ctx, l.do(ctx, l.books, l.work, l.leaveSomething, l.openMonday))
}

// LoadBooks loads people, products and the portfolio, and imports no statement:
// the company on the day before its first one.
func (l *Loader) LoadBooks(ctx context.Context) error {
	if err := l.Prepare(ctx); err != nil {
		return err
	}
	return l.loaded(ctx, l.books(ctx))
}

// loaded says that the load is complete, or what went wrong with it.
func (l *Loader) loaded(ctx context.Context, err error) error {
	if err != nil {
		return fmt.Errorf("loading the sample: %w", err)
	}
	return l.Office.SetLoading(ctx, "")
}

// books is everything that is there before the first statement.
func (l *Loader) books(ctx context.Context) error {
	return l.do(ctx, l.hire, l.switchOn, l.products, l.portfolio)
}

func (l *Loader) do(ctx context.Context, steps ...func(context.Context) error) error {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// state says whether there is a company, and whether its load is complete.
func (l *Loader) state(ctx context.Context) (there, loading bool, err error) {
	err = l.Reader.Read(ctx, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if errors.Is(err, store.ErrMissing) {
			return nil
		}
		there, loading = err == nil, company.Loading != ""
		return err
	})
	return there, loading, err
}

// there says that a thing is in the books already, so that an interrupted load
// goes on.
func there(err error) (bool, error) {
	if err == nil {
		return true, nil
	}
	if lending.KindOf(err) == lending.NotFound || errors.Is(err, store.ErrMissing) {
		return false, nil
	}
	return false, err
}

func (l *Loader) hire(ctx context.Context) error {
	for _, s := range append(SignIns(), colleagues()...) {
		known, err := there(l.Reader.Read(ctx, func(ctx context.Context, v *store.View) error {
			_, err := v.UserByName(ctx, s.Username)
			return err
		}))
		if err != nil {
			return err
		}
		if known {
			continue
		}
		_, err = l.People.AddUser(ctx, servicing.Console(), servicing.NewUser{Username: s.Username, Name: s.Name, Password: s.Password, Roles: s.Roles})
		if err != nil {
			return err
		}
	}
	var err error
	if l.kavita, err = l.actor(ctx, "kavita"); err != nil {
		return err
	}
	l.sanjay, err = l.actor(ctx, "sanjay")
	return err
}

func (l *Loader) actor(ctx context.Context, username string) (servicing.Actor, error) {
	var user store.User
	err := l.Reader.Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		user, err = v.UserByName(ctx, username)
		return err
	})
	if err != nil {
		return servicing.Actor{}, err
	}
	return l.People.ActorOf(ctx, user.ID)
}

// program is a product of the sample: equal instalments by the month, the oldest
// due first, fees with what is left.
func program(p product) servicing.ProgramInput {
	rate, _ := lending.ParseRate(p.percent)
	return servicing.ProgramInput{Name: p.name, Terms: lending.Terms{ROIValue: rate, EMIFrequency: lending.Monthly},
		Policy: lending.Policy{SettlementOrder: lending.DueDateFirst, ComponentOrder: "PI-OI-NI-P", ApplyRestToFees: true}}
}

func (l *Loader) products(ctx context.Context) error {
	for _, code := range []string{"PL", "BL", "GL", "TW"} {
		known, err := there(l.Reader.Read(ctx, func(ctx context.Context, v *store.View) error {
			_, err := v.ProgramByAny(ctx, products[code].name)
			return err
		}))
		if err == nil && !known {
			_, err = l.Office.CreateProgram(ctx, servicing.Console(), program(products[code]))
		}
		if err != nil {
			return err
		}
	}
	for _, bank := range banks() {
		known, err := there(l.Reader.Read(ctx, func(ctx context.Context, v *store.View) error {
			_, err := v.BankByAny(ctx, bank.Code)
			return err
		}))
		if err == nil && !known {
			_, err = l.Office.CreateBank(ctx, servicing.Console(), bank)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// portfolio takes the accounts over, as a user takes over theirs.
func (l *Loader) portfolio(ctx context.Context) error {
	var known bool
	err := l.Reader.Read(ctx, func(ctx context.Context, v *store.View) error {
		accounts, err := v.AllAccounts(ctx, 0, 1)
		known = len(accounts) > 0
		return err
	})
	if err != nil || known {
		return err
	}
	files, err := Portfolio()
	if err != nil {
		return err
	}
	check, err := l.Office.ImportPortfolio(ctx, servicing.Console(), files, nil)
	if err != nil && len(check.Errors) > 0 {
		e := check.Errors[0]
		return fmt.Errorf("%s line %d, %s: %s", e.File, e.Line, e.Field, e.Message)
	}
	return err
}

// openMonday closes the week-end.
func (l *Loader) openMonday(ctx context.Context) error {
	_, err := l.Office.CloseDay(ctx, servicing.Console(), monday)
	return err
}

// month is a part of the statements that was worked through together.
type month struct{ from, to lending.Date }

// months are the parts that the sample has imported: from the first line to the
// end of October, and what was collected under mandates up to the week-end.
func months() []month {
	var out []month
	from := lending.NewDate(2026, 3, 1)
	for end := lending.NewDate(2026, 5, 1); end <= lending.NewDate(2026, 11, 1); end = end.AddMonths(1) {
		out = append(out, month{from, end.AddDays(-1)})
		from = end
	}
	return append(out, month{from, monday.AddDays(-1)})
}

// settledTo is the last day whose credits the staff had settled by themselves;
// mandates quote their account and are settled to the end.
var settledTo = lending.NewDate(2026, 10, 20)

// work imports the statements month by month and settles what the engine is sure
// of: each month teaches it payers for the next.
func (l *Loader) work(ctx context.Context) (err error) {
	if l.known, err = findings(); err != nil {
		return err
	}
	for _, m := range months() {
		for _, s := range texts() {
			if m.to.Month() == monday.Month() && s.file != mandates {
				continue // still at the bank: for whoever tries the import
			}
			part, err := s.cut(m.from, m.to)
			if err != nil {
				return err
			}
			name, end, _ := strings.Cut(s.file, ".")
			file := servicing.StatementFile{Name: name + "-" + m.to.String()[:7] + "." + end, Data: part, Bank: s.bank}
			if _, err := l.Office.ImportStatement(ctx, l.kavita, file); err != nil {
				return fmt.Errorf("importing %s: %w", file.Name, err)
			}
		}
		if err := l.settle(ctx, m.to); err != nil {
			return err
		}
	}
	return nil
}
