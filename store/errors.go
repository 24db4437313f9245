package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/mattn/go-sqlite3"

	"lekha/lending"
)

// ErrMissing is what a read of one row answers when there is none.
var ErrMissing = sql.ErrNoRows

// missing turns "no row" into a refusal that names the thing.
func missing(err error, what, ref string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return &lending.Error{Kind: lending.NotFound, Code: codeOf(what) + ".not_found", Message: "There is no " + what + " " + ref + "."}
	}
	return err
}

// codeOf is the name of a thing as codes have it.
func codeOf(what string) string { return strings.ReplaceAll(what, " ", "_") }

// Stale is the refusal when a version has moved on meanwhile.
func Stale(what, ref string) error {
	return &lending.Error{Kind: lending.Conflict, Code: codeOf(what) + ".changed",
		Message: "Somebody changed " + what + " " + ref + " before you. Look at it as it is now and decide again."}
}

// guards says what each trigger of schema.sql refuses, by the name it raises.
// These are last lines of defence: the commands refuse first, in better words.
var guards = map[string]lending.Error{
	"approval_decisions.self":        {Kind: lending.Forbidden, Code: "approval.self", Message: "You made or edited this, so another person has to decide it."},
	"approval_decisions.decided":     {Kind: lending.Conflict, Code: "approval.already_decided", Message: "This was decided before you."},
	"approvals.undecided":            {Kind: lending.Forbidden, Code: "approval.undecided", Message: "This still needs another person's decision."},
	"records.unapproved":             {Kind: lending.Forbidden, Code: "record.unapproved", Message: "A record settles only after a second person approved it."},
	"line_versions.unapproved":       {Kind: lending.Forbidden, Code: "line.unapproved", Message: "A limit holds only after a second person approved it."},
	"mandates.unapproved":            {Kind: lending.Forbidden, Code: "mandate.unapproved", Message: "A mandate goes to the bank only after a second person approved it."},
	"topups.unapproved":              {Kind: lending.Forbidden, Code: "topup.unapproved", Message: "A topup goes out only after a second person approved it."},
	"payouts.unapproved":             {Kind: lending.Forbidden, Code: "payout.unapproved", Message: "A payout needs the approval of somebody other than its maker."},
	"loans.unpaid":                   {Kind: lending.Conflict, Code: "loan.unpaid", Message: "A loan becomes active when its money has reached the payee."},
	"user_roles.segregated":          {Kind: lending.Invalid, Code: "user.roles", Message: "One person cannot both prepare and approve the same kind of work.", Fields: map[string]string{"roles": "One person cannot both prepare and approve the same kind of work."}},
	"approval_rules.undecided":       {Kind: lending.Forbidden, Code: "rules.undecided", Message: "The rules of approval change only by a request that was decided."},
	"attachments.append_only":        {Kind: lending.Forbidden, Code: "attachments.append_only", Message: "A paper that was attached stays."},
	"events.append_only":             {Kind: lending.Forbidden, Code: "events.append_only", Message: "The audit log only grows."},
	"facts.append_only":              {Kind: lending.Forbidden, Code: "facts.append_only", Message: "Facts are only ever added."},
	"journal.append_only":            {Kind: lending.Forbidden, Code: "journal.append_only", Message: "A journal entry is never changed: its mirror corrects it."},
	"journal.exported":               {Kind: lending.Conflict, Code: "journal.exported", Message: "Somebody exported the journal before you."},
	"months.open":                    {Kind: lending.Conflict, Code: "month.open", Message: "A month is closed once its last day was closed."},
	"months.closed":                  {Kind: lending.Conflict, Code: "month.closed", Message: "This month is closed: nothing more is booked in it."},
	"months.two_levels":              {Kind: lending.Conflict, Code: "month.two_levels", Message: "This is dated in a month that is closed. Send it again: two people decide it."},
	"months.unapproved":              {Kind: lending.Forbidden, Code: "month.unapproved", Message: "A month is opened again only after a second person approved it, the last one first."},
	"parameters.unapproved":          {Kind: lending.Forbidden, Code: "parameter.unapproved", Message: "A parameter changes only after a second person approved it, from a day on."},
	"journal_mappings.unapproved":    {Kind: lending.Forbidden, Code: "journal_mapping.unapproved", Message: "A code of the journal changes only after a second person approved it, from a day on."},
	"bank_credits.append_only":       {Kind: lending.Forbidden, Code: "bank_credits.append_only", Message: "A statement line never changes."},
	"approval_decisions.append_only": {Kind: lending.Forbidden, Code: "approval_decisions.append_only", Message: "A decision stands."},
}

// refusal turns the driver's errors into refusals, by extended code. A trigger
// of ours raises its own name, which is data of ours and not the driver's text.
func refusal(err error) error {
	var driverErr sqlite3.Error
	if !errors.As(err, &driverErr) {
		return err
	}
	switch driverErr.ExtendedCode {
	case sqlite3.ErrConstraintTrigger:
		for name, guard := range guards {
			if strings.Contains(driverErr.Error(), name) {
				return &guard
			}
		}
	case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey:
		return &lending.Error{Kind: lending.Conflict, Code: "duplicate", Message: "This is there already."}
	}
	switch driverErr.Code {
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return &lending.Error{Kind: lending.Closed, Code: "busy", Message: "The database is busy. Try again in a moment."}
	case sqlite3.ErrFull:
		return &lending.Error{Kind: lending.Closed, Code: "disk_full", Message: "The disk of the database is full. Nothing was written. Whoever runs this server has to make room."}
	case sqlite3.ErrReadonly:
		return &lending.Error{Kind: lending.Closed, Code: "read_only", Message: "The database cannot be written. Nothing was changed. Whoever runs this server has to look at its file."}
	}
	return err
}

// Interrupted says whether an error is not about what was tried: the caller has
// gone away, the transaction is over, or the file cannot be written. Trying
// something else in the same transaction is of no use.
func Interrupted(err error) bool {
	var driverErr sqlite3.Error
	var broken Broken
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrTxDone), errors.Is(err, sql.ErrConnDone), errors.As(err, &broken):
		return true
	case errors.As(err, &driverErr):
		// What a constraint refuses is about the row; all else is about the file.
		return driverErr.Code != sqlite3.ErrConstraint && driverErr.Code != sqlite3.ErrMismatch
	}
	return false
}
