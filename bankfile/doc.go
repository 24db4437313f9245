// Package bankfile reads the statements banks give out, finds the reference of
// a transfer in them, and writes CSV that is safe to open in a spreadsheet.
//
// A statement is recognised by its content, never by its name: [Read] sniffs
// the bytes, makes a table of cells, finds the header row by scoring, and turns
// every row below it into a [Line], a known footer or a [Rejection] with its
// line number. What the banks call their columns is data (layout.go).
package bankfile
