package lms

import (
	"net/http"
	"slices"

	"lekha/servicing"
)

// The methods, short enough that a route is a line.
const (
	get   = http.MethodGet
	post  = http.MethodPost
	put   = http.MethodPut
	patch = http.MethodPatch
)

// created is the status of an endpoint that makes something.
const created = http.StatusCreated

// root is where the loan management system answers.
const root = "/v1/lms"

// table is every endpoint, one line each: name, method, path, permission, how
// sure its shape is, its row in the reference, what it does.
func table() []route {
	return slices.Concat(authRoutes(), recordRoutes(), nachRoutes(), settlementRoutes(), dayRoutes(), accountRoutes(), loanRoutes(), loanChangeRoutes(), payoutRoutes(), payoutBatchRoutes(), feeRoutes(), bookRoutes(), lineRoutes(), topupRoutes(), deskRoutes(), partyRoutes(), webhookRoutes(), dataRoutes())
}

func authRoutes() []route {
	return []route{
		{name: "createToken", method: post, path: "/v1/auth/token/", permission: servicing.MaySignIn, mark: ours, summary: "Sign in; a token for one working day.", endpoint: takes((*API).createToken), strict: true},
		{name: "whoAmI", method: get, path: "/v1/auth/me/", permission: servicing.MayView, mark: ours, summary: "Whom this token acts for.", endpoint: answers((*API).whoAmI)},
	}
}

