package handlers

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// queuePage is how many requests one queue shows: more than anybody decides
	// before looking again.
	queuePage = 100
	// waitsLong is when an age stands out: the aim is to decide within a day.
	waitsLong = 16 * time.Hour
)

// kindOfApproval says what a kind of request is called and drawn as.
var kindOfApproval = map[string]struct{ icon, word string }{
	"record":         {"receipt-indian-rupee", "Receipt"},
	"split":          {"split", "Split"},
	"reversal":       {"undo-2", "Reversal"},
	"move":           {"arrow-right-left", "Move"},
	"undo_set_aside": {"inbox", "Back to the desk"},
	"refund":         {"undo-2", "Refund"},
	"adjustment":     {"arrow-right-left", "Adjustment"},
	"waiver":         {"file-text", "Waiver"},
	"fee":            {"receipt-indian-rupee", "Fee"},
	"restructure":    {"git-compare-arrows", "Restructure"},
	"rate_reset":     {"git-compare-arrows", "Rate reset"},
	"reset_rps":      {"git-compare-arrows", "Reset of the schedule"},
	"foreclosure":    {"file-text", "Foreclosure quote"},
	"cooling_off":    {"undo-2", "Cooling-off exit"},
	"settlement":     {"file-text", "Compromise settlement"},
	"write_off":      {"circle-alert", "Write-off"},
	"reopen":         {"undo-2", "Reopening"},
	"loan_params":    {"git-compare-arrows", "Loan parameters"},
	"program":        {"git-compare-arrows", "Program parameters"},
	"line":           {"wallet-cards", "Limit"},
	"adhoc_limit":    {"wallet-cards", "Adhoc limit"},
	"line_freeze":    {"circle-alert", "Freeze of a limit"},
	"anchor":         {"users", "Anchor"},
	"drawing_rules":  {"settings", "Rules of drawings"},
	"topup":          {"receipt-indian-rupee", "Topup"},
	"topup_group":    {"receipt-indian-rupee", "Topup group"},
	"topup_cancel":   {"undo-2", "Cancelled topup"},
	"topup_payout":   {"send", "Payout again"},
	"mandate":        {"file-text", "Mandate"},
	"mandate_cancel": {"undo-2", "End of a mandate"},
	"take_over":      {"inbox", "Take-over"},
	"rules":          {"settings", "Rules"},

	"month_reopening": {"undo-2", "Month opened again"},
	"journal_mapping": {"book-open", "Code of the journal"},
	"parameter":       {"settings", "Dated parameter"},
}

// approvalQueues are the queues in the order of their tabs.
var approvalQueues = []struct{ name, label, title string }{
	{"mine", "Mine", "Waiting for you"}, {"all", "All", "All waiting"}, {"sent_back", "Sent back", "Sent back"}, {"decided", "Decided", "Decided"},
}

func (a *app) listApprovals(c echo.Context) error {
	return a.openApproval(c, http.StatusOK, "", views.Form{})
}

func (a *app) showApproval(c echo.Context) error {
	return a.openApproval(c, http.StatusOK, c.Param("ref"), views.Form{})
}

// openApproval shows a queue with one request open: the one that is named, else
// the first.
func (a *app) openApproval(c echo.Context, status int, ref string, form views.Form) error {
	page := views.ApprovalsPage{Listed: ref == ""}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Approvals", here: "/approvals", layout: views.LayoutAppr, keys: views.ApprovalKeys()})
		if err != nil {
			return err
		}
		var open store.Approval
		if ref != "" {
			if open, err = v.ApprovalByRef(ctx, ref); err != nil {
				return err
			}
		}
		q := queueOf(c, actorOf(c), open)
		list, err := q.read(ctx, v)
		if err != nil {
			return err
		}
		if ref == "" && len(list) > 0 {
			open = list[0]
		}
		if page.Queue, err = a.approvalQueue(ctx, v, q, list, open); err != nil || open.ID == "" {
			return err
		}
		review, err := a.approvalReview(ctx, v, actorOf(c), open)
		if review.Queue = q.name; form.Value("act") == "attach" {
			review.Papers.Form = form
		} else {
			review.Form = form
		}
		page.Open = &review
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Approvals(page), views.ApprovalsBench(page))
}

