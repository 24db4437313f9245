package bankfile

// Limits on what a person may hand in. A statement of a busy collection account
// for a year stays far below each of them.
const (
	// maxFileBytes keeps one upload from filling the memory of a small machine.
	maxFileBytes = 20 << 20
	// maxUnzippedBytes is what a workbook may grow to: a zip bomb is refused while it is being opened.
	maxUnzippedBytes = 64 << 20
	// maxRows bounds the time of an import and keeps sums of maxAmount within an int64.
	maxRows = 200_000
	// maxSheetRows is the last row a spreadsheet can have; a damaged file may claim two thousand million.
	maxSheetRows = 1 << 20
	// maxCells bounds a sheet whose rows are few and absurdly wide: each empty cell still costs a string.
	maxCells = 8_000_000
	// maxSheets is more than any bank sends; further sheets are not looked at.
	maxSheets = 20
	// maxColumns is four times the widest layout seen; a wider row is not a transaction.
	maxColumns = 100
	// maxCellBytes is ten times the longest narration seen.
	maxCellBytes = 4096
	// maxHeaderRow is how far down a header is looked for: banks print 4 to 25 lines above it.
	maxHeaderRow = 120
	// maxQuotedLines is how many lines one quoted cell may run over before the quote is taken for a stray one.
	maxQuotedLines = 6
	// maxRawRunes is how much of a rejected row is kept to show.
	maxRawRunes = 400
	// maxAmount of one line, in paise (Rs 10,000 crore): above it a cell is an account number in the wrong column.
	maxAmount = 1_000_000_000_000
	// maxBalance in paise; a balance may be a thousand times a line.
	maxBalance = 1000 * maxAmount
)

const tooLongCell = "a cell is longer than any bank prints"