func recordRoutes() []route {
	view, prepare, decide := servicing.MayView, servicing.MayPrepare, servicing.MayDecide
	filters := join(recordFilters, expands(recordExpands...))
	expand := expands(recordExpands...)
	at := root + "/records/"
	one := at + "{id}/"
	return []route{
		{name: "listRecords", method: get, path: at, permission: view, mark: inferred, reference: 14, summary: "List records.", query: join(pages, filters), endpoint: answers((*API).listRecords)},
		{name: "createRecord", method: post, path: at, permission: prepare, mark: inferred, reference: 15, summary: "Register money received, or tax withheld.", query: expand, endpoint: takes((*API).createRecord), status: created},
		{name: "bulkCreateRecords", method: post, path: at + "bulk_create/", permission: prepare, mark: inferred, reference: 19, summary: "Register many; a bad row rejects itself alone.", endpoint: uploads((*API).bulkCreateRecords)},
		{name: "createRecordRefund", method: post, path: one + "refunds/", also: []string{one + "refund/", one + "initiate_refund/"}, permission: prepare, mark: inferred, reference: 11, summary: "Send excess of a record back, or a credit to its sender: a record of type refund with its payout.", query: expand, endpoint: takes((*API).createRecordRefund), status: created},
		{name: "createRecordAdjustment", method: post, path: one + "adjustments/", permission: prepare, mark: inferred, reference: 12, summary: "Settle dues of the record's account from cashback or holdback.", query: expand, endpoint: takes((*API).createRecordAdjustment), status: created},
		{name: "listUnmatchedRecords", method: get, path: at + "unmatched/", permission: view, mark: inferred, reference: 17, summary: "Records that nobody has said an account for.", query: join(pages, filters), endpoint: answers((*API).listUnmatchedRecords)},
		{name: "exportRecords", method: put, path: at + "export/", also: []string{"GET " + at + "export/"}, permission: servicing.MayExport, mark: inferred, reference: 18, summary: "The filtered records as CSV, workbook or JSON.", query: join(filters, recordsParam), endpoint: takes((*API).exportRecords)},
		{name: "exportProposals", method: get, path: at + "proposals/", permission: servicing.MayExport, mark: ours, summary: "What the engine says of the filtered records, as CSV or JSON: one row a proposal.", query: join(filters, formatParam), endpoint: answers((*API).exportProposals)},
		{name: "showRecord", method: get, path: one, permission: view, mark: known, reference: 13, summary: "One record.", query: expand, endpoint: answers((*API).showRecord)},
		{name: "updateRecord", method: patch, path: one, permission: prepare, mark: ours, summary: "Change a record that was entered and not yet sent.", query: expand, endpoint: takes((*API).updateRecord), strict: true},
		{name: "listCandidates", method: get, path: one + "candidates/", permission: view, mark: ours, summary: "Who paid this? Candidates with evidence, best first.", endpoint: answers((*API).listCandidates)},
		{name: "matchRecord", method: post, path: one + "match/", permission: prepare, mark: ours, summary: "Say whose money it is; several accounts split it.", query: expand, endpoint: takes((*API).matchRecord), strict: true},
		{name: "breakDownRecord", method: post, path: one + "breakdown/", permission: prepare, mark: ours, summary: "Split a credit that pays for many by the breakdown of the gateway or sponsor bank, all rows or none, and send it for approval.", query: expand, endpoint: uploads((*API).breakDownRecord), strict: true},
		{name: "unmatchRecord", method: post, path: one + "unmatch/", also: []string{"PUT " + one + "unmatch/"}, permission: prepare, mark: ours, summary: "Undo a match or a split that nobody has decided.", query: expand, endpoint: takes((*API).unmatchRecord), strict: true},
		{name: "parkRecord", method: put, path: one + "park/", also: []string{"POST " + one + "park/"}, permission: prepare, mark: ours, summary: "Lay a credit aside for later, with the reason.", query: expand, endpoint: takes((*API).parkRecord), strict: true},
		{name: "keepRecordApart", method: put, path: one + "keep_apart/", also: []string{"POST " + one + "keep_apart/"}, permission: prepare, mark: ours, summary: "Say that a receipt by hand is not the money of a statement line.", query: expand, endpoint: takes((*API).keepRecordApart), strict: true},
		{name: "unparkRecord", method: put, path: one + "unpark/", also: []string{"POST " + one + "unpark/"}, permission: prepare, mark: ours, summary: "Take a parked credit up again.", query: expand, endpoint: takes((*API).unparkRecord), strict: true},
		{name: "setAsideRecord", method: put, path: one + "set_aside/", also: []string{"POST " + one + "set_aside/"}, permission: prepare, mark: ours, summary: "Say that a credit is no repayment, and what it is.", query: expand, endpoint: takes((*API).setAsideRecord), strict: true},
		{name: "confirmRecord", method: put, path: one + "confirm/", also: []string{"POST " + one + "confirm/"}, permission: prepare, mark: ours, summary: "Say that a receipt by hand and the record of a statement line are the same money.", query: expand, endpoint: takes((*API).confirmRecord), strict: true},
		{name: "undoSetAside", method: put, path: one + "undo_set_aside/", also: []string{"POST " + one + "undo_set_aside/"}, permission: prepare, mark: ours, summary: "Put it back on the desk: at once by its maker until that day is closed, by approval after.", query: expand, endpoint: takes((*API).undoSetAside), strict: true},
		{name: "cancelRecord", method: put, path: one + "cancel/", also: []string{"POST " + one + "cancel/"}, permission: prepare, mark: ours, summary: "Take back a receipt that was entered and never decided.", query: expand, endpoint: takes((*API).cancelRecord), strict: true},
		{name: "requestApproval", method: put, path: one + "request_approval/", also: []string{"POST " + one + "request_approval/"}, permission: prepare, mark: inferred, reference: 8, summary: "Send a record, or a split, to a second person.", query: expand, endpoint: takes((*API).requestApproval)},
		{name: "approveRecord", method: put, path: one + "approve/", also: []string{"POST " + one + "approve/"}, permission: decide, mark: ours, summary: "Approve the open request about a record; the last level settles it.", query: expand, endpoint: takes((*API).approveRecord), strict: true},
		{name: "rejectRecord", method: put, path: one + "reject/", also: []string{"POST " + one + "reject/"}, permission: decide, mark: ours, summary: "Reject it; its bank credit comes back to the desk as a successor.", query: expand, endpoint: takes((*API).rejectRecord), strict: true},
		{name: "sendBackRecord", method: put, path: one + "send_back/", also: []string{"POST " + one + "send_back/"}, permission: decide, mark: ours, summary: "Return it to the makers, with the reason.", query: expand, endpoint: takes((*API).sendBackRecord), strict: true},
		{name: "revertRecord", method: put, path: one + "revert/", also: []string{"POST " + one + "revert/"}, permission: prepare, mark: ours, summary: "Ask for the reversal of an approved record.", query: expand, endpoint: takes((*API).revertRecord), strict: true},
		{name: "moveRecord", method: put, path: one + "move/", also: []string{"POST " + one + "move/"}, permission: prepare, mark: ours, summary: "Ask to take an approved record to another account, as one decision.", query: expand, endpoint: takes((*API).moveRecord), strict: true},
		{name: "markProcessed", method: put, path: one + "mark_processed/", also: []string{"POST " + one + "mark_processed/"}, permission: prepare, mark: inferred, reference: 16, summary: "Set the bookkeeping flag of a settled record; no money moves.", query: expand, endpoint: takes((*API).markProcessed)},
	}
}

