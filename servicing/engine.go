package servicing

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"lekha/lending"
	"lekha/matching"
	"lekha/store"
)

// engine keeps the matching book in memory and brings it up to date with what
// changed since it last looked.
type engine struct {
	mu       sync.RWMutex // held to change the book, shared to ask it
	book     *matching.Book
	own      matching.Own
	accounts int64                // index of the last account in the book
	moved    store.Instant        // latest change of a projection in the book
	learned  store.Learned        // how much there was to know
	memories map[memoryKey]taught // what the book remembers of payers
	shadow   bool                 // it looks on: nothing is auto
	unread   atomic.Int64         // credits of a large import that it has not been asked about
	today    lending.Date
	doubtful []string // ids of waiting credits that may have another answer now
}

// memoryKey is a payer and an account that were seen together.
type memoryKey struct{ kind, value, account string }

// taught is how often somebody said yes and no to them.
type taught struct{ yes, no int }

// freshen brings the book to the moment of the view. A new business date or a new
// advice rebuilds it; what approvals taught is added, and a moved account is
// replaced alone.
func (e *engine) freshen(ctx context.Context, v *store.View) error {
	company, err := v.Company(ctx)
	if err != nil {
		return err
	}
	learned, err := v.Learned(ctx)
	if err != nil {
		return err
	}
	switch {
	case e.book == nil || e.today != company.BusinessDate || e.learned.Advices != learned.Advices || e.learned.Memories > learned.Memories,
		e.learned.Settings != learned.Settings, e.learned.Fitted != learned.Fitted:
		if err := e.rebuild(ctx, v, company); err != nil {
			return err
		}
		if e.doubtful, err = v.WaitingRecords(ctx); err != nil {
			return err
		}
	case e.learned != learned:
		if err := e.remember(ctx, v, company.BusinessDate); err != nil {
			return err
		}
	}
	e.today, e.learned = company.BusinessDate, learned
	return e.follow(ctx, v)
}

// remember adds to the book what was taught since it last looked, and was used
// not too long ago.
func (e *engine) remember(ctx context.Context, v *store.View, today lending.Date) error {
	memories, err := v.Memories(ctx)
	if err != nil {
		return err
	}
	var fresh []matching.Memory
	for _, m := range memories {
		key, now := memoryKey{m.Kind, m.Value, m.AccountID}, taught{m.Confirmations, m.Rejections}
		before := e.memories[key]
		if before == now || m.LastSeen < forgottenBefore(today) {
			continue
		}
		e.memories[key] = now
		fresh = append(fresh, matching.Memory{Kind: matching.MemoryKind(m.Kind), Value: m.Value, Account: m.AccountID,
			Confirmations: now.yes - before.yes, Rejections: now.no - before.no})
	}
	e.book.Remember(fresh...)
	return e.doubt(ctx, v, touchOfMemories(fresh))
}

// rebuild starts an empty book and fills it.
func (e *engine) rebuild(ctx context.Context, v *store.View, company store.Company) error {
	advices, err := v.Advices(ctx)
	if err != nil {
		return err
	}
	var as []matching.Advice
	for _, a := range advices {
		as = append(as, matching.Advice{Account: a.AccountID, UTR: a.Reference, Amount: a.Amount, On: a.AdvisedOn})
	}
	if e.own, err = ownOf(ctx, v, company); err != nil {
		return err
	}
	dues, err := duesOf(ctx, v, "", company.BusinessDate)
	if err != nil {
		return err
	}
	accounts, last, err := allMatchable(ctx, v, 0)
	if err != nil {
		return err
	}
	e.book, e.accounts, e.moved, e.memories = matching.NewBook(accounts, dues, as, nil), last, store.Instant{}, map[memoryKey]taught{}
	e.book.SetOwn(e.own)
	if err := e.adjust(ctx, v); err != nil {
		return err
	}
	if err := e.remember(ctx, v, company.BusinessDate); err != nil {
		return err
	}
	return v.LastMove(ctx, &e.moved)
}

