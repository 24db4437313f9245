package ledger

import "lekha/lending"

// OnStatement is money that a bank's statement shows on a day, before anybody knows
// whose it is (LED-06). One entry stands for all credits of a statement and a day.
func OnStatement(key string, on lending.Date, amount lending.Money) Entry {
	return Entry{Statement + "/" + key, on, []Line{{BankCollection, "", amount}, {Suspense, "", -amount}}}
}

// OffStatement is money that the bank took back the same way.
func OffStatement(key string, on lending.Date, amount lending.Money) Entry {
	return Entry{Statement + "/" + key, on, []Line{{Suspense, "", amount}, {BankCollection, "", -amount}}}
}
