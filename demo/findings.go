package demo

import (
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/servicing"
)

// finding is a line of a statement of which the engine was not sure.
type finding struct {
	bank      string
	date      lending.Date
	amount    lending.Money
	narration string
}

// findings are who paid the hard credits up to the day to which the sample's staff
// have settled everything: they asked the branches.
func findings() (map[finding][]servicing.Allocation, error) {
	rows, err := table("findings.csv")
	if err != nil {
		return nil, err
	}
	found := make(map[finding][]servicing.Allocation, len(rows))
	for _, row := range rows {
		date, err := lending.ParseDate(row["value_date"])
		if err != nil {
			return nil, fmt.Errorf("reading findings.csv: %w", err)
		}
		accounts, amounts := strings.Split(row["accounts"], ";"), strings.Split(row["amounts_paise"], ";")
		parts := make([]servicing.Allocation, len(accounts))
		for i, account := range accounts {
			parts[i] = servicing.Allocation{Account: account, Amount: lending.Money(paise(amounts[i]))}
		}
		found[finding{row["collection_account"], date, lending.Money(paise(row["amount_paise"])), row["narration"]}] = parts
	}
	return found, nil
}
