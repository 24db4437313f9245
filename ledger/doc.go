// Package ledger says which journal entries a Book implies. An entry speaks of
// roles (receivable, income, clearing); which code of the chart of accounts a role
// has is a dated mapping, chosen by the day of booking. Nothing here is stored:
// the journal is posted by the difference between what a Book implies and what
// was posted before.
package ledger