// recordsParam says what an export of records is.
var recordsParam = one("format", textParam, "csv (unless said), xlsx or json.", "csv", "xlsx", "json")

// tableParam says what a file of rows is.
var tableParam = one("format", textParam, "csv (unless said) or xlsx.", "csv", "xlsx")

// formatParam says what an export is.
var formatParam = one("format", textParam, "csv (unless said) or json.", "csv", "json")

func settlementRoutes() []route {
	view := servicing.MayView
	return []route{
		{name: "listSettlements", method: get, path: root + "/settlements/", permission: view, mark: known, reference: 2, summary: "How much of which record went to which demand.", query: join(pages, settlementFilters, expands("record")), endpoint: answers((*API).listSettlements)},
		{name: "exportSettlements", method: get, path: root + "/settlements/export/", permission: servicing.MayExport, mark: ours, summary: "The settlements of some days as CSV or workbook.", query: join(between("date"), tableParam), endpoint: answers((*API).exportSettlements)},
		{name: "showSettlement", method: get, path: root + "/settlements/{id}/", permission: view, mark: ours, summary: "One settlement.", query: expands("record"), endpoint: answers((*API).showSettlement)},
		{name: "listDemands", method: get, path: root + "/demands/", also: []string{root + "/emis/"}, permission: view, mark: inferred, reference: 1, summary: "Instalments and fees, with what is paid of each component.", query: join(pages, demandFilters), endpoint: answers((*API).listDemands)},
		{name: "showDemand", method: get, path: root + "/demands/{id}/", also: []string{root + "/emis/{id}/"}, permission: view, mark: ours, summary: "One demand.", endpoint: answers((*API).showDemand)},
	}
}

func dayRoutes() []route {
	return []route{
		{name: "runEOD", method: post, path: root + "/demands/run_eod/", also: []string{root + "/accounts/run_eod/", root + "/run_eod/"}, permission: servicing.MayCloseDay, mark: inferred, reference: 5, summary: "Close business days up to a date.", endpoint: takes((*API).runEOD)},
		{name: "calculateEMI", method: post, path: root + "/demands/calculate_emi/", also: []string{root + "/loans/calculate_emi/"}, permission: servicing.MayView, mark: inferred, reference: 4, summary: "What a loan would cost: schedule, rates, what is paid out. Nothing is written.", endpoint: takes((*API).calculateEMI)},
		{name: "showDay", method: get, path: root + "/day/", permission: servicing.MayView, mark: ours, summary: "The open business date, and the days closed last.", endpoint: answers((*API).showDay)},
		{name: "showOutstanding", method: get, path: root + "/demands/outstanding_data/",
			also:       []string{"PUT " + root + "/demands/outstanding_data/", root + "/demands/outstanding/", root + "/accounts/{id}/outstanding/"},
			permission: servicing.MayView, mark: inferred, reference: 7, summary: "What is payable on an account or a loan, by component.", query: outstandingParams, endpoint: answers((*API).showOutstanding)},
	}
}

