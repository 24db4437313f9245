// Package lending holds the rules of a loan: money, dates, day counts,
// schedules, settlement, delinquency. It is pure: no clock, no database, no
// randomness. Its centre is [Replay], which makes the [Book] of an account from
// the facts of that account and nothing else.
//
// Two things are computed: a schedule, once, from [Terms] ([Terms.Schedule]:
// terms.go, calendar.go, instalment.go, amortise.go, schedule.go), and a Book,
// ever again, from facts (replay.go walks the days; raise.go makes the dues,
// settle.go spends money on them, accrual.go lets them grow, delinquency.go ages
// them, summary.go adds up and asserts). All interest is an exact ratio of 128
// bits with one denominator (ratio.go), rounded once by a named rule.
package lending
