package lms

import "lekha/servicing"

// lineRoutes are limits and anchors.
func lineRoutes() []route {
	view, prepare, manage := servicing.MayView, servicing.MayPrepare, servicing.MayManageProducts
	lines, anchors := root+"/line_details/", root+"/anchors/"
	return []route{
		{name: "listLines", method: get, path: lines, permission: view, mark: inferred, reference: 52, summary: "List limits, with what is taken up of each.", query: join(pages, lineFilters), endpoint: answers((*API).listLines)},
		{name: "createLine", method: post, path: lines, permission: prepare, mark: inferred, reference: 53, summary: "Ask a credit manager for a limit.", endpoint: takes((*API).createLine), status: created},
		{name: "linesByType", method: get, path: lines + "by_type/", permission: view, mark: inferred, reference: 55, summary: "List limits of one type or level.", query: join(pages, lineFilters), endpoint: answers((*API).listLines)},
		{name: "bulkLines", method: post, path: lines + "bulk_internal/", permission: view, mark: inferred, reference: 56, summary: "Many limits at once, by their ids or accounts.", endpoint: takes((*API).bulkLines)},
		{name: "showLine", method: get, path: lines + "{id}/", permission: view, mark: inferred, reference: 57, summary: "One limit.", endpoint: answers((*API).showLine)},
		{name: "updateLine", method: patch, path: lines + "{id}/", permission: prepare, mark: inferred, reference: 54, summary: "Ask for another amount or end of a limit, or for a freeze.", endpoint: takes((*API).updateLine)},
		{name: "listAnchors", method: get, path: anchors, permission: view, mark: ours, summary: "List anchors.", query: join(pages, one("search", textParam, "A part of the name, a ref or a GSTIN."), ordering("index", "name")), endpoint: answers((*API).listAnchors)},
		{name: "createAnchor", method: post, path: anchors, permission: manage, mark: ours, summary: "Add an anchor, which a credit manager has to approve.", endpoint: takes((*API).createAnchor), status: created, strict: true},
		{name: "showAnchor", method: get, path: anchors + "{id}/", permission: view, mark: ours, summary: "One anchor.", endpoint: answers((*API).showAnchor)},
		{name: "updateAnchor", method: patch, path: anchors + "{id}/", permission: manage, mark: ours, summary: "Change an anchor, which has to be approved again.", endpoint: takes((*API).updateAnchor), strict: true},
	}
}

// topupRoutes are topups and their groups.
func topupRoutes() []route {
	view, prepare := servicing.MayView, servicing.MayPrepare
	topups, groups := root+"/topups/", root+"/topup_groups/"
	at := topups + "{id}/"
	groupFilters := join(one("program_id", textParam, "Id, ref or name of the program."),
		one("status", listParam, "States, comma-separated.", "open", "locked", "payout_initiated", "partially_disbursed", "disbursed", "closed", "cancelled"),
		one("search", textParam, "A ref or a part of the name."), ordering("index"))
	return []route{
		{name: "listTopups", method: get, path: topups, permission: view, mark: inferred, reference: 20, summary: "List topups.", query: join(pages, topupFilters), endpoint: answers((*API).listTopups)},
		{name: "createTopup", method: post, path: topups, permission: prepare, mark: inferred, reference: 24, summary: "Write a topup down and run its checks, all of them.", endpoint: takes((*API).createTopup), status: created},
		{name: "bulkCreateTopups", method: post, path: topups + "bulk_create/", permission: prepare, mark: inferred, reference: 26, summary: "Write many topups down, into a group when wanted; a bad row is refused alone.", endpoint: uploads((*API).bulkCreateTopups)},
		{name: "checkLineAmount", method: put, path: topups + "check_line_amount/", also: []string{"POST " + topups + "check_line_amount/"}, permission: view, mark: inferred, reference: 23, summary: "Whether the limits over an account cover an amount. Nothing is written.", endpoint: takes((*API).checkLineAmount)},
		{name: "showTopup", method: get, path: at, permission: view, mark: ours, summary: "One topup.", endpoint: answers((*API).showTopup)},
		{name: "updateTopup", method: patch, path: at, permission: prepare, mark: inferred, reference: 25, summary: "Change a topup that nobody was asked to approve; status pending sends it.", endpoint: takes((*API).updateTopup)},
		{name: "requestTopup", method: put, path: at + "request_approval/", also: []string{"POST " + at + "request_approval/"}, permission: prepare, mark: ours, summary: "Send a topup to a credit manager; approved, its loan and payout are made.", endpoint: takes((*API).requestTopup), strict: true},
		{name: "scheduleTopup", method: put, path: at + "schedule/", also: []string{"POST " + at + "schedule/"}, permission: prepare, mark: ours, summary: "Say on which later day an approved topup is paid out.", endpoint: takes((*API).scheduleTopup), strict: true},
		{name: "unscheduleTopup", method: put, path: at + "unschedule/", also: []string{"POST " + at + "unschedule/"}, permission: prepare, mark: inferred, reference: 21, summary: "Take the day of a scheduled topup away; it stays approved.", endpoint: takes((*API).unscheduleTopup)},
		{name: "payTopup", method: put, path: at + "initiate_payout/", also: []string{"POST " + at + "initiate_payout/"}, permission: prepare, mark: ours, summary: "Make loan and payout of an approved topup that has no day.", endpoint: takes((*API).payTopup), strict: true},
		{name: "reinitiatePayout", method: post, path: at + "reinitiate_payout/", permission: prepare, mark: inferred, reference: 22, summary: "Ask for another payout of a topup whose payout failed.", endpoint: takes((*API).reinitiatePayout), status: created},
		{name: "rerunChecks", method: get, path: at + "rerun_checks/", also: []string{"POST " + at + "rerun_checks/"}, permission: prepare, mark: inferred, reference: 27, summary: "Run all checks of a topup on what is true now; the run is kept, no amount changes.", endpoint: answers((*API).rerunChecks)},
		{name: "parseInvoice", method: patch, path: at + "invoice_parse/", also: []string{"POST " + at + "invoice_parse/"}, permission: prepare, mark: inferred, reference: 28, summary: "Read an invoice: e-invoice, QR code, CSV, or PDF that holds text.", endpoint: uploads((*API).parseInvoice)},
		{name: "cancelTopup", method: put, path: at + "cancel/", also: []string{"POST " + at + "cancel/"}, permission: prepare, mark: ours, summary: "Take a topup back: at once before it was approved, by approval afterwards.", endpoint: takes((*API).cancelTopup), strict: true},
		{name: "listTopupGroups", method: get, path: groups, permission: view, mark: inferred, reference: 70, summary: "List topup groups.", query: join(pages, groupFilters), endpoint: answers((*API).listTopupGroups)},
		{name: "createTopupGroup", method: post, path: groups, permission: prepare, mark: inferred, reference: 69, summary: "Put topups together, to be decided as one.", endpoint: takes((*API).createTopupGroup), status: created},
		{name: "showTopupGroup", method: get, path: groups + "{id}/", permission: view, mark: ours, summary: "One topup group.", endpoint: answers((*API).showTopupGroup)},
		{name: "updateTopupGroup", method: patch, path: groups + "{id}/", permission: prepare, mark: inferred, reference: 71, summary: "Add, remove, rename; status locked sends the group for approval.", endpoint: takes((*API).updateTopupGroup)},
	}
}