func accountRoutes() []route {
	view, open := servicing.MayView, servicing.MayTakeOver
	at := root + "/accounts/"
	one := at + "{id}/"
	return []route{
		{name: "listAccounts", method: get, path: at, permission: view, mark: ours, summary: "List accounts.", query: join(pages, accountFilters), endpoint: answers((*API).listAccounts)},
		{name: "createAccount", method: post, path: at, permission: open, mark: inferred, reference: 31, summary: "Open an account of a borrower under a program.", endpoint: takes((*API).createAccount), status: created},
		{name: "initiateDisbursement", method: post, path: at + "initiate_disbursement/", also: []string{one + "initiate_disbursement/"}, permission: open, mark: inferred, reference: 29, summary: "Make a loan with its schedule, and the payouts of its net amount.", query: expands("schedule"), endpoint: takes((*API).initiateDisbursement), status: created},
		{name: "initiateLoanParams", method: post, path: at + "initiate_loan_params/", permission: open, mark: inferred, reference: 30, summary: "Give a borrower loan parameters under a program for the first time.", endpoint: takes((*API).initiateLoanParams)},
		{name: "updateLoanParams", method: patch, path: at + "initiate_loan_params/", permission: open, mark: known, reference: 37, summary: "Change some loan parameters: at once before money is lent, as a proposal afterwards.", endpoint: takes((*API).updateLoanParams)},
		{name: "showLoanParams", method: get, path: at + "loan_params/", also: []string{one + "loan_params/"}, permission: view, mark: inferred, reference: 34, summary: "Loan parameters of a borrower under a program, or of an account.", query: paramsParams, endpoint: answers((*API).showLoanParams)},
		{name: "showAccount", method: get, path: one, permission: view, mark: ours, summary: "One account.", endpoint: answers((*API).showAccount)},
		{name: "showAccountSummary", method: get, path: one + "summary/", permission: view, mark: known, reference: 35, summary: "The 23 figures of an account, as of any day.", query: summaryParams, endpoint: answers((*API).showAccountSummary)},
		{name: "refreshLimit", method: get, path: root + "/accounts/{id}/refresh_limit/", permission: view, mark: inferred, reference: 33, summary: "The limit of an account computed anew: a report of differences, which changes nothing.", endpoint: answers((*API).refreshLimit)},
		{name: "createWaiver", method: post, path: one + "waivers/", permission: servicing.MayPrepare, mark: ours, summary: "Ask a second person to give up dues that are named.", endpoint: takes((*API).createWaiver), status: created, strict: true},
	}
}

// paramsParams say whose loan parameters.
var paramsParams = join(
	one("lead_id", textParam, "Id or ref of the borrower, with program_id."),
	one("program_id", textParam, "Id, ref or name of the program."),
	one("account", textParam, "Id or ref of an account instead."),
)

func loanRoutes() []route {
	view := servicing.MayView
	at := root + "/loans/"
	one := at + "{id}/"
	filters := join(pages, loanFilters, expands("payouts", "schedule"))
	asOf := oneAsOf
	return []route{
		{name: "listLoans", method: get, path: at, permission: view, mark: inferred, reference: 51, summary: "List loans.", query: filters, endpoint: answers((*API).listLoans)},
		{name: "listExcessLoans", method: get, path: at + "excess_balance/", permission: view, mark: inferred, reference: 48, summary: "Loans on whose account money is held beyond the dues.", query: filters, endpoint: answers((*API).listExcessLoans)},
		{name: "exportCashback", method: get, path: at + "export_cashback/", permission: servicing.MayExport, mark: inferred, reference: 45, summary: "Cashback of each loan, as CSV or JSON.", query: formatParam, endpoint: answers((*API).exportCashback)},
		{name: "createLoanAdjustment", method: post, path: one + "adjustments/", permission: servicing.MayPrepare, mark: known, reference: 49, summary: "Settle dues from cashback, holdback, or the excess of another account.", query: expands(recordExpands...), endpoint: takes((*API).createLoanAdjustment), status: created},
		{name: "createLoanRefund", method: post, path: one + "refunds/", permission: servicing.MayPrepare, mark: inferred, reference: 50, summary: "Send back what is held on the account of a loan.", query: expands(recordExpands...), endpoint: takes((*API).createLoanRefund), status: created},
		{name: "showLoan", method: get, path: one, permission: view, mark: ours, summary: "One loan.", query: expands("payouts", "schedule"), endpoint: answers((*API).showLoan)},
		{name: "showLoanSummary", method: get, path: one + "summary/", permission: view, mark: inferred, reference: 47, summary: "The figures of one loan, as of any day.", query: join(asOf, expands("explain")), endpoint: answers((*API).showLoanSummary)},
		{name: "showEMIAmount", method: get, path: one + "emi_amount/", permission: view, mark: inferred, reference: 46, summary: "The instalment that is payable.", query: asOf, endpoint: answers((*API).showEMIAmount)},
	}
}

