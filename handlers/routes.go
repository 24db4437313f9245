package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
)

// route is one address with the permission it needs.
type route struct {
	method, path string
	permission   servicing.Permission
	handle       echo.HandlerFunc
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is every page and form there is.
func (a *app) routes() []route {
	return []route{
		{get, "/signin", servicing.MaySignIn, a.newSession},
		{post, "/signin", servicing.MaySignIn, a.createSession},
		{post, "/signout", servicing.MaySignIn, a.deleteSession},
		{get, "/setup", servicing.MaySignIn, a.newSetup},
		{post, "/setup", servicing.MaySignIn, a.createSetup},

		// overview, search, records
		{get, "/", servicing.MayView, a.showOverview},
		{get, "/search", servicing.MayView, a.showSearch},
		{get, "/records", servicing.MayView, a.listRecords},
		{get, "/records.csv", servicing.MayExport, a.exportRecords},
		{get, "/records/new", servicing.MayPrepare, a.newRecord},
		{get, "/records/accounts", servicing.MayPrepare, a.listRecordAccounts},
		{post, "/records", servicing.MayPrepare, a.createRecord},
		{post, "/records/approval-requests", servicing.MayPrepare, a.createRecordApprovalRequests},
		{get, "/records/:ref", servicing.MayView, a.showRecord},
		{get, "/records/:ref/edit", servicing.MayPrepare, a.editRecord},
		{post, "/records/:ref", servicing.MayPrepare, a.updateRecord},
		{get, "/records/:ref/receipt", servicing.MayView, a.showRecordReceipt},
		{post, "/records/:ref/approval-request", servicing.MayPrepare, a.createRecordApprovalRequest},
		{post, "/records/:ref/unmatching", servicing.MayPrepare, a.createRecordUnmatching},
		{post, "/records/:ref/parking", servicing.MayPrepare, a.createRecordParking},
		{post, "/records/:ref/unparking", servicing.MayPrepare, a.createRecordUnparking},
		{post, "/records/:ref/setting-aside", servicing.MayPrepare, a.createRecordSettingAside},
		{post, "/records/:ref/restoration", servicing.MayPrepare, a.createRecordRestoration},
		{post, "/records/:ref/cancellation", servicing.MayPrepare, a.createRecordCancellation},
		{post, "/records/:ref/confirmation", servicing.MayPrepare, a.createRecordConfirmation},
		{post, "/records/:ref/reversal-request", servicing.MayPrepare, a.createRecordReversalRequest},
		{post, "/records/:ref/move-request", servicing.MayPrepare, a.createRecordMoveRequest},
		{post, "/records/:ref/processed-mark", servicing.MayPrepare, a.createRecordProcessedMark},

		// the matching desk
		{get, "/matching", servicing.MayView, a.listMatching},
		{get, "/matching/strong", servicing.MayView, a.newStrongMatches},
		{post, "/matching/strong", servicing.MayPrepare, a.createStrongMatches},
		{get, "/matching/log", servicing.MayView, a.listDeskActs},
		{get, "/matching/:ref", servicing.MayView, a.showCredit},
		{get, "/matching/:ref/accounts", servicing.MayView, a.showAccounts},
		{post, "/matching/:ref/match", servicing.MayPrepare, a.createMatch},
		{get, "/matching/:ref/lump", servicing.MayPrepare, a.newLump},
		{post, "/matching/:ref/lump", servicing.MayPrepare, a.createLump},
		{post, "/matching/:ref/withdrawal", servicing.MayPrepare, a.createWithdrawal},
		{post, "/matching/:ref/request", servicing.MayPrepare, a.createRequest},
		{post, "/matching/:ref/parking", servicing.MayPrepare, a.createParking},
		{post, "/matching/:ref/resumption", servicing.MayPrepare, a.createResumption},
		{post, "/matching/:ref/set-aside", servicing.MayPrepare, a.createSetAside},
		{post, "/matching/:ref/restoration", servicing.MayPrepare, a.createRestoration},

		// the engine
		{get, "/engine", servicing.MayView, a.showEngine},
		{get, "/engine/sample", servicing.MayView, a.showSample},
		{post, "/engine/sample/:ref/verdict", servicing.MayTune, a.createSampleVerdict},
		{post, "/engine/mode", servicing.MayTune, a.createEngineMode},
		{post, "/engine/threshold", servicing.MayTune, a.createEngineThreshold},
		{post, "/engine/handles", servicing.MayTune, a.createEngineHandles},
		{post, "/engine/calibration", servicing.MayTune, a.createEngineCalibration},
		{post, "/engine/memories/:idx/forgetting", servicing.MayTune, a.createMemoryForgetting},

		// approvals, accounts, loans
		{get, "/approvals", servicing.MayView, a.listApprovals},
		{get, "/approvals/decisions", servicing.MaySign, a.newApprovalDecisions},
		{post, "/approvals/decisions", servicing.MaySign, a.createApprovalDecisions},
		{get, "/approvals/:ref", servicing.MayView, a.showApproval},
		{post, "/approvals/:ref/decision", servicing.MaySign, a.createApprovalDecision},
		{get, "/accounts", servicing.MayView, a.listAccounts},
		{get, "/accounts/export", servicing.MayExport, a.exportAccounts},
		{get, "/accounts/new", servicing.MayTakeOver, a.newAccount},
		{post, "/accounts/new", servicing.MayTakeOver, a.createAccount},
		{get, "/accounts/:ref", servicing.MayView, a.showAccount},
		{get, "/accounts/:ref/changes", servicing.MayView, a.showChanges},
		{post, "/accounts/:ref/restructure", servicing.MayPrepare, a.createRestructure},
		{post, "/accounts/:ref/rate-reset", servicing.MayPrepare, a.createRateReset},
		{post, "/accounts/:ref/schedule-reset", servicing.MayPrepare, a.createScheduleReset},
		{post, "/accounts/:ref/tranche", servicing.MayTakeOver, a.createTranche},
		{post, "/accounts/:ref/foreclosure", servicing.MayPrepare, a.createForeclosure},
		{post, "/accounts/:ref/cooling-off", servicing.MayPrepare, a.createCoolingOff},
		{post, "/accounts/:ref/settlement", servicing.MayPrepare, a.createSettlement},
		{post, "/accounts/:ref/write-off", servicing.MayPrepare, a.createWriteOff},
		{post, "/accounts/:ref/closure", servicing.MayPrepare, a.createClosure},
		{post, "/accounts/:ref/reopening", servicing.MayManagePeople, a.createReopening},
		{post, "/offers/:ref/withdrawal", servicing.MayPrepare, a.createOfferWithdrawal},
		{post, "/records/:ref/instruction", servicing.MayPrepare, a.createRecordInstruction},
		{get, "/accounts/:ref/statement", servicing.MayView, a.showStatementOfAccount},
		{get, "/accounts/:ref/statement.csv", servicing.MayExport, a.exportStatementOfAccount},
		{get, "/accounts/:ref/statement.css", servicing.MayView, a.showStatementSheet},
		{get, "/borrowers/:ref", servicing.MayView, a.showBorrower},

		// statements, tie-out, payouts
		{get, "/statements", servicing.MayView, a.listStatements},
		{get, "/statements/new", servicing.MayImport, a.newStatement},
		{post, "/statements/check", servicing.MayImport, a.createStatementCheck},
		{get, "/statements/check/:upload", servicing.MayImport, a.showStatementCheck},
		{get, "/statements/mapping/:upload", servicing.MayImport, a.newMapping},
		{post, "/statements/mapping/:upload", servicing.MayImport, a.createMapping},
		{post, "/statements", servicing.MayImport, a.createStatement},
		{get, "/statements/imports/:job", servicing.MayImport, a.showStatementImport},
		{get, "/statements/:ref", servicing.MayView, a.showStatement},
		{get, "/statements/:ref/rejected.csv", servicing.MayExport, a.exportRejected},
		{get, "/tieout", servicing.MayView, a.listTieOut},
		{get, "/tieout/:bank/:day", servicing.MayView, a.showTieOutDay},
		{get, "/payouts", servicing.MayView, a.listPayouts},
		{get, "/payouts/:ref", servicing.MayView, a.showPayout},
		{post, "/payouts/:ref/approval", servicing.MayReleasePayout, a.createPayoutApproval},
		{post, "/payouts/:ref/payment", servicing.MayReleasePayout, a.createPayoutPayment},
		{post, "/payouts/:ref/cancellation", servicing.MayReleasePayout, a.createPayoutCancellation},
		{post, "/payouts/:ref/failure", servicing.MayReleasePayout, a.createPayoutFailure},
		{post, "/payouts/:ref/query", servicing.MayReleasePayout, a.createPayoutQuery},
		{post, "/payouts/:ref/retry", servicing.MayReleasePayout, a.createPayoutRetry},
		{post, "/payouts/:ref/return", servicing.MayReleasePayout, a.createPayoutReturn},
		{get, "/payout-batches", servicing.MayView, a.listPayoutBatches},
		{post, "/payout-batches", servicing.MayReleasePayout, a.createPayoutBatch},
		{get, "/payout-batches/:ref/file", servicing.MayReleasePayout, a.showPayoutFile},
		{post, "/payout-batches/:ref/answer", servicing.MayReleasePayout, a.createPayoutFileAnswer},

		// money held, waivers, fees
		{get, "/excess", servicing.MayView, a.listExcess},
		{get, "/refunds/new", servicing.MayView, a.newRefund},
		{post, "/refunds", servicing.MayPrepare, a.createRefund},
		{get, "/adjustments/new", servicing.MayView, a.newAdjustment},
		{post, "/adjustments", servicing.MayPrepare, a.createAdjustment},
		{get, "/waivers/new", servicing.MayView, a.newWaiver},
		{post, "/waivers", servicing.MayPrepare, a.createWaiver},
		{get, "/fees", servicing.MayView, a.listFees},
		{get, "/fees/new", servicing.MayView, a.newFee},
		{post, "/fees", servicing.MayPrepare, a.createFee},
		{post, "/fees/:ref/deletion", servicing.MayPrepare, a.createFeeDeletion},

		// the day, portfolio, products, people, the audit log
		{get, "/days", servicing.MayView, a.listDays},
		{post, "/days", servicing.MayCloseDay, a.createDay},
		{get, "/days/:date", servicing.MayView, a.showDay},
		{get, "/portfolio", servicing.MayTakeOver, a.newPortfolio},
		{get, "/portfolio/example.zip", servicing.MayTakeOver, a.showPortfolioExample},
		{post, "/portfolio/check", servicing.MayTakeOver, a.createPortfolioCheck},
		{get, "/portfolio/check/:upload", servicing.MayTakeOver, a.showPortfolioCheck},
		{post, "/portfolio", servicing.MayTakeOver, a.createPortfolio},
		{get, "/portfolio/imports/:job", servicing.MayTakeOver, a.showPortfolioImport},
		{get, "/programs", servicing.MayView, a.listPrograms},
		{get, "/programs/new", servicing.MayManageProducts, a.newProgram},
		{post, "/programs", servicing.MayManageProducts, a.createProgram},
		{get, "/programs/:ref", servicing.MayView, a.showProgram},
		{post, "/programs/:ref", servicing.MayManageProducts, a.updateProgram},
		{get, "/banks", servicing.MayView, a.listBanks},
		{get, "/banks/new", servicing.MayManageProducts, a.newBank},
		{post, "/banks", servicing.MayManageProducts, a.createBank},
		{get, "/banks/:ref", servicing.MayView, a.showBank},
		{post, "/banks/:ref", servicing.MayManageProducts, a.updateBank},
		{get, "/rules", servicing.MayView, a.listRules},
		{get, "/rules/:kind", servicing.MayView, a.showRules},
		{post, "/rules/:kind", servicing.MayManagePeople, a.createRulesChange},
		{get, "/people", servicing.MayAudit, a.listPeople},
		{get, "/people/new", servicing.MayManagePeople, a.newPerson},
		{post, "/people", servicing.MayManagePeople, a.createPerson},
		{get, "/people/:user", servicing.MayAudit, a.showPerson},
		{post, "/people/:user", servicing.MayManagePeople, a.updatePerson},
		{post, "/people/:user/password", servicing.MayManagePeople, a.createPersonPassword},
		{post, "/people/:user/deactivation", servicing.MayManagePeople, a.createPersonDeactivation},
		{post, "/people/:user/reactivation", servicing.MayManagePeople, a.createPersonReactivation},
		{get, "/tokens", servicing.MayAudit, a.listTokens},
		{post, "/tokens", servicing.MayManagePeople, a.createToken},
		{post, "/tokens/:id/revocation", servicing.MayManagePeople, a.createTokenRevocation},
		{get, "/me", servicing.MayView, a.showMe},
		{post, "/me/password", servicing.MayView, a.createMyPassword},
		{post, "/me/tokens/:id/revocation", servicing.MayView, a.createMyTokenRevocation},
		{get, "/journal", servicing.MayAudit, a.showTrialBalance},
		{get, "/journal.csv", servicing.MayAudit, a.exportTrialBalance},
		{get, "/journal/days", servicing.MayAudit, a.listDayBook},
		{get, "/journal/codes/:code", servicing.MayAudit, a.showLedgerAccount},
		{get, "/journal/codes/:code/accounts", servicing.MayAudit, a.listSubLedger},
		{get, "/journal/entries/:no", servicing.MayAudit, a.showJournalEntry},
		{get, "/journal/exports", servicing.MayAudit, a.listJournalExports},
		{post, "/journal/exports", servicing.MayReleasePayout, a.createJournalExport},
		{get, "/journal/exports/:no/entries.csv", servicing.MayAudit, a.exportJournalCSV},
		{get, "/journal/exports/:no/tally.xml", servicing.MayAudit, a.exportJournalTally},
		{get, "/events", servicing.MayAudit, a.listEvents},
		{get, "/events.csv", servicing.MayAudit, a.exportEvents},
		{get, "/events/chain", servicing.MayAudit, a.showChain},
		{get, "/events/:seq", servicing.MayAudit, a.showEvent},
	}
}