// createApprovalDecision approves, rejects or sends back. Done, the next request
// of the queue comes by itself.
func (a *app) createApprovalDecision(c echo.Context) error {
	f := read(c)
	ref, queue := c.Param("ref"), f.text("queue")
	in := servicing.DecisionInput{Version: f.version(), Decision: f.text("decision"), Reason: f.text("reason")}
	decided, err := a.office.Decide(c.Request().Context(), actorOf(c), ref, in)
	if err != nil {
		form, ok := refusedForm(err, f.values)
		if !ok {
			return err
		}
		if text, there := form.Errors["remark"]; there {
			form.Refused, form.Errors = "Nothing was decided yet.", map[string]string{"reason": text}
		}
		if statusOf(err) == http.StatusConflict {
			form.Values = map[string]string{} // what was chosen no longer fits what is true
		}
		return a.openApproval(c, statusOf(err), ref, form)
	}
	a.flash(c, views.Flash{Text: decisionWords(in.Decision, decided), Path: approvalPath(decided.Ref, ""), Link: "See it"})
	next, err := a.nextApproval(c, queue, decided)
	if err != nil {
		return err
	}
	return a.seeOther(c, next)
}

// decisionWords says what was just done.
func decisionWords(decision string, a store.Approval) string {
	what := strings.ToLower(kindOfApproval[a.Kind].word) + " of " + views.Rupees(a.Amount)
	switch {
	case decision == "reject":
		return "Rejected the " + what + "."
	case decision == "send_back":
		return "Sent back the " + what + "."
	case a.Status == "pending":
		return fmt.Sprintf("Signed level %d of %d of the %s.", a.Level, a.Levels, what)
	}
	return "Approved the " + what + "."
}

// nextApproval is the request after a decided one in its queue; after the last,
// the first; the empty queue when nothing is left.
func (a *app) nextApproval(c echo.Context, name string, decided store.Approval) (string, error) {
	q := queueFor(name, actorOf(c))
	path := "/approvals?queue=" + url.QueryEscape(q.name)
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		for _, after := range []int64{decided.Idx, 0} {
			q.after = after
			list, err := q.read(ctx, v)
			if err != nil {
				return err
			}
			for _, next := range list {
				if next.ID != decided.ID {
					path = approvalPath(next.Ref, q.name)
					return nil
				}
			}
		}
		return nil
	})
	return path, err
}

func approvalPath(ref, queue string) string {
	if queue == "" {
		return "/approvals/" + ref
	}
	return "/approvals/" + ref + "?queue=" + url.QueryEscape(queue)
}

// approvalQueue is which requests are listed, for whom.
type approvalQueue struct {
	name  string
	actor servicing.Actor
	after int64
	limit int
}

// queueFor reads the name of a queue; a name that is none is that of the person.
func queueFor(name string, actor servicing.Actor) approvalQueue {
	q := approvalQueue{name: name, actor: actor, limit: queuePage}
	for _, known := range approvalQueues {
		if known.name == name {
			return q
		}
	}
	if q.name = "all"; actor.Can(servicing.MaySign) {
		q.name = "mine"
	}
	return q
}

// queueOf is the queue of an address. An address that names only a request shows
// it in the queue where it stands.
func queueOf(c echo.Context, actor servicing.Actor, open store.Approval) approvalQueue {
	name := c.QueryParam("queue")
	if name == "" {
		name = c.FormValue("queue")
	}
	switch {
	case name != "":
	case open.Status == "sent_back":
		name = "sent_back"
	case open.ID != "" && open.Status != "pending":
		name = "decided"
	}
	q := queueFor(name, actor)
	q.after = keyParam(c, "after")
	return q
}

// read lists the requests of a queue: what waits, the oldest first; what was
// decided, the newest first.
func (q approvalQueue) read(ctx context.Context, v *store.View) ([]store.Approval, error) {
	switch q.name {
	case "sent_back":
		return v.SentBack(ctx, q.after, q.limit)
	case "decided":
		return v.Approvals(ctx, store.ApprovalFilter{Statuses: []string{"approved", "rejected", "sent_back", "withdrawn"}, Newest: true, AfterIdx: q.after, Limit: q.limit})
	case "all":
		return v.Approvals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, AfterIdx: q.after, Limit: q.limit})
	}
	var list []store.Approval
	for _, role := range q.actor.Roles {
		more, err := v.Approvals(ctx, q.mine(role))
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	slices.SortFunc(list, func(x, y store.Approval) int { return cmp.Compare(x.Idx, y.Idx) })
	return list[:min(len(list), q.limit)], nil
}

// mine is the filter of what waits for a person in a role.
func (q approvalQueue) mine(role servicing.Role) store.ApprovalFilter {
	return store.ApprovalFilter{Statuses: []string{"pending"}, Role: string(role), NotBy: q.actor.Person, AfterIdx: q.after, Limit: q.limit}
}

