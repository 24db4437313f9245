package servicing

import (
	"lekha/lending"
	"lekha/store"
)

// Gap is by how much the closing balance of a checked file is not its opening
// balance plus credits less debits; known is false when the file does not give
// both balances.
func (c StatementCheck) Gap() (gap lending.Money, known bool) {
	s := c.File
	if !s.Opening.Known || !s.Closing.Known {
		return 0, false
	}
	return s.Closing.Amount - (s.Opening.Amount + s.Credits.Sum - s.Debits.Sum), true
}

// StatementGap is the same of a statement that was imported.
func StatementGap(s store.Statement) (gap lending.Money, known bool) {
	if s.Opening == nil || s.Closing == nil {
		return 0, false
	}
	return lending.Money(*s.Closing) - (lending.Money(*s.Opening) + s.Credits - s.Debits), true
}
