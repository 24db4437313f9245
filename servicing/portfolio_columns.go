package servicing

// PortfolioColumns describes one file of a portfolio to whoever prepares it.
type PortfolioColumns struct {
	File     string
	Optional bool     // the file may be left out
	Needed   []string // columns that must be there
	Taken    []string // columns that may be there
	Terms    bool     // it takes every loan parameter as a column as well
	Rows     int      // at most
}

// PortfolioLayout describes the files of a portfolio in the order in which they
// are read, from the very list that reads them.
func PortfolioLayout() []PortfolioColumns {
	isTerm := map[string]bool{}
	for _, key := range loanParameters {
		isTerm[key] = true
	}
	var files []PortfolioColumns
	for _, layout := range portfolioLayout() {
		file := PortfolioColumns{File: layout.name, Optional: layout.absent, Needed: layout.needs, Rows: layout.limit}
		for _, column := range layout.takes {
			if layout.name == loansFile && isTerm[column] {
				file.Terms = true
				continue
			}
			file.Taken = append(file.Taken, column)
		}
		files = append(files, file)
	}
	return files
}

// PortfolioTerms lists the loan parameters that are columns of the loans.
func PortfolioTerms() []string { return append([]string{}, loanParameters...) }
