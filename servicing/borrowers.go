package servicing

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// BorrowerInput is a borrower as it is given.
type BorrowerInput struct {
	Ref         string // the lender's own customer number; empty draws one; stays as it was made
	Name        string
	CoApplicant string
	PAN         string
	Phone       string
	Email       string
	VPA         string
	Address     string
	State       string // GST code of the state, two digits, or its letters; "" when unknown
	Version     int64  // of the borrower, for an update
}

var (
	// ownRefForm keeps a lender's own numbers usable in an address.
	ownRefForm = regexp.MustCompile(`^[A-Z0-9][A-Z0-9._-]{0,31}$`)
	umrnForm   = regexp.MustCompile(`^[A-Z0-9]{20}$`)
	umrnOfBank = regexp.MustCompile(`^[A-Z]{4}[0-9]{16}$`)
	last4Form  = regexp.MustCompile(`^[0-9]{2,6}$`)
	phoneForm  = regexp.MustCompile(`^\+?[0-9]{6,15}$`)
	emailForm  = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	// vpaForm is NPCI's: a name of up to 255 characters at a handle without dots.
	vpaForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,255}@[A-Za-z][A-Za-z0-9]{1,63}$`)
)

func (in BorrowerInput) tidy() BorrowerInput {
	in.Ref, in.PAN = store.CleanRef(in.Ref), store.CleanRef(in.PAN)
	in.Name, in.CoApplicant = strings.TrimSpace(in.Name), strings.TrimSpace(in.CoApplicant)
	in.Phone = tidyPhone(in.Phone)
	in.State = stateCode(in.State)
	in.Email, in.VPA, in.Address = strings.TrimSpace(in.Email), strings.TrimSpace(in.VPA), strings.TrimSpace(in.Address)
	return in
}

// tidyPhone drops what people write between digits, and the country code and the
// zero before the ten digits of an Indian number, so that one number has one form.
func tidyPhone(phone string) string {
	phone = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -().", r) {
			return -1
		}
		return r
	}, phone)
	for _, prefix := range []string{"+91", "91", "0"} {
		if rest, ok := strings.CutPrefix(phone, prefix); ok && len(rest) == 10 {
			return rest
		}
	}
	return phone
}

func (in BorrowerInput) check(faults faults) {
	if in.Ref != "" && !ownRefForm.MatchString(in.Ref) {
		faults.add("ref_id", "A customer number has up to 32 letters, digits, dots or dashes.")
	}
	faults.text("name", "name", in.Name)
	if len(in.CoApplicant) > maxText {
		faults.add("co_applicant", "The name is too long.")
	}
	faults.pan(in.PAN)
	if in.Phone != "" && !phoneForm.MatchString(in.Phone) {
		faults.add("phone", "A phone number has 6 to 15 digits.")
	}
	if in.Email != "" && (!emailForm.MatchString(in.Email) || len(in.Email) > maxText) {
		faults.add("email", "This is no e-mail address.")
	}
	if in.VPA != "" && !vpaForm.MatchString(in.VPA) {
		faults.add("vpa", "A UPI address reads name@handle.")
	}
	if len(in.Address) > maxText {
		faults.add("address", "The address is too long.")
	}
	if in.State != "" && !stateForm.MatchString(in.State) {
		faults.add("state", "A state is its two digits in a GSTIN, or its two letters.")
	}
}

// stateForm is a GST code of a state; 97 is other territory, 99 the centre.
var stateForm = regexp.MustCompile(`^([0-2][0-9]|3[0-8]|97|99)$`)

// stateLetters are the states by the letters on number plates, with their codes
// in a GSTIN (CBIC, state codes). It is never written to.
var stateLetters = map[string]string{
	"JK": "01", "HP": "02", "PB": "03", "CH": "04", "UK": "05", "HR": "06", "DL": "07", "RJ": "08", "UP": "09", "BR": "10", "SK": "11", "AR": "12",
	"NL": "13", "MN": "14", "MZ": "15", "TR": "16", "ML": "17", "AS": "18", "WB": "19", "JH": "20", "OD": "21", "CG": "22", "MP": "23", "GJ": "24",
	"DD": "26", "MH": "27", "KA": "29", "GA": "30", "LD": "31", "KL": "32", "TN": "33", "PY": "34", "AN": "35", "TS": "36", "AP": "37", "LA": "38",
}

// stateCode turns the letters of a state into its code.
func stateCode(state string) string {
	state = store.CleanRef(state)
	if code, ok := stateLetters[state]; ok {
		return code
	}
	return state
}

// CreateBorrower adds a borrower.
func (o *Office) CreateBorrower(ctx context.Context, actor Actor, in BorrowerInput) (store.Borrower, error) {
	var borrower store.Borrower
	if err := actor.need(MayTakeOver); err != nil {
		return borrower, err
	}
	err := o.command(ctx, actor, note{action: "borrower.create", input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		borrower, err = createBorrower(ctx, tx, in)
		n.subject, n.summary = borrower.Ref, "Added borrower "+borrower.Name+"."
		return err
	})
	return borrower, err
}

// createBorrower checks and writes a borrower, inside a command.
func createBorrower(ctx context.Context, tx *store.Tx, in BorrowerInput) (store.Borrower, error) {
	return placeBorrower(ctx, tx, in, store.Borrower{Ref: in.tidy().Ref}, tx.CreateBorrower)
}

// placeBorrower checks an input, lays it over a borrower and writes that.
func placeBorrower(ctx context.Context, tx *store.Tx, in BorrowerInput, b store.Borrower,
	write func(context.Context, store.Borrower) (store.Borrower, error)) (store.Borrower, error) {
	in = in.tidy()
	faults := faults{}
	in.check(faults)
	if err := faults.refuse("borrower.invalid", "The borrower cannot be kept like this."); err != nil {
		return b, err
	}
	if in.Ref != "" {
		other, err := tx.BorrowerByAny(ctx, in.Ref)
		if err == nil && other.ID != b.ID {
			return b, lending.RefuseField("ref_id", "borrower.taken", "There is a borrower "+other.Ref+" already: "+other.Name+".")
		}
		if err != nil && lending.KindOf(err) != lending.NotFound {
			return b, err
		}
	}
	if in.PAN != "" {
		other, err := tx.BorrowerByPAN(ctx, in.PAN)
		if err == nil && other.ID != b.ID {
			return b, lending.RefuseField("pan", "borrower.taken", "Borrower "+other.Ref+" has this PAN: "+other.Name+".")
		}
		if err != nil && !errors.Is(err, store.ErrMissing) {
			return b, fmt.Errorf("looking for the PAN: %w", err)
		}
	}
	b.Name, b.CoApplicant, b.PAN, b.Phone = in.Name, in.CoApplicant, in.PAN, in.Phone
	b.Email, b.VPA, b.Address, b.State = in.Email, in.VPA, in.Address, in.State
	return write(ctx, b)
}

// UpdateBorrower changes a borrower; the ref stays.
func (o *Office) UpdateBorrower(ctx context.Context, actor Actor, key string, in BorrowerInput) (store.Borrower, error) {
	var borrower store.Borrower
	if err := actor.need(MayTakeOver); err != nil {
		return borrower, err
	}
	err := o.command(ctx, actor, note{action: "borrower.update", subject: key, input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		b, err := tx.BorrowerByAny(ctx, key)
		if err != nil {
			return err
		}
		if err := sameVersion("borrower", b.Ref, in.Version, b.Version); err != nil {
			return err
		}
		if ref := store.CleanRef(in.Ref); ref != "" && ref != b.Ref {
			return lending.RefuseField("ref_id", "borrower.ref", "The number of a borrower does not change.")
		}
		n.subject, n.summary = b.Ref, "Changed borrower "+in.Name+"."
		borrower, err = placeBorrower(ctx, tx, in, b, tx.UpdateBorrower)
		return err
	})
	return borrower, err
}