// follow adds accounts that are new and replaces the dues of those that moved.
func (e *engine) follow(ctx context.Context, v *store.View) error {
	fresh, last, err := allMatchable(ctx, v, e.accounts)
	if err != nil {
		return err
	}
	touch := touched{}
	for _, a := range fresh {
		e.book.SetAccount(a)
		touch.named(a)
	}
	e.accounts = last
	moved, err := v.MovedAccounts(ctx, e.moved)
	if err != nil {
		return err
	}
	for _, id := range moved {
		account, err := v.MatchableAccount(ctx, id)
		if err != nil {
			return err
		}
		e.book.SetAccount(matchable(account)) // it may have become active, or closed
		dues, err := duesOf(ctx, v, id, e.today)
		if err != nil {
			return err
		}
		touch.moved(matchable(account), e.book.DuesOf(id), dues)
		e.book.SetDues(id, dues)
	}
	if err := e.doubt(ctx, v, touch.WaitingTouch); err != nil {
		return err
	}
	return v.LastMove(ctx, &e.moved)
}

// accountPage is how many accounts are read at a time.
const accountPage = 5000

// allMatchable reads accounts beyond an index as the engine sees them.
func allMatchable(ctx context.Context, v *store.View, after int64) ([]matching.Account, int64, error) {
	var out []matching.Account
	for {
		page, err := v.MatchableAccounts(ctx, after, accountPage)
		if err != nil {
			return nil, after, err
		}
		for _, a := range page {
			after = a.Idx
			out = append(out, matchable(a))
		}
		if len(page) < accountPage {
			return out, after, nil
		}
	}
}

// matchable is an account as the engine sees it.
func matchable(a store.MatchableAccount) matching.Account {
	return matching.Account{ID: a.ID, Ref: a.Ref, VirtualAccount: a.VirtualAccountNo, MandateRef: a.UMRN, CustomerID: a.BorrowerID,
		Name: a.BorrowerName, CoApplicant: a.CoApplicant, Phone: a.Phone, Product: a.Product, Active: a.Status != "closed" && a.Status != "created",
		EMI: a.EMI, CollectionBank: a.BankCode, RemitterIFSC: a.PayerIFSC, RemitterLast4: a.PayerLast4}
}

// Propose returns what the engine says of a record: what is kept of it, so that
// it is the same on every page until RefreshDesk asks again. A record that was
// never asked about is asked about now. Accounts that a checker rejected for this
// credit are not proposed again; in shadow mode nothing is advised to be ticked
// by itself.
func (o *Office) Propose(ctx context.Context, v *store.View, r store.Record) (matching.Proposal, error) {
	kept, err := v.ProposalsOf(ctx, r.ID)
	if err != nil {
		return matching.Proposal{}, err
	}
	if len(kept) == 0 {
		return o.askNow(ctx, v, r)
	}
	bank, err := v.BankByAny(ctx, string(r.CollectionBankID))
	if err != nil && lending.KindOf(err) != lending.NotFound {
		return matching.Proposal{}, err
	}
	return proposalOf(matching.Parse(bank.Bank, narrationOf(r)), kept)
}

// askNow asks the engine about a record at the moment of the view.
func (o *Office) askNow(ctx context.Context, v *store.View, r store.Record) (matching.Proposal, error) {
	credit, err := creditOf(ctx, v, r)
	if err != nil {
		return matching.Proposal{}, err
	}
	if err := o.engine.catchUp(ctx, v); err != nil {
		return matching.Proposal{}, err
	}
	p, shadow := o.engine.ask(credit)
	if p.Decision == matching.Auto && shadow {
		p.Decision, p.Held = matching.Suggest, heldByShadow
	}
	return p, nil
}

// catchUp brings the book to the moment of the view.
func (e *engine) catchUp(ctx context.Context, v *store.View) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.freshen(ctx, v)
}

// ask asks the book about one credit; several may ask at once. It also says
// whether the engine looks on.
func (e *engine) ask(credit matching.Credit) (p matching.Proposal, shadow bool) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	p = e.book.Propose(credit)
	if p.Decision == matching.Auto && len(credit.Refused) > 0 {
		// That one account was refused makes no other one surer.
		p.Decision, p.Held = matching.Suggest, "A credit manager refused another account for this payment."
	}
	return p, e.shadow
}

// narrationOf is what a record says of its payer: the bank's words, else a remark.
func narrationOf(r store.Record) string {
	if r.Narration == "" {
		return r.Remark
	}
	return r.Narration
}

