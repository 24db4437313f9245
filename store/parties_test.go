package store

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

func TestProgramRoundTrip(t *testing.T) {
	db, _ := peopleDB(t)
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		made, err := tx.CreateProgram(ctx, Program{Name: "Two wheelers", Policy: `{"grace_days":3}`, Terms: `{}`})
		if err != nil {
			return err
		}
		for _, key := range []string{made.ID, made.Ref, " " + made.Ref[:4] + " " + made.Ref[4:], "Two wheelers"} {
			got, err := tx.ProgramByAny(ctx, key)
			if err != nil {
				return err
			}
			if diff := cmp.Diff(made, got); diff != "" {
				t.Errorf("by %q (-want +got):\n%s", key, diff)
			}
		}
		if _, err := tx.ProgramByAny(ctx, "Lorries"); lending.KindOf(err) != lending.NotFound {
			t.Errorf("unknown program: %v", err)
		}
		stale := made
		made.Name = "Bikes"
		if made, err = tx.UpdateProgram(ctx, made); err != nil || made.Version != 2 {
			t.Errorf("updated to version %d, %v", made.Version, err)
		}
		if _, err := tx.UpdateProgram(ctx, stale); lending.KindOf(err) != lending.Conflict {
			t.Errorf("stale update: %v, want a conflict", err)
		}
		return nil
	})
}

func TestBankIsFoundByWhatPeopleHave(t *testing.T) {
	db, _ := peopleDB(t)
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		ours, err := tx.CreateBank(ctx, Bank{Kind: "collection", Code: "HDFC-CA-01", Bank: "hdfc", IFSC: "HDFC0000001",
			AccountNo: "50200012345678", AccountType: "current", AccountHolderName: "Acme Finance", Tags: "[]"})
		if err != nil {
			return err
		}
		theirs, err := tx.CreateBank(ctx, Bank{Kind: "credit", IFSC: "SBIN0000001",
			AccountNo: "30045678", AccountType: "savings", AccountHolderName: "A Dealer", Tags: "[]"})
		if err != nil {
			return err
		}
		for _, key := range []string{ours.ID, ours.Ref, "HDFC-CA-01", "hdfc-ca-01"} {
			if got, err := tx.BankByAny(ctx, key); err != nil || got.ID != ours.ID {
				t.Errorf("BankByAny(%q) = %s, %v", key, got.Ref, err)
			}
		}
		if _, err := tx.BankByAny(ctx, ""); lending.KindOf(err) != lending.NotFound {
			t.Errorf("the empty code found a bank: %v", err)
		}
		if got, err := tx.CollectionBanksEnding(ctx, "5678"); err != nil || len(got) != 1 || got[0].ID != ours.ID {
			t.Errorf("ending in 5678: %+v, %v, want ours alone", got, err)
		}
		if got, err := tx.CollectionBanksEnding(ctx, ""); err != nil || len(got) != 0 {
			t.Errorf("ending in nothing: %+v, %v", got, err)
		}
		if _, err := tx.CollectionBank(ctx, theirs.IFSC, theirs.AccountNo); !errors.Is(err, ErrMissing) {
			t.Errorf("a credit account is a collection account: %v", err)
		}
		list, count, err := tx.Banks(ctx, PartyFilter{Kind: "credit", Limit: 10})
		if len(list) != 1 || count != 1 || list[0].ID != theirs.ID {
			t.Errorf("credit banks = %+v, %d", list, count)
		}
		return err
	})
}

func TestOneCollectionAccountOnce(t *testing.T) {
	db, _ := peopleDB(t)
	bank := Bank{Kind: "collection", IFSC: "HDFC0000001", AccountNo: "123456", AccountType: "current", AccountHolderName: "Acme", Tags: "[]"}
	err := db.Write(t.Context(), func(ctx context.Context, tx *Tx) error {
		if _, err := tx.CreateBank(ctx, bank); err != nil {
			t.Fatal(err)
		}
		_, err := tx.CreateBank(ctx, bank)
		return err
	})
	if lending.KindOf(err) != lending.Conflict {
		t.Errorf("the same account twice: %v, want a conflict", err)
	}
}

func TestBorrowersPageSearchAndCount(t *testing.T) {
	db, _ := peopleDB(t)
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		var last Borrower
		for _, b := range []Borrower{{Ref: "cu 10000", Name: "Usha Nath", Phone: "8974892860"}, {Name: "Verma Rukmini", PAN: "ABCDE1234F"}, {Name: "Usha Rani"}} {
			made, err := tx.CreateBorrower(ctx, b)
			if err != nil {
				return err
			}
			last = made
		}
		if got, err := tx.BorrowerByAny(ctx, "cu10000"); err != nil || got.Name != "Usha Nath" {
			t.Errorf("by the lender's number: %+v, %v", got, err)
		}
		if got, err := tx.BorrowerByPAN(ctx, "ABCDE1234F"); err != nil || got.Name != "Verma Rukmini" {
			t.Errorf("by PAN: %+v, %v", got, err)
		}
		if _, err := tx.BorrowerByPAN(ctx, ""); !errors.Is(err, ErrMissing) {
			t.Errorf("no PAN found somebody: %v", err)
		}
		list, count, err := tx.Borrowers(ctx, PartyFilter{Search: "usha", AfterIdx: 1, Limit: 10})
		if len(list) != 1 || count != 2 || list[0].ID != last.ID {
			t.Errorf("usha after the first = %+v of %d", list, count)
		}
		return err
	})
}

func TestRenamedBorrowerIsFoundByTheNewName(t *testing.T) {
	db, _ := peopleDB(t)
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		program, err := tx.CreateProgram(ctx, Program{Name: "P", Policy: `{}`, Terms: `{}`})
		if err != nil {
			return err
		}
		borrower, err := tx.CreateBorrower(ctx, Borrower{Name: "Usha Nath"})
		if err != nil {
			return err
		}
		account, err := tx.CreateAccount(ctx, Account{BorrowerID: borrower.ID, ProgramID: program.ID, Status: "created"})
		if err != nil {
			return err
		}
		borrower.Name = "Usha Ramachandran"
		if _, err := tx.UpdateBorrower(ctx, borrower); err != nil {
			return err
		}
		for search, want := range map[string]int{"ramachandran": 1, "nath": 0} {
			rows, err := tx.Accounts(ctx, AccountFilter{Search: search, Limit: 10})
			if err != nil {
				return err
			}
			if len(rows) != want || want == 1 && rows[0].Account.ID != account.ID {
				t.Errorf("searching %s found %d accounts, want %d", search, len(rows), want)
			}
		}
		return nil
	})
}

func TestApprovalRulesAreSlabs(t *testing.T) {
	db, _ := peopleDB(t)
	peopleWrite(t, db, func(ctx context.Context, tx *Tx) error {
		want := []ApprovalRule{{"record", 1_00_000_00, 1, "credit_manager", ""}, {"record", math.MaxInt64, 2, "credit_manager", "finance"}}
		for _, rule := range want {
			if err := tx.AddApprovalRule(ctx, rule); err != nil {
				return err
			}
		}
		got, err := tx.ApprovalRules(ctx)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("rules (-want +got):\n%s", diff)
		}
		return err
	})
}