// loanChangeRoutes change loans and accounts that run. What needs a second person
// answers the approval that was opened.
func loanChangeRoutes() []route {
	view, prepare := servicing.MayView, servicing.MayPrepare
	loan, account, offer := root+"/loans/{id}/", root+"/accounts/{id}/", root+"/closing_offers/{id}/"
	return []route{
		{name: "restructureLoan", method: post, path: loan + "restructure/", also: []string{root + "/demands/restructure/"}, permission: prepare, mark: inferred, reference: 3, summary: "Ask for other terms of a running loan, because of difficulty.", endpoint: takes((*API).restructureLoan), status: created},
		{name: "resetRate", method: post, path: loan + "rate_reset/", permission: prepare, mark: ours, summary: "Ask for another rate, with the option that the borrower chose.", endpoint: takes((*API).resetRate), status: created, strict: true},
		{name: "resetSchedule", method: post, path: account + "reset_rps/", permission: prepare, mark: inferred, reference: 36, summary: "Ask for the rows to come to be made anew; paid rows stay.", endpoint: takes((*API).resetSchedule), status: created},
		{name: "addTranche", method: post, path: root + "/payouts/add_tranche/", permission: servicing.MayTakeOver, mark: known, reference: 6, summary: "Ask for more money on a loan: a payout that finance releases.", endpoint: takes((*API).addTranche)},
		{name: "requestForeclosure", method: post, path: loan + "foreclosure/", permission: prepare, mark: ours, summary: "Ask for a foreclosure quote; approved, it is an offer that money takes.", endpoint: takes((*API).requestForeclosure), status: created, strict: true},
		{name: "requestCoolingOff", method: post, path: loan + "cooling_off/", permission: prepare, mark: ours, summary: "Ask to leave a loan in its cooling-off days.", endpoint: takes((*API).requestCoolingOff), status: created, strict: true},
		{name: "requestSettlement", method: post, path: loan + "settlement/", permission: prepare, mark: ours, summary: "Ask for a compromise: less than is owed, the rest given up with the money.", endpoint: takes((*API).requestSettlement), status: created, strict: true},
		{name: "writeOffLoan", method: post, path: loan + "write_off/", permission: prepare, mark: ours, summary: "Ask for a technical write-off; two roles sign.", endpoint: takes((*API).writeOffLoan), status: created, strict: true},
		{name: "listClosingOffers", method: get, path: account + "closing_offers/", permission: view, mark: ours, summary: "The closing offers of an account, newest first.", endpoint: answers((*API).listClosingOffers)},
		{name: "showClosingOffer", method: get, path: offer, permission: view, mark: ours, summary: "One closing offer.", endpoint: answers((*API).showClosingOffer)},
		{name: "withdrawOffer", method: put, path: offer + "withdraw/", also: []string{"POST " + offer + "withdraw/"}, permission: prepare, mark: ours, summary: "Take an offer back that no money took.", endpoint: takes((*API).withdrawOffer), strict: true},
		{name: "instructRecord", method: put, path: root + "/records/{id}/instruct/", also: []string{"POST " + root + "/records/{id}/instruct/"}, permission: prepare, mark: ours, summary: "Say what the borrower wants done with money beyond the dues: prepay, or take an offer.", endpoint: takes((*API).instructRecord), strict: true},
		{name: "closeAccount", method: put, path: account + "close/", also: []string{"PUT " + account + "close_account/", "PUT " + account + "close_loan_account/"}, permission: prepare, mark: inferred, reference: 32, summary: "Close an account on which nothing is owed, held or on its way.", endpoint: takes((*API).closeAccount)},
		{name: "reopenAccount", method: post, path: account + "reopen/", permission: servicing.MayManagePeople, mark: ours, summary: "Ask for a closed account to be opened again, because money that paid it was taken back.", endpoint: takes((*API).reopenAccount), status: created, strict: true},
	}
}

// oneAsOf is the date of a question about the past.
var oneAsOf = asOfParams("State after the end of that day in India; the open business date when unset.")

