// Package matching answers one question about a bank credit: who paid this?
//
// It is pure. A [Book] holds what is known about the accounts (names, phones,
// virtual accounts, dues, references that borrowers announced, payers seen
// before) in indexes; [Book.Propose] reads the narration of one credit, looks
// the candidates up, adds their evidence up in bits, lets them compete with
// each other and with "nobody", and says what it thinks together with every
// reason for and against. It reads no clock, no database, no random number: the
// same credit and book give the same answer.
//
// The method and the weights are those of the matching specification
// (Fellegi-Sunter weights, a soft-max over candidates, gates before anything is
// pre-ticked). Money is integer paise, weights are integer millibits,
// confidence is integer basis points.
package matching

// Version names the rules and weights of this engine. It is stored with every
// proposal, so that a decision can be replayed.
const Version = "match-1"
