package lending

// RateChange is a new yearly rate of a loan from the value date on. The schedule
// is derived: interest of a period that the date cuts is split by days, and a new
// instalment is solved on what is outstanding (domain 1.12, RAT-02). Rows that were
// agreed for a reset (higher instalment, longer tenure) are a [Reschedule].
type RateChange struct {
	Loan string `json:"loan"`
	Rate Rate   `json:"rate"`
}

// Pause is an interest holiday from the value date to To, both included.
type Pause struct {
	Loan string `json:"loan"`
	To   Date   `json:"to"`
}
