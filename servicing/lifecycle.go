package servicing

import (
	"slices"

	"lekha/lending"
	"lekha/store"
)

// LoanAct is something that happens to a loan.
type LoanAct string

// The acts on a loan (domain 10.6).
const (
	LoanActivate  LoanAct = "activate" // its money is out
	LoanCancel    LoanAct = "cancel"   // before its money is out
	LoanChange    LoanAct = "change"   // new rows: restructure, rate reset, reset
	LoanTranche   LoanAct = "tranche"
	LoanForeclose LoanAct = "foreclose"
	LoanCoolOff   LoanAct = "cool_off"
	LoanSettle    LoanAct = "settle" // a compromise
	LoanWriteOff  LoanAct = "write_off"
	LoanRecover   LoanAct = "recover"   // all of a written-off loan came in after all
	LoanUnrecover LoanAct = "relapse"   // money that recovered it was taken back
	LoanUndoClose LoanAct = "reinstate" // money that closed it was taken back
	LoanClose     LoanAct = "close"     // with its account
	LoanReopen    LoanAct = "reopen"    // with its account
)

// step is where an act may begin and where it leads; to "" leaves the state.
type step struct {
	from []string
	to   string
}

// loanSteps is the life of a loan. Matured, restructured are no states of their
// own: a loan past its last due date, or with new rows, is still active.
var loanSteps = map[LoanAct]step{
	LoanActivate:  {[]string{"pending"}, "active"},
	LoanCancel:    {[]string{"pending"}, "cancelled"},
	LoanChange:    {[]string{"active"}, "active"},
	LoanTranche:   {[]string{"active"}, "active"},
	LoanForeclose: {[]string{"active"}, "foreclosed"},
	LoanCoolOff:   {[]string{"active"}, "cancelled_cooling_off"},
	LoanSettle:    {[]string{"active", "written_off"}, "settled"},
	LoanWriteOff:  {[]string{"active"}, "written_off"},
	LoanRecover:   {[]string{"written_off"}, "recovered"},
	LoanUnrecover: {[]string{"recovered"}, "written_off"},
	LoanUndoClose: {[]string{"foreclosed", "cancelled_cooling_off", "settled"}, "active"},
	LoanClose:     {[]string{"active"}, "closed"},
	LoanReopen:    {[]string{"closed"}, "active"},
}

// loanStates says what a state of a loan means, for people.
var loanStates = map[string]string{"pending": "not paid out yet", "active": "running", "closed": "closed", "cancelled": "cancelled", "foreclosed": "foreclosed",
	"cancelled_cooling_off": "left in the cooling-off days", "settled": "settled by a compromise", "written_off": "written off", "recovered": "written off and recovered"}

// mayLoan refuses an act that the state of a loan does not take.
func mayLoan(act LoanAct, l store.Loan) error {
	if slices.Contains(loanSteps[act].from, l.Status) {
		return nil
	}
	return lending.Refuse(lending.Conflict, "loan.state", "Loan "+l.Ref+" is "+loanStates[l.Status]+", so this is not possible now.")
}

// AccountAct is something that happens to an account.
type AccountAct string

// The acts on an account (domain 10.5).
const (
	AccountActivate AccountAct = "activate"
	AccountFreeze   AccountAct = "freeze"
	AccountUnfreeze AccountAct = "unfreeze"
	AccountExpire   AccountAct = "expire"
	AccountRenew    AccountAct = "renew"
	AccountWind     AccountAct = "wind_down" // no draws any more, until it closes
	AccountClose    AccountAct = "close"
	AccountReopen   AccountAct = "reopen"
)

// accountSteps is the life of an account.
var accountSteps = map[AccountAct]step{
	AccountActivate: {[]string{"created", "active"}, "active"},
	AccountFreeze:   {[]string{"active"}, "frozen"},
	AccountUnfreeze: {[]string{"frozen"}, "active"},
	AccountExpire:   {[]string{"active"}, "expired"},
	AccountRenew:    {[]string{"expired"}, "active"},
	AccountWind:     {[]string{"active", "frozen", "expired"}, "closing"},
	AccountClose:    {[]string{"active", "frozen", "expired", "closing"}, "closed"},
	AccountReopen:   {[]string{"closed"}, "active"},
}

// mayAccount refuses an act that the state of an account does not take.
func mayAccount(act AccountAct, a store.Account) error {
	if slices.Contains(accountSteps[act].from, a.Status) {
		return nil
	}
	return lending.Refuse(lending.Conflict, "account.state", "Account "+a.Ref+" is "+a.Status+", so this is not possible now.")
}

// LoanOffers says which acts a loan takes now, and for the others why not: pages
// show them instead of hiding them.
func LoanOffers(actor Actor, l store.Loan, acts ...LoanAct) map[LoanAct]string {
	out := map[LoanAct]string{}
	for _, act := range acts {
		err := actor.need(MayPrepare)
		if err == nil {
			err = mayLoan(act, l)
		}
		out[act] = ""
		if err != nil {
			out[act] = err.Error()
		}
	}
	return out
}

// WhyNotClose is why an account cannot be closed by this person now, "" when it can
// be tried.
func WhyNotClose(actor Actor, a store.Account) string {
	err := actor.need(MayPrepare)
	if err == nil {
		err = mayAccount(AccountClose, a)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