func payoutRoutes() []route {
	view, release := servicing.MayView, servicing.MayReleasePayout
	at := root + "/payouts/"
	one := at + "{id}/"
	expand := expands("version")
	return []route{
		{name: "listPayouts", method: get, path: at, permission: view, mark: inferred, reference: 43, summary: "List payouts.", query: join(pages, payoutFilters, expand), endpoint: answers((*API).listPayouts)},
		{name: "createPayout", method: post, path: at, permission: servicing.MayPrepare, mark: inferred, reference: 39, summary: "Ask that money goes out: the first of a loan, more of it, or what is held. A second person lets it go.", query: expand, endpoint: takes((*API).createPayout), status: created},
		{name: "takePayoutNews", method: post, path: at + "callback/", permission: servicing.MayReportPayout, mark: inferred, reference: 40, summary: "What the bank or its payout service says became of a payout. The same again changes nothing.", query: expand, endpoint: takes((*API).takePayoutNews)},
		{name: "listUnmatchedPayouts", method: get, path: at + "unmatched/", permission: view, mark: inferred, reference: 42, summary: "Money that left our accounts without a payout that is known.", query: join(pages, ordering("index")), endpoint: answers((*API).listUnmatchedPayouts)},
		{name: "exportPayouts", method: put, path: at + "export/", permission: release, mark: inferred, reference: 44, summary: "The bank's file of approved payouts, with control totals in the headers Lekha-Batch, Lekha-Count and Lekha-Total.", endpoint: takes((*API).exportPayouts)},
		{name: "takePayoutAnswer", method: post, path: at + "batches/{id}/answer/", permission: release, mark: ours, summary: "The bank's answer to a file: each payout in it arrived or failed.", endpoint: uploads((*API).takePayoutAnswer), strict: true},
		{name: "retryPayout", method: put, path: one + "retry/", also: []string{"POST " + one + "retry/"}, permission: release, mark: inferred, reference: 38, summary: "Send a payout again that definitely failed.", query: expand, endpoint: takes((*API).retryPayout)},
		{name: "failPayout", method: put, path: one + "fail/", also: []string{"POST " + one + "fail/"}, permission: release, mark: ours, summary: "The bank definitely did not pay.", query: expand, endpoint: takes((*API).failPayout), strict: true},
		{name: "queryPayout", method: put, path: one + "query/", also: []string{"POST " + one + "query/"}, permission: release, mark: ours, summary: "Nobody knows what became of it: it is neither cancelled nor sent again.", query: expand, endpoint: takes((*API).queryPayout), strict: true},
		{name: "returnPayout", method: put, path: one + "return/", also: []string{"POST " + one + "return/"}, permission: release, mark: ours, summary: "The money came back after it had arrived.", query: expand, endpoint: takes((*API).returnPayout), strict: true},
		{name: "showPayout", method: get, path: one, permission: view, mark: ours, summary: "One payout.", query: expand, endpoint: answers((*API).showPayout)},
		{name: "approvePayout", method: put, path: one + "approve/", also: []string{"POST " + one + "approve/"}, permission: release, mark: ours, summary: "Let the money go out; never by who asked for it.", query: expand, endpoint: takes((*API).approvePayout), strict: true},
		{name: "processPayout", method: put, path: one + "process/", also: []string{"POST " + one + "process/"}, permission: release, mark: inferred, reference: 41, summary: "The money reached the payee: with the last payout its loan is active.", query: expand, endpoint: takes((*API).processPayout)},
		{name: "cancelPayout", method: put, path: one + "cancel/", also: []string{"POST " + one + "cancel/"}, permission: release, mark: ours, summary: "Stop a payout that was not paid, and the loan it is of.", query: expand, endpoint: takes((*API).cancelPayout), strict: true},
	}
}

// payoutBatchRoutes are about the files that a bank pays from.
func payoutBatchRoutes() []route {
	view, release := servicing.MayView, servicing.MayReleasePayout
	one := root + "/payout_batches/{id}/"
	return []route{
		{name: "showPayoutBatch", method: get, path: one, permission: view, mark: ours, summary: "One file of payouts, with its control totals.", endpoint: answers((*API).showPayoutBatch)},
		{name: "showPayoutBatchFile", method: get, path: one + "file/", permission: release, mark: ours, summary: "The file itself, as it was made.", endpoint: answers((*API).showPayoutBatchFile)},
		{name: "sendPayoutBatch", method: post, path: one + "send/", also: []string{"PUT " + one + "send/"}, permission: release, mark: inferred, reference: 72, summary: "Lay the file and its control totals into the folder from which the bank fetches.", endpoint: takes((*API).sendPayoutBatch)},
	}
}

