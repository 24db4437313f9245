// Package matching answers one question about a bank credit: who paid this?
//
// # The question
//
// A statement line says an amount, a day, and a few dozen characters that a bank
// cut out of what the payer wrote. The books say names, numbers, and what is due.
// Accounting programs look for an invoice of the same amount; here many borrowers
// owe the same amount on the same day, quote last year's loan, pay for a cousin,
// or pay two loans at once. So an equal number is no proof, an equal amount is
// hardly a hint, and the only honest answer is often "one of these two".
//
// # The answer
//
// A [Book] holds what is known about the accounts, in indexes. [Book.Propose]
// takes a [Credit] and gives a [Proposal]: candidates, the best first, each with
// its confidence, the exact split of the money, and every reason for and against
// in a sentence; or the kind of money it is when it repays nothing; or nothing.
// It reads no clock, no database and no random number: the same credit and book
// give the same answer, in whatever order the accounts were added, and [Version]
// is on it, so that a decision can be understood years later.
//
// # How it gets there
//
// It reads the narration ([Parse], parse.go, layouts.go): the rail, the reference,
// the payer's name and bank, his UPI address or phone, the remark. Layouts are a
// table; a narration of no known layout is read by the forms of its pieces.
//
// It looks for what is no repayment (veto.go): returns, refunds, interest, own
// transfers, debt raised. What only a bank prints is sure. What a borrower may
// write as well gives way to a strong tie to an account, and is then a reason to
// hold the answer for a person.
//
// It finds suspects by every key it has (lookup.go, repair.go, payer.go): numbers
// quoted whole or garbled, references announced, phones, payers remembered, bank
// accounts, exact amounts due about the day, names that share letters, and the
// other loans of whoever was found.
//
// It weighs each (payer.go, amount.go, weights.go). A reason weighs the logarithm
// of how much oftener it is seen between a payment and its account than between a
// payment and another one, in thousandths of a bit (Fellegi and Sunter's method),
// so that reasons add up. Two reasons that depend on each other, say a phone and
// the UPI address made of it, are one: of each group the strongest counts. What
// an exact amount says depends on how many share it. Against everybody stands
// nobody, who has a weight of his own, larger in a large book, where somebody
// always fits by accident.
//
// It pairs accounts whose dues add up to the paisa (pair.go): two loans of one
// borrower, or two that the credit names each by itself.
//
// It lets the readings compete (decide.go): a soft-max over their bits, so that
// two that fit equally can never both be likely. The share of the best becomes a
// confidence by a [Calibration] (calibration.go, curve.go): how often readings
// with such a share turned out right.
//
// # When it keeps quiet
//
// [Auto] means pre-ticked for a person, no more, and a candidate must pass gates
// for it besides its confidence: an open loan; an amount that explains itself;
// two kinds of reason that agree; no other loan quoted, no other loan that this
// payer is known for, no other reading of the same money close behind, no words
// of a refund. Money that came by the account's own virtual account or mandate
// needs only the loan to be open. [Proposal.Held] says which gate held.
//
// # What it learns
//
// [Learn] turns an approval into [Memory], [Unlearn] a refusal. A payer is
// remembered by UPI address, bank account and, last and least, name. One approval
// counts half, a refusal halves, and a value known with more than four accounts is
// a hub (a shop, an employer, the lender himself) and counts nothing. A remembered
// name is never enough by itself. [FitCalibration] fits the curve to decisions,
// when there are enough of them; the weights change only with a release.
//
// # How good it is
//
// The command of the benchmark runs it over a folder of credits whose truth is
// known, or over made-up books of other people, wordings and banks:
//
//	go run ./bench matching --data DIR
//	go run ./bench matching --seed 7
//	go run ./bench matching --seed 7 --held-out
//	go run ./bench matching --data DIR --seeds 4 --fit matching/curve.go
//
// Money is integer paise, weights are integer millibits, confidence is integer
// basis points.
package matching

// Version names the rules and weights of this engine. It is stored with every
// proposal, so that a decision can be replayed.
const Version = "match-3"
