// Package bankfile reads and writes the files that pass between a lender and its
// banks. It knows no database, no clock and no account of a borrower: bytes in,
// plain values out, and the way back.
//
// # Statements in
//
// [Read] reads a statement. What a file is follows from its bytes, never from its
// name: CSV and text cut at tabs, XLSX workbooks, web pages and text that call
// themselves .xls, MT940, camt.053 (.001.02 to .001.08) and OFX (1.x and 2.x). An
// old workbook (a real .xls) is refused with the advice to save it as XLSX.
//
// Tables are read row by row. The header row is found by scoring, what the banks
// call their columns is data (layout.go), and every row below becomes a [Line], a
// known footer, or a [Rejection] with its line number. MT940, camt.053 and OFX are
// written by machines: there one thing wrong refuses the file, with the line.
//
// A [Statement] says whether it is whole. Its [Chain] follows the balance the bank
// prints from line to line, and from message to message; a row that is missing,
// doubled or changed breaks it. A batch of camt.053 becomes lines only when its
// transfers come to it to the paisa; else it stays one line, and a warning says so.
//
// # Banks nobody knows
//
// When Read does not understand the columns, [Guess] proposes a [Mapping] with its
// doubts. A person confirms it, it is kept as JSON with the bank account, and
// [Mapping.Read] reads the next files by it. The headings are kept too: a bank
// that moves a column is found out before a payment is read as a withdrawal.
//
// # References
//
// [ExtractReference] finds what identifies a transfer, in the bank's column or in
// the narration, padded, cut, or disguised as a credit advice. It is the guard
// against counting one transfer twice, and it must not be too eager either: a
// number that comes back with the next payment, such as an account, a phone or a
// batch, is no reference.
//
// # Payouts out, answers in
//
// A [PayoutTemplate] is the layout of a bank's payout file as data: columns,
// widths, date form, the file's name, control totals, and where the answer has
// what. [PayoutTemplates] come built in. [PayoutTemplate.Write] refuses a field
// that does not fit, with its name; [PayoutTemplate.ReadReverse] reads the answer,
// and [CheckAnswers] holds it against what was sent.
//
// # Mandates
//
// [NACHFile.Write] writes the file that presents instalments under mandates, in
// records of 306 characters; [ReadNACH] reads it back and reads the response;
// [CheckNACH] holds that against what was presented. Why an item came back is told
// by [ReturnCodes], a table one edits.
//
// # Files that people open
//
// A [Writer] writes CSV that no spreadsheet takes for formulas.
//
// Everything that is read has limits (limits.go), errors are sentences with the
// line, and nothing is half read.
package bankfile