func feeRoutes() []route {
	view, prepare := servicing.MayView, servicing.MayPrepare
	at := root + "/fees/"
	return []route{
		{name: "listFees", method: get, path: at, permission: view, mark: inferred, reference: 64, summary: "List fees.", query: join(pages, feeFilters), endpoint: answers((*API).listFees)},
		{name: "createFee", method: post, path: at, permission: prepare, mark: inferred, reference: 63, summary: "Demand a fee, with its tax by place of supply.", endpoint: takes((*API).createFee), status: created},
		{name: "bulkCreateFees", method: post, path: at + "bulk_create/", permission: prepare, mark: inferred, reference: 62, summary: "Demand many fees; a bad one is refused alone.", endpoint: takes((*API).bulkCreateFees)},
		{name: "listFeeDemands", method: get, path: at + "demands/", permission: view, mark: inferred, reference: 61, summary: "Demands that fees made.", query: join(pages, demandFilters), endpoint: answers((*API).listFeeDemands)},
		{name: "showFee", method: get, path: at + "{id}/", permission: view, mark: inferred, reference: 65, summary: "One fee.", endpoint: answers((*API).showFee)},
		{name: "deleteFee", method: http.MethodDelete, path: at + "{id}/", permission: prepare, mark: inferred, reference: 66, summary: "Take back a fee that is unpaid and has no invoice.", endpoint: takes((*API).deleteFee)},
	}
}

func deskRoutes() []route {
	view, decide := servicing.MayView, servicing.MaySign
	approvals := root + "/approvals/"
	one := approvals + "{id}/"
	expand := expands("effects", "checks")
	statements := root + "/statements/"
	return []route{
		{name: "listApprovals", method: get, path: approvals, permission: view, mark: ours, summary: "What waits for a second person, and what was decided.", query: join(pages, approvalFilters, expand), endpoint: answers((*API).listApprovals)},
		{name: "showApproval", method: get, path: one, permission: view, mark: ours, summary: "One request, with its effects when wanted.", query: expand, endpoint: answers((*API).showApproval)},
		{name: "approve", method: put, path: one + "approve/", also: []string{"POST " + one + "approve/"}, permission: decide, mark: ours, summary: "Sign a request; the last level carries it out.", query: expand, endpoint: takes((*API).approve), strict: true},
		{name: "reject", method: put, path: one + "reject/", also: []string{"POST " + one + "reject/"}, permission: decide, mark: ours, summary: "Refuse a request, with the reason.", query: expand, endpoint: takes((*API).reject), strict: true},
		{name: "sendBack", method: put, path: one + "send_back/", also: []string{"POST " + one + "send_back/"}, permission: decide, mark: ours, summary: "Return a request to the makers, with the reason.", query: expand, endpoint: takes((*API).sendBack), strict: true},
		{name: "listRules", method: get, path: root + "/approval_rules/", permission: view, mark: ours, summary: "Who decides what, up to which amount.", endpoint: answers((*API).listRules)},
		{name: "proposeRules", method: put, path: root + "/approval_rules/{id}/", also: []string{"POST " + root + "/approval_rules/{id}/"}, permission: servicing.MayManagePeople, mark: ours, summary: "Ask for other rules of a kind of request, or of limits; a second person decides.", endpoint: takes((*API).proposeRules), status: created, strict: true},
		{name: "listStatements", method: get, path: statements, permission: view, mark: ours, summary: "List imported bank statements.", query: join(pages, statementFilters), endpoint: answers((*API).listStatements)},
		{name: "importStatement", method: post, path: statements, permission: servicing.MayImport, mark: ours, summary: "Import a bank statement: each credit becomes a record.", endpoint: uploads((*API).importStatement), status: created, strict: true},
		{name: "showStatement", method: get, path: statements + "{id}/", permission: view, mark: ours, summary: "One statement, with the fate of its rows when wanted.", query: statementExpand, endpoint: answers((*API).showStatement)},
		{name: "listEvents", method: get, path: root + "/events/", permission: servicing.MayAudit, mark: ours, summary: "The audit log, newest first.", query: join(pages, eventFilters), endpoint: answers((*API).listEvents)},
		{name: "showEvent", method: get, path: root + "/events/{id}/", permission: servicing.MayAudit, mark: ours, summary: "One row of the audit log, by its number.", endpoint: answers((*API).showEvent)},
	}
}

// statementFilters narrow the statements.
var statementFilters = join(
	one("collection_bank", textParam, "Id, ref or code of the collection account."),
	one("status", textParam, "loading or posted."),
	between("created_at"),
	one("search", textParam, "A part of the name of the file, or a ref."),
	ordering("index"),
)

var statementExpand = join(expands("lines"), one("fate", textParam, "Only rows with this fate, with expand=lines."))

