// Package lending holds the rules of a loan, to the paisa. It is pure: no clock, no
// database, no randomness, no floating point near money. Whoever knows loans can read it
// file by file: each rule has a file of its own, named as the trade names it, with where
// it stands ("domain 1.4" is a section of the specification, [S16] a source listed there)
// and an example in numbers. Most examples carry the name of a test vector (EMI-01).
//
// Two questions are answered. What will a loan cost: [Terms.Schedule] makes rows from
// [Terms], once, and the rows are frozen. What is the state of an account: [Replay] makes
// the [Book] from the facts of the account and a moment, ever again; nothing is kept that
// does not follow from facts. [Book.Explain] says what each figure is the sum of.
//
// # Money, time and rates
//
//   - money.go, words.go: paise, read and written as people do
//   - rate.go: percent a year, six decimals
//   - rounding.go: unit and mode; each amount is rounded once, by name
//   - ratio.go: interest is an exact ratio with one denominator until it is rounded
//   - date.go, daycount.go: business dates, and what part of a year a span is
//   - workday.go, roll.go: days on which banks are closed; due dates that move for them
//   - parameter.go: every legal number, dated, with its source
//   - error.go: refusals with a kind, a code, a sentence and the wire field
//
// # Schedules
//
//   - terms.go, terms_check.go: what is agreed, its defaults, and what contradicts itself
//   - calendar.go: where periods and due dates lie; month ends never drift
//   - schedule.go, amortise.go: the rows; the last one takes what is left
//   - instalment.go, solve.go: the level instalment, and those that are not all alike
//   - shape.go, flat.go, stepped.go: equal principal, interest only, bullet, structured;
//     flat interest; steps, balloon, advance instalments
//   - brokenperiod.go, gap.go: the days before the first cycle
//   - moratorium.go: a holiday before the first instalment
//   - downpayment.go, instalmentfee.go: what is due at once; fees inside instalments
//   - convention.go: how other systems count days, for loans that come from them
//
// # Schedules that move
//
//   - tranche.go, sanction.go: money lent in parts
//   - recalculation.go: interest by schedule or by the actual balance
//   - prepayment.go: part payment that reduces the instalment or the tenure
//   - accrued.go: interest that has run and is not due: running row, broken period, moratorium
//   - remaining.go: the rows for the rest of a loan, in the shape that was planned
//   - ratereset.go, restructure.go, reschedule.go: new rates, new terms, new rows; versions
//   - ratestatement.go: what a borrower of a floating rate is told each quarter
//   - foreclosure.go: what closes a loan on a day, and when no charge is allowed
//   - coolingoff.go: what it costs to leave a digital loan in its first days
//   - course.go and course_*.go: how all that is computed
//
// # Facts and the Book
//
//   - fact.go, facts.go, factbody.go, factbody_read.go: what happened, whether it can be, how it is stored
//   - policy.go: how an account behaves, from a day on
//   - replay.go, inforce.go: facts in their order, the days on which something happens
//   - raise.go, moving.go, changes.go: dues from schedules, and changes of them
//   - book.go, summary.go, loan_summary.go, status.go: what comes out, and its identities
//   - explain.go, accruals.go: what a figure is made of, span by span
//   - statement.go: the statement of account
//
// # Settlement
//
//   - order.go: components and their order, PI-OI-NI-P
//   - settle.go: the four settlement orders
//   - allocation.go, allocate.go: past due, due and in advance; horizontal and vertical
//   - advance.go, bysize.go: money beyond dues
//   - refund.go: excess, holdback and cashback; refunds and adjustments
//   - waiver.go, writeoff.go: what is given up, what leaves the books
//   - accrual.go, penal.go: overdue interest and penal charges
//   - rateslab.go: rates that change with the days since the disbursal or the due date
//   - bounce.go, nach.go: returned presentations
//   - gst.go, tds.go: tax on fees, tax withheld from interest
//
// # Classification
//
//   - delinquency.go: days past due, oldest first; special mention
//   - asset.go, ladder.go, stress.go: non-performing by age; the dates to be disclosed
//   - borrower.go: all facilities of a borrower together
//   - overdraft.go: out of order
//   - provision.go, bureau.go: what is set aside; when what is reported
//
// # Disclosure
//
//   - apr.go, xirr.go: the annual percentage rate and the internal rate of return
//   - kfs.go: the data of the key facts statement
//   - display.go: a schedule as RBI prints it
//
// # Lines
//
//   - line.go, discount.go, security.go: limits, interest kept back, pledged shares
//   - drawing.go, drawingrules.go: the checks of a drawing, what a program says of drawings
//   - slab.go: who approves how much
package lending
