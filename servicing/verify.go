package servicing

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
	"lekha/store"
)

// Finding is one thing that verify found to differ.
type Finding struct {
	Subject string // ref of the account, statement line or event
	What    string
}

// VerifyResult is what verify looked at and what it found.
type VerifyResult struct {
	Accounts int
	Credits  int
	Events   int64
	Findings []Finding
	Notes    []string // what is no fault and explains the figures
	Log      LogEnd
}

// maxFindings bounds the report: a broken book is not read to the end.
const maxFindings = 1000

// Verify replays every account and compares it with what is stored, recomputes
// the chain of the log, and sums every statement line against what became of it.
// It changes nothing.
func (o *Office) Verify(ctx context.Context) (VerifyResult, error) {
	var result VerifyResult
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		if err := o.verifyFile(ctx, v, &result); err != nil {
			return err
		}
		day, err := standing(ctx, v, &result)
		if err != nil {
			return err
		}
		if err := verifyAccounts(ctx, v, day, &result); err != nil {
			return err
		}
		if err := verifyJournal(ctx, v, &result); err != nil {
			return err
		}
		if err := verifyCredits(ctx, v, &result); err != nil {
			return err
		}
		if err := verifyCounts(ctx, v, &result); err != nil {
			return err
		}
		if err := verifyControl(ctx, v, &result); err != nil {
			return err
		}
		if err := verifyRules(ctx, v, &result); err != nil {
			return err
		}
		return verifyEvents(ctx, v, &result)
	})
	return result, err
}

func (r *VerifyResult) find(subject, format string, args ...any) {
	if len(r.Findings) < maxFindings {
		r.Findings = append(r.Findings, Finding{subject, fmt.Sprintf(format, args...)})
	}
}

// verifyAccounts compares the stored projection of each account with its facts.
func verifyAccounts(ctx context.Context, v *store.View, day dayStanding, result *VerifyResult) error {
	var after int64
	for {
		accounts, err := v.AllAccounts(ctx, after, accountPage)
		if err != nil {
			return err
		}
		for _, account := range accounts {
			after = account.Idx
			result.Accounts++
			if err := verifyAccount(ctx, v, account, day, result); err != nil {
				return fmt.Errorf("verifying account %s: %w", account.Ref, err)
			}
		}
		if len(accounts) < accountPage {
			return nil
		}
	}
}

func verifyAccount(ctx context.Context, v *store.View, account store.Account, day dayStanding, result *VerifyResult) error {
	facts, err := v.Facts(ctx, account.ID)
	if err != nil {
		return err
	}
	if len(facts.Facts) == 0 {
		return nil
	}
	verifySchedules(account, facts.Facts, result)
	verifyChanges(account, facts.Facts, result)
	position, err := v.PositionOf(ctx, account.ID)
	if err != nil {
		result.find(account.Ref, "has facts and no position")
		return nil
	}
	if why, left := day.left[account.ID]; left {
		result.find(account.Ref, "was left alone by the day close: %s", why)
	}
	book, err := lending.Replay(facts.Facts, lending.At{Date: day.of(account.ID, position)})
	if err != nil {
		result.find(account.Ref, "cannot be replayed: %v", err)
		return nil
	}
	shown, err := day.classifiedAt(ctx, v, account.BorrowerID)
	if err != nil {
		return err
	}
	if err := classifiedOn(ctx, v, account, facts.Facts, shown, book); err != nil {
		return err
	}
	want := store.Project(account.ID, book, facts)
	compareRows(result, account.Ref, "position", want.Position, position, func(p *store.Position) { p.PositionAt = store.Instant{} })
	if err := compareDemands(ctx, v, account, want.Demands, result); err != nil {
		return err
	}
	if err := compareSettlements(ctx, v, account, want, result); err != nil {
		return err
	}
	if err := verifyJournalOf(ctx, v, account, book, facts.Facts, result); err != nil {
		return err
	}
	if err := verifyKept(ctx, v, account, facts.Facts, result); err != nil {
		return err
	}
	return compareRecords(ctx, v, account, book, facts.Sources, result)
}

// verifySchedules makes the frozen rows of each loan again from its terms. Rows
// that came with a portfolio, and those of another algorithm, stand as they are.
func verifySchedules(account store.Account, facts []lending.Fact, result *VerifyResult) {
	for _, f := range facts {
		if f.Kind != lending.FactDisbursal || f.Disbursal.Algorithm != lending.ScheduleAlgorithm {
			continue
		}
		again, err := datedFrom(*f.Disbursal, f.Amount, f.ValueDate)
		if err != nil {
			result.find(account.Ref, "the terms of loan %s give no schedule: %v", f.Key, err)
			continue
		}
		if diff := cmp.Diff(again.Rows, f.Disbursal.Rows); diff != "" {
			result.find(account.Ref, "the rows of loan %s are not those of its terms (- should be, + is):\n%s", f.Key, diff)
		}
	}
}

// compareRows reports a difference between two rows, leaving out what bare takes away.
func compareRows[T any](result *VerifyResult, subject, what string, want, got T, bare func(*T)) {
	bare(&want)
	bare(&got)
	if diff := cmp.Diff(want, got); diff != "" {
		result.find(subject, "%s differs from its facts (- should be, + is):\n%s", what, diff)
	}
}

