package servicing

import (
	"context"
	"errors"

	"lekha/lending"
	"lekha/store"
)

// A borrower is classified as one (domain 4.3): a non-performing account makes all
// of them so, until the arrears of every one are cleared. Days past due stay each
// account's own.

// facilities replays every account of a borrower on which money is out; the Book of
// one of them is given already. A borrower with one account is not compared.
func facilities(ctx context.Context, v *store.View, borrower string, at lending.At, own string, book *lending.Book) ([]lending.Facility, error) {
	accounts, err := v.AccountsOfBorrower(ctx, borrower)
	if err != nil || len(accounts) < 2 {
		return nil, err
	}
	var out []lending.Facility
	for _, a := range accounts {
		facts, err := v.Facts(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		if len(facts.Facts) == 0 {
			continue
		}
		its := book
		if a.ID != own {
			if its, err = lending.Replay(facts.Facts, at); err != nil {
				continue // it is quarantined and named by itself; it keeps nobody else from being classified
			}
		}
		out = append(out, lending.Facility{Account: a.ID, Timeline: its.Timeline, Asset: assetPolicy(facts.Facts)})
	}
	return out, nil
}

// assetPolicy is how an account is classified: by the last of its terms.
func assetPolicy(facts []lending.Fact) lending.AssetPolicy {
	var policy lending.AssetPolicy
	for _, f := range facts {
		if f.Policy != nil {
			policy = f.Policy.Asset
		}
	}
	return policy
}

// closedDay is the last day-end that a moment knows of.
func closedDay(at lending.At) lending.Date {
	if at.DayEnd {
		return at.Date
	}
	return at.Date.AddDays(-1)
}

// classified puts the borrower's category on the Book of an account, and says how
// each account of the borrower stands; nil where there is but one.
func classified(ctx context.Context, v *store.View, account store.Account, book *lending.Book) (map[string]lending.CategoryChange, error) {
	several, err := facilities(ctx, v, account.BorrowerID, book.At, account.ID, book)
	if err != nil || len(several) < 2 {
		return nil, err
	}
	borrower := lending.Classify(several, closedDay(book.At))
	shown := map[string]lending.CategoryChange{}
	for _, f := range several {
		shown[f.Account] = lending.CategoryChange{Category: lending.Regular}
		if changes := borrower.Facilities[f.Account]; len(changes) > 0 {
			shown[f.Account] = changes[len(changes)-1]
		}
	}
	own := shown[account.ID]
	book.Summary.AssetCategory, book.Summary.AssetCategoryDate = own.Category, own.Date
	return shown, nil
}

// categoryMove is an account that another one of its borrower moved to a category.
type categoryMove struct {
	account     string
	was, became lending.Category
}

// reclassify brings the other accounts of a borrower to the category that follows
// from a change of one, in the same transaction, and says which of them moved.
func reclassify(ctx context.Context, tx *store.Tx, account string, shown map[string]lending.CategoryChange) ([]categoryMove, error) {
	var moves []categoryMove
	for id, change := range shown {
		if id == account {
			continue
		}
		position, err := tx.PositionOf(ctx, id)
		if errors.Is(err, store.ErrMissing) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if position.Category == string(change.Category) && position.CategoryDate == change.Date {
			continue
		}
		if err := tx.SetCategory(ctx, id, string(change.Category), change.Date); err != nil {
			return nil, err
		}
		if err := journalAccount(ctx, tx, id); err != nil {
			return nil, err
		}
		moves = append(moves, categoryMove{id, lending.Category(position.Category), change.Category})
	}
	return moves, nil
}

// classifiedOn puts the category of the open day on a Book that is of an older one:
// rows stay where nothing happened, and the borrower moves with its other accounts.
func classifiedOn(ctx context.Context, v *store.View, account store.Account, facts []lending.Fact, open lending.Date, book *lending.Book) error {
	now := book
	if book.At.Date != open {
		var err error
		if now, err = lending.Replay(facts, lending.At{Date: open}); err != nil {
			return err
		}
	}
	if _, err := classified(ctx, v, account, now); err != nil {
		return err
	}
	book.Summary.AssetCategory, book.Summary.AssetCategoryDate = now.Summary.AssetCategory, now.Summary.AssetCategoryDate
	return nil
}