// counts of the queues; -1 for what is not counted.
func (q approvalQueue) counts(ctx context.Context, v *store.View) (map[string]int, lending.Money, error) {
	counts, sum := map[string]int{"decided": -1}, lending.Money(0)
	for _, role := range q.actor.Roles {
		filter := q.mine(role)
		filter.AfterIdx = 0
		n, amount, err := v.ApprovalTotals(ctx, filter)
		if err != nil {
			return nil, 0, err
		}
		counts["mine"], sum = counts["mine"]+int(n), sum+amount
	}
	n, _, err := v.ApprovalTotals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}})
	if err != nil {
		return nil, 0, err
	}
	counts["all"] = int(n)
	counts["sent_back"], err = v.CountSentBack(ctx)
	return counts, sum, err
}

// approvalQueue draws a queue up with its tabs.
func (a *app) approvalQueue(ctx context.Context, v *store.View, q approvalQueue, list []store.Approval, open store.Approval) (views.ApprovalQueue, error) {
	counts, _, err := q.counts(ctx, v)
	if err != nil {
		return views.ApprovalQueue{}, err
	}
	out := views.ApprovalQueue{Name: q.name, Total: counts[q.name], Foot: "Oldest first · aim: under 24 h"}
	for _, tab := range approvalQueues {
		if tab.name == "mine" && !q.actor.Can(servicing.MaySign) {
			continue
		}
		current := tab.name == q.name
		out.Tabs = append(out.Tabs, views.QueueTab{Path: "/approvals?queue=" + tab.name, Label: tab.label, Count: counts[tab.name], Current: current})
		if current {
			out.Title = tab.title
		}
	}
	out.EmptyHead, out.EmptyText = "Nothing waits here", "New requests come when operations send matched payments for approval."
	switch q.name {
	case "mine":
		out.EmptyHead = "Nothing waits for you"
	case "sent_back":
		out.EmptyHead, out.EmptyText = "Nothing was sent back", "What a credit manager sends back waits here until operations send it again."
	case "decided":
		out.EmptyHead, out.EmptyText = "Nothing was decided yet", "Every decision stays here, with its reason."
		out.Foot, out.Total = "Newest first", len(list)
	}
	if q.name == "mine" && counts["mine"] > 1 {
		out.Several = "/approvals/decisions"
	}
	if len(list) == q.limit {
		out.More = fmt.Sprintf("/approvals?queue=%s&after=%d", q.name, list[len(list)-1].Idx)
	}
	out.Rows, err = a.approvalRows(ctx, v, list, q.name)
	place := slices.IndexFunc(list, func(x store.Approval) bool { return x.ID == open.ID })
	if place >= 0 {
		out.Rows[place].Current = true
		if place > 0 {
			out.Before = out.Rows[place-1].Path
		}
		if place < len(out.Rows)-1 {
			out.Next = out.Rows[place+1].Path
		}
	}
	return out, err
}

// approvalRows are the lines of a list of requests.
func (a *app) approvalRows(ctx context.Context, v *store.View, list []store.Approval, queue string) ([]views.ApprovalRow, error) {
	var splits []string
	for _, x := range list {
		if x.Kind == "split" {
			splits = append(splits, string(x.RecordID))
		}
	}
	names, err := v.SplitBorrowers(ctx, splits)
	if err != nil {
		return nil, err
	}
	now := a.reader.Now()
	rows := make([]views.ApprovalRow, len(list))
	for i, x := range list {
		kind := kindOfApproval[x.Kind]
		rows[i] = views.ApprovalRow{Ref: x.Ref, Path: approvalPath(x.Ref, queue), Icon: kind.icon, Kind: kind.word, Who: whoOf(x, names),
			Maker: x.Requester, Amount: x.Amount, Age: ageWords(now.Sub(x.RequestedAt.Time)), Late: now.Sub(x.RequestedAt.Time) > waitsLong}
		if queue == "decided" {
			rows[i].Outcome = outcomeWord[x.Status]
		}
	}
	return rows, nil
}

// outcomeWord is how a request ended, in a word.
var outcomeWord = map[string]string{"approved": "Approved", "rejected": "Rejected", "sent_back": "Sent back", "withdrawn": "Taken back", "pending": "Waiting"}

// whoOf names whose money a request is about.
func whoOf(x store.Approval, splits map[string][]string) string {
	if x.BorrowerName != "" {
		return x.BorrowerName
	}
	if names := splits[string(x.RecordID)]; len(names) > 0 {
		if len(names) == 1 {
			return names[0]
		}
		return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
	}
	return servicing.SubjectOf(x)
}

// ageWords is how long something waits: "52 min", "18 h", "3 d".
func ageWords(age time.Duration) string {
	switch {
	case age < time.Minute:
		return "now"
	case age < time.Hour:
		return fmt.Sprintf("%d min", int(age.Minutes()))
	case age < 48*time.Hour:
		return fmt.Sprintf("%d h", int(age.Hours()))
	}
	return fmt.Sprintf("%d d", int(age.Hours()/24))
}