func compareDemands(ctx context.Context, v *store.View, account store.Account, want []store.DemandRow, result *VerifyResult) error {
	stored, err := v.DemandsOfAccount(ctx, account.ID)
	if err != nil {
		return err
	}
	byKey := map[string]store.DemandRow{}
	for _, d := range stored {
		byKey[d.Key] = d
	}
	for _, d := range want {
		got, there := byKey[d.Key]
		delete(byKey, d.Key)
		if !there {
			result.find(account.Ref, "demand %s is missing", d.Key)
			continue
		}
		compareRows(result, account.Ref, "demand "+d.Key, d, got, func(d *store.DemandRow) {
			d.ID, d.Idx, d.CreatedAt, d.UpdatedAt = "", 0, store.Instant{}, store.Instant{}
		})
	}
	for key := range byKey {
		result.find(account.Ref, "demand %s follows from no fact", key)
	}
	return nil
}

func compareSettlements(ctx context.Context, v *store.View, account store.Account, want store.Projection, result *VerifyResult) error {
	stored, err := v.SettlementsOfAccount(ctx, account.ID)
	if err != nil {
		return err
	}
	demands, err := v.DemandsOfAccount(ctx, account.ID)
	if err != nil {
		return err
	}
	keys := map[string]string{}
	for _, d := range demands {
		keys[d.ID] = d.Key
	}
	if len(stored) != len(want.Settlements) {
		result.find(account.Ref, "has %d settlements, its facts give %d", len(stored), len(want.Settlements))
		return nil
	}
	for i, s := range want.Settlements {
		got := stored[i]
		got.DemandID = keys[got.DemandID]
		compareRows(result, account.Ref, fmt.Sprintf("settlement %d", s.Seq), s, got, func(s *store.SettlementRow) {
			s.ID, s.Idx, s.RecordID, s.CreatedAt, s.UpdatedAt = "", 0, "", store.Instant{}, store.Instant{}
		})
	}
	return nil
}

// compareRecords holds what is left of each record against the Book, and the sum
// of it against the excess.
func compareRecords(ctx context.Context, v *store.View, account store.Account, book *lending.Book, sources map[string]string, result *VerifyResult) error {
	records, err := v.SettledRecords(ctx, account.ID)
	if err != nil {
		return err
	}
	left := map[string]store.Record{}
	for _, r := range records {
		left[string(r.FactKey)] = r
	}
	borne, err := v.BorneReceipts(ctx, account.ID)
	if err != nil {
		return err
	}
	for _, receipt := range book.Receipts {
		r, there := left[receipt.Receipt]
		ofOffer := receipt.Source != "" && strings.HasPrefix(receipt.Receipt, "offer/") // what is held went with the money that took it
		if !there && !receipt.Reversed && !ofOffer {
			unsettled(account.Ref, sources[receipt.Receipt], borne[receipt.Receipt], result)
		}
		if there && r.RemainingAmount != receipt.Remaining {
			result.find(account.Ref, "record %s says %s is left, its facts give %s", r.Ref, r.RemainingAmount.Rupees(), receipt.Remaining.Rupees())
		}
		if there && receipt.Reversed {
			result.find(account.Ref, "record %s stands as settled and its receipt is reversed", r.Ref)
		}
		delete(left, receipt.Receipt)
	}
	for _, r := range left {
		result.find(account.Ref, "record %s is settled and no fact says so", r.Ref)
	}
	return nil
}

// unsettled names a receipt that stands and whose record does not: it was cancelled,
// put back or taken away past the program. A receipt that came with a portfolio
// without being listed has no record.
func unsettled(account, source string, record store.Odd, result *VerifyResult) {
	switch {
	case record.Ref != "":
		result.find(account, "the receipt of %s stands and the record is %s", record.Ref, record.More)
	case strings.HasPrefix(source, "REC"):
		result.find(account, "the receipt of %s stands and its record is not there", source)
	}
}

// verifyCredits holds each statement line against the records that carry it.
func verifyCredits(ctx context.Context, v *store.View, result *VerifyResult) error {
	untied, err := v.UntiedCredits(ctx)
	if err != nil {
		return err
	}
	for _, c := range untied {
		line, carried, err := v.CreditSum(ctx, c.ID)
		if err != nil {
			return err
		}
		result.find(fmt.Sprintf("line %d of %s", c.Line, c.ValueDate), "the bank credited %s and its records carry %s", line.Rupees(), carried.Rupees())
	}
	if result.Credits, err = v.CountCredits(ctx); err != nil {
		return err
	}
	days, err := v.TieOutGaps(ctx, maxFindings)
	for _, d := range days {
		result.find(d.BankCode+" "+d.Day.Words(), "of %s credited, %s is not accounted for", d.Credits.Rupees(), d.Gap.Rupees())
	}
	return err
}

// verifyCounts counts the records of each state and compares with what is kept.
func verifyCounts(ctx context.Context, v *store.View, result *VerifyResult) error {
	kept, err := v.RecordCounts(ctx)
	if err != nil {
		return err
	}
	counted, err := v.CountedRecords(ctx)
	if err != nil {
		return err
	}
	for _, status := range slices.Sorted(maps.Keys(stateWords)) {
		if k, c := kept[status], counted[status]; k != c {
			result.find("records "+StateWords(status), "%d of %s are counted, and %d of %s are shown", c.Count, c.Amount.Rupees(), k.Count, k.Amount.Rupees())
		}
	}
	return nil
}