// creditOf is a record as the engine sees it.
func creditOf(ctx context.Context, v *store.View, r store.Record) (matching.Credit, error) {
	bank, err := v.BankByAny(ctx, string(r.CollectionBankID))
	if err != nil && lending.KindOf(err) != lending.NotFound {
		return matching.Credit{}, err
	}
	refused, err := v.RefusedAccounts(ctx, string(r.BankCreditID))
	if err != nil {
		return matching.Credit{}, err
	}
	return matching.Credit{ID: r.ID, ValueDate: r.Date, Amount: r.Amount, Narration: narrationOf(r), Reference: r.Reference,
		Bank: bank.Bank, CollectionBank: bank.Code, Refused: refused}, nil
}

// scoreAgain asks the engine about what a command has just put on the desk: the
// record itself, or what took over its money. The command is done by then; when
// this fails, the desk asks by itself.
func (o *Office) scoreAgain(ctx context.Context, record string) {
	_ = o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		waiting, err := tx.UnmatchedAfter(ctx, record)
		if err != nil || len(waiting) == 0 {
			return err
		}
		return o.scoreNow(ctx, tx, waiting)
	})
}

// scoreInto scores what an import made and counts the answers.
func (o *Office) scoreInto(ctx context.Context, result *StatementResult) error {
	if err := o.ScoreUnmatched(ctx); err != nil {
		return err
	}
	return o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		decisions, err := v.DecisionsOfStatement(ctx, result.Statement.ID)
		if err != nil {
			return err
		}
		result.AutoMatched, result.Suggested, result.Unmatched = decisions["auto"], decisions["suggest"], decisions["none"]
		fates, err := v.FatesOfStatement(ctx, result.Statement.ID)
		result.Questioned = fates["questioned"]
		return err
	})
}

// remember teaches the engine, at approval, who paid this account.
func remember(ctx context.Context, tx *store.Tx, r store.Record) error {
	return learn(ctx, tx, r, matching.Learn, 1, 0)
}

// unlearn teaches the engine, at rejection, who did not pay this account.
func unlearn(ctx context.Context, tx *store.Tx, r store.Record) error {
	return learn(ctx, tx, r, matching.Unlearn, 0, 1)
}

// learn keeps what a decision taught about a payer.
func learn(ctx context.Context, tx *store.Tx, r store.Record, lesson func(matching.Parsed, matching.Account, matching.Own) []matching.Memory, yes, no int) error {
	current, err := tx.RecordByID(ctx, r.ID)
	if err != nil {
		return err
	}
	if err := judge(ctx, tx, current, verdict(yes > 0)); err != nil {
		return err
	}
	return teach(ctx, tx, current, lesson, yes, no)
}

// teach keeps what a decision about a record says of its payer.
func teach(ctx context.Context, tx *store.Tx, current store.Record, lesson func(matching.Parsed, matching.Account, matching.Own) []matching.Memory, yes, no int) error {
	if current.Narration == "" && current.Source == "portfolio" {
		current.Narration = current.Remark
	}
	if current.Narration == "" || current.AccountID == "" {
		return nil
	}
	account, err := tx.AccountByID(ctx, string(current.AccountID))
	if err != nil {
		return err
	}
	bank, err := tx.BankByAny(ctx, string(current.CollectionBankID))
	if err != nil && lending.KindOf(err) != lending.NotFound {
		return err
	}
	company, err := tx.Company(ctx)
	if err != nil && !errors.Is(err, store.ErrMissing) {
		return err
	}
	settings, err := tx.EngineSettings(ctx)
	if err != nil {
		return err
	}
	own := matching.Own{Names: []string{company.Name, bank.AccountHolderName}, Accounts: []string{bank.Code, bank.AccountNo}, Handles: settings.OwnHandles()}
	known := matching.Account{ID: account.ID, Ref: account.Ref, Name: account.BorrowerName, CoApplicant: account.CoApplicant, Phone: account.Phone,
		VirtualAccount: account.VirtualAccountNo, MandateRef: account.UMRN, RemitterIFSC: account.PayerIFSC, RemitterLast4: account.PayerLast4}
	for _, m := range lesson(matching.Parse(bank.Bank, current.Narration), known, own) {
		err := tx.Remember(ctx, store.Memory{Kind: string(m.Kind), Value: m.Value, AccountID: account.ID, Confirmations: yes, Rejections: no, LastSeen: current.Date}, forgottenBefore(tx.Today))
		if err != nil {
			return fmt.Errorf("remembering a payer: %w", err)
		}
	}
	return nil
}