// dataRoutes are parameters and free facts under ids of their own.
func dataRoutes() []route {
	view, open := servicing.MayView, servicing.MayTakeOver
	loanData, extra := root+"/loan_data/", root+"/extra_data/"
	return []route{
		{name: "createLoanData", method: post, path: loanData, permission: open, mark: inferred, reference: 58, summary: "Give a borrower loan parameters under a program, as an object of their own.", endpoint: takes((*API).createLoanData), status: created},
		{name: "showLoanData", method: get, path: loanData + "{id}/", permission: view, mark: inferred, reference: 60, summary: "Loan parameters by their id.", endpoint: answers((*API).showLoanData)},
		{name: "updateLoanData", method: patch, path: loanData + "{id}/", permission: open, mark: inferred, reference: 59, summary: "Change some of them: at once before money is lent, as a proposal afterwards.", endpoint: takes((*API).updateLoanData)},
		{name: "listExtraData", method: get, path: extra, permission: view, mark: inferred, reference: 68, summary: "Free facts beside objects.", query: join(pages, extraFilters), endpoint: answers((*API).listExtraData)},
		{name: "updateExtraData", method: patch, path: extra + "{id}/", permission: servicing.MayPrepare, mark: inferred, reference: 67, summary: "Change free facts of the object with this id or ref; they move no money.", endpoint: takes((*API).updateExtraData)},
	}
}

func partyRoutes() []route {
	view, manage, open := servicing.MayView, servicing.MayManageProducts, servicing.MayTakeOver
	programs, borrowers, banks := root+"/programs/", root+"/borrowers/", root+"/banks/"
	search := one("search", textParam, "A part of the name, or a whole number.")
	kind := one("kind", textParam, "collection or credit.")
	return []route{
		{name: "listPrograms", method: get, path: programs, permission: view, mark: ours, summary: "List programs.", query: join(pages, search, ordering("index", "name")), endpoint: answers((*API).listPrograms)},
		{name: "createProgram", method: post, path: programs, permission: manage, mark: ours, summary: "Add a program.", endpoint: takes((*API).createProgram), status: created, strict: true},
		{name: "showProgram", method: get, path: programs + "{id}/", permission: view, mark: ours, summary: "One program.", endpoint: answers((*API).showProgram)},
		{name: "updateProgram", method: patch, path: programs + "{id}/", permission: manage, mark: ours, summary: "Change a program for accounts opened from now on.", endpoint: takes((*API).updateProgram), strict: true},
		{name: "showDrawingRules", method: get, path: root + "/programs/{id}/drawing_rules/", permission: view, mark: ours, summary: "What a program says of topups.", endpoint: answers((*API).showDrawingRules)},
		{name: "updateDrawingRules", method: put, path: root + "/programs/{id}/drawing_rules/", permission: manage, mark: ours, summary: "Ask a credit manager for other rules of topups, all of them.", endpoint: takes((*API).updateDrawingRules), strict: true},
		{name: "listBorrowers", method: get, path: borrowers, permission: view, mark: ours, summary: "List borrowers.", query: join(pages, search, ordering("index", "name")), endpoint: answers((*API).listBorrowers)},
		{name: "createBorrower", method: post, path: borrowers, permission: open, mark: ours, summary: "Add a borrower.", endpoint: takes((*API).createBorrower), status: created, strict: true},
		{name: "showBorrower", method: get, path: borrowers + "{id}/", permission: view, mark: ours, summary: "One borrower.", endpoint: answers((*API).showBorrower)},
		{name: "updateBorrower", method: patch, path: borrowers + "{id}/", permission: open, mark: ours, summary: "Change a borrower.", endpoint: takes((*API).updateBorrower), strict: true},
		{name: "listBanks", method: get, path: banks, permission: view, mark: ours, summary: "List collection and credit accounts.", query: join(pages, kind, search, ordering("index")), endpoint: answers((*API).listBanks)},
		{name: "createBank", method: post, path: banks, permission: manage, mark: ours, summary: "Add a bank account.", endpoint: takes((*API).createBank), status: created, strict: true},
		{name: "showBank", method: get, path: banks + "{id}/", permission: view, mark: ours, summary: "One bank account.", endpoint: answers((*API).showBank)},
		{name: "updateBank", method: patch, path: banks + "{id}/", permission: manage, mark: ours, summary: "Change a bank account; its kind stays.", endpoint: takes((*API).updateBank), strict: true},
	}
}
