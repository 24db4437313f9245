package lms

import (
	"context"
	"fmt"
	"net/http"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// nachRequestBody asks for the list of what a sponsor bank is to collect.
type nachRequestBody struct {
	Date           date   `json:"date" need:"true" doc:"Of settlement."`
	CollectionBank bankIn `json:"collection_bank" need:"true" doc:"Our account to which the sponsor bank credits the money."`
	UtilityCode    text   `json:"utility_code" need:"true" doc:"Our number at NPCI."`
	Accounts       words  `json:"accounts" doc:"Ids or refs; all when unset."`
	Demands        words  `json:"demands" doc:"Ids; all unpaid dues of the date when unset."`
	Arrears        yesNo  `json:"arrears" doc:"Older dues that were never presented as well."`
	FundsConfirmed words  `json:"funds_confirmed" doc:"Accounts whose borrowers confirmed funds for another presentation of what came back."`
}

// nachRequestAnswer is what was drawn up and what not.
type nachRequestAnswer struct {
	ID       string            `json:"id" doc:"Of the list, which somebody of finance releases."`
	RefID    string            `json:"ref_id"`
	Status   string            `json:"status"`
	Count    int               `json:"count"`
	Amount   amount            `json:"amount"`
	Rejected int               `json:"rejected"`
	Results  []nachItemAnswer  `json:"results" doc:"One presentation a due."`
	Refused  []nachRefusedItem `json:"refused"`
}

// nachItemAnswer is one presentation of one due. Its record, of payment mode nach,
// appears with the sponsor bank's net credit.
type nachItemAnswer struct {
	ID           string `json:"id"`
	CreatedAt    stamp  `json:"created_at"`
	UpdatedAt    stamp  `json:"updated_at"`
	RefID        string `json:"ref_id" doc:"The file carries it."`
	Index        int64  `json:"index"`
	Type         string `json:"type" doc:"Always nach."`
	PaymentMode  string `json:"payment_mode" doc:"Always nach."`
	Account      string `json:"account"`
	Loan         noText `json:"loan"`
	UMRN         string `json:"umrn"`
	DueDate      stamp  `json:"due_date"`
	Date         stamp  `json:"date" doc:"Of the presentation."`
	Presentation string `json:"presentation" doc:"Id of the list."`
	Attempt      int    `json:"presentation_no"`
	Amount       amount `json:"amount"`
	Status       string `json:"status" doc:"pending, submitted, extended, confirmed, returned or cancelled."`
	BankDate     stamp  `json:"bank_date" doc:"Of a confirmed one: on which the borrower was debited."`
	Code         noText `json:"return_code"`
	Reason       string `json:"return_reason"`
	ReturnedOn   stamp  `json:"returned_on"`
	Fee          noText `json:"fee" doc:"The bounce charge."`
	Record       noText `json:"record" doc:"The net credit in which its money came."`
}

func nachItemWire(i store.PresentationItemRow) nachItemAnswer {
	record := noText("")
	if i.RecordRef != "" {
		record = noText(i.RecordID)
	}
	return nachItemAnswer{i.ID, stampOf(i.CreatedAt), stampOf(i.UpdatedAt), i.Ref, i.Idx, "nach", "nach", i.AccountID, noText(i.LoanID), i.UMRN, startOf(i.DueDate),
		startOf(i.Presented), i.PresentationID, i.Attempt, amount(i.Amount), i.Status, startOf(i.ValueDate), noText(i.Code), i.Reason, startOf(i.ReturnedOn), noText(i.FeeID), record}
}

// nachRefusedItem is a due that is not presented, and why.
type nachRefusedItem struct {
	Demand  string `json:"demand"`
	Account string `json:"account"`
	DueDate stamp  `json:"due_date"`
	Amount  amount `json:"amount"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// bulkNachRequest draws up what is to be collected under mandates on a day.
func (a *API) bulkNachRequest(c *call, in nachRequestBody) (nachRequestAnswer, error) {
	command := servicing.PresentationInput{Date: lending.Date(in.Date), UtilityCode: string(in.UtilityCode), Arrears: bool(in.Arrears),
		Accounts: keys(in.Accounts), Dues: keys(in.Demands), Funds: keys(in.FundsConfirmed)}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		command.Bank, err = in.CollectionBank.key(ctx, v)
		return err
	})
	if err != nil {
		return nachRequestAnswer{}, err
	}
	p, plan, err := a.office.DrawPresentation(c.ctx, c.actor, command)
	if err != nil {
		return nachRequestAnswer{}, err
	}
	answer, err := a.answerPresentation(c, p.ID)
	for _, item := range plan.Items {
		if item.WhyNot != "" {
			answer.Rejected++
			answer.Refused = append(answer.Refused, nachRefusedItem{item.Due.DemandID, item.Due.AccountID, startOf(item.Due.DueDate), amount(item.Due.Outstanding), item.Code, item.WhyNot})
		}
	}
	return answer, err
}

// keys tidies ids and refs.
func keys(typed words) []string {
	var out []string
	for _, t := range typed {
		out = append(out, key(t))
	}
	return out
}

func (a *API) answerPresentation(c *call, ref string) (nachRequestAnswer, error) {
	answer := nachRequestAnswer{Results: []nachItemAnswer{}, Refused: []nachRefusedItem{}}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		p, err := v.PresentationByAny(ctx, ref)
		if err != nil {
			return err
		}
		answer.ID, answer.RefID, answer.Status, answer.Count, answer.Amount = p.ID, p.Ref, p.Status, p.Count, amount(p.Total)
		c.version = p.Version
		items, err := v.ItemsOfPresentation(ctx, p.ID)
		for _, i := range items {
			answer.Results = append(answer.Results, nachItemWire(i))
		}
		return err
	})
	return answer, err
}

// showPresentation answers a list with its items.
func (a *API) showPresentation(c *call) (nachRequestAnswer, error) {
	return a.answerPresentation(c, c.id())
}

// releasePresentation makes the bank's file of a list.
func (a *API) releasePresentation(c *call, in remarkBody) (payoutFileAnswer, error) {
	p, err := a.office.ReleasePresentation(c.ctx, c.actor, c.id(), int64(in.Version))
	if err != nil {
		return "", err
	}
	c.stream = presentationStream(c, p)
	return "", nil
}

// showPresentationFile hands the file out again.
func (a *API) showPresentationFile(c *call) (payoutFileAnswer, error) {
	var p store.Presentation
	err := a.read(c, func(ctx context.Context, v *store.View) (err error) {
		p, err = v.PresentationByAny(ctx, c.id())
		return err
	})
	if err == nil && p.Status != "sent" {
		err = lending.Refuse(lending.Conflict, "presentation.state", "Presentation "+p.Ref+" is "+p.Status+": it has no file.")
	}
	if err != nil {
		return "", err
	}
	c.stream = presentationStream(c, p)
	return "", nil
}

// presentationStream writes the file of a list, its control totals in the headers.
func presentationStream(c *call, p store.Presentation) func(w http.ResponseWriter) error {
	return func(w http.ResponseWriter) error {
		c.status = http.StatusOK
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+p.FileName+`"`)
		w.Header().Set("Lekha-Presentation", p.Ref)
		w.Header().Set("Lekha-Count", fmt.Sprint(p.Count))
		w.Header().Set("Lekha-Total", p.Total.String())
		_, err := w.Write(p.Data)
		return err
	}
}

// cancelPresentation takes a list back that was not released.
func (a *API) cancelPresentation(c *call, in remarkBody) (nachRequestAnswer, error) {
	p, err := a.office.CancelPresentation(c.ctx, c.actor, c.id(), int64(in.Version))
	if err != nil {
		return nachRequestAnswer{}, err
	}
	return a.answerPresentation(c, p.ID)
}

// presentedAnswer is what the sponsor bank's answer did.
type presentedAnswer struct {
	Confirmed int    `json:"confirmed"`
	Returned  int    `json:"returned"`
	Extended  int    `json:"extended" doc:"The borrower's bank took more days."`
	Known     int    `json:"known" doc:"Taken up before."`
	Open      int    `json:"open" doc:"Without a final answer."`
	Expected  amount `json:"expected_credit" doc:"Confirmed by this answer."`
	Charged   amount `json:"bounce_charges" doc:"With tax."`
}

// takePresentationAnswer reads the sponsor bank's answer to a list.
func (a *API) takePresentationAnswer(c *call, _ answeredBody) (presentedAnswer, error) {
	file, there := c.files["file"]
	if !there {
		return presentedAnswer{}, faults{"file": "Send the bank's answer as the file of a form."}
	}
	r, err := a.office.TakePresentationAnswer(c.ctx, c.actor, c.id(), file.name, file.data)
	return presentedAnswer{r.Confirmed, r.Returned, r.Extended, r.Known, r.Open, amount(r.Expected), amount(r.Charged)}, err
}

// nachStatusBody is what the bank says of one presentation.
type nachStatusBody struct {
	Record   text `json:"record" doc:"Id or ref of the presentation, where the path has none."`
	RefID    text `json:"ref_id" doc:"The same as record."`
	Status   text `json:"status" need:"true" doc:"success or confirmed; failed, bounced or returned; extended."`
	Code     text `json:"return_code" doc:"The bank's code; a failure without one is 09, miscellaneous."`
	BankDate date `json:"bank_date" doc:"On which the borrower was debited; the day of the presentation when unset."`
	Remark   text `json:"remark"`
}

// nachStates are the states under the names that programs use.
var nachStates = map[text]string{"success": "confirmed", "confirmed": "confirmed", "failed": "returned", "bounced": "returned", "returned": "returned", "extended": "extended"}

// nachPresentationStatus takes up what the bank says of one presentation.
func (a *API) nachPresentationStatus(c *call, in nachStatusBody) (nachItemAnswer, error) {
	ref := c.id()
	for _, given := range []text{in.Record, in.RefID} {
		if ref == "" {
			ref = key(string(given))
		}
	}
	state, known := nachStates[in.Status]
	switch {
	case ref == "":
		return nachItemAnswer{}, faults{"record": "Say which presentation this is about."}
	case !known:
		return nachItemAnswer{}, faults{"status": "This is success, failed, bounced or extended."}
	}
	command := servicing.ItemAnswer{State: state, Code: string(in.Code), Date: lending.Date(in.BankDate)}
	if command.Code == "" {
		command.Code = map[string]string{"returned": "09", "extended": "98"}[state]
	}
	item, err := a.office.AnswerItem(c.ctx, c.actor, ref, command)
	return nachItemWire(item), err
}

// netCreditBody says of which day a net credit is.
type netCreditBody struct {
	Date    date  `json:"date" need:"true" doc:"Value date of the confirmed presentations."`
	Version whole `json:"version"`
}

// splitNetCredit makes the receipts of a sponsor bank's net credit.
func (a *API) splitNetCredit(c *call, in netCreditBody) (recordAnswer, error) {
	r, err := a.office.SplitNetCredit(c.ctx, c.actor, servicing.NetCreditInput{Record: c.id(), Version: int64(in.Version), Day: lending.Date(in.Date)})
	if err != nil {
		return recordAnswer{}, err
	}
	return a.answerRecord(c, r.ID)
}

// nachRoutes are about collecting under mandates.
func nachRoutes() []route {
	view, prepare, release, told := servicing.MayView, servicing.MayPrepare, servicing.MayReleasePayout, servicing.MayImport
	records, mandate, list := root+"/records/", root+"/mandates/{id}/", root+"/presentations/{id}/"
	return []route{
		{name: "bulkNachRequest", method: post, path: records + "bulk_nach_request/", permission: prepare, mark: inferred, reference: 9, summary: "Draw up what a sponsor bank is to collect under mandates on a day; what is not presented says why.", endpoint: takes((*API).bulkNachRequest), status: created},
		{name: "nachPresentationStatus", method: put, path: records + "nach_presentation_status/", also: []string{records + "{id}/nach_presentation_status/"}, permission: told, mark: inferred, reference: 10, summary: "What the bank says of one presentation: confirmed, its money is in the net credit; returned, it brings the bounce charge. The same again changes nothing.", endpoint: takes((*API).nachPresentationStatus)},
		{name: "splitNetCredit", method: put, path: records + "{id}/nach_net_credit/", permission: prepare, mark: ours, summary: "Make the receipts of a sponsor bank's net credit: one for each confirmed presentation of the day, sent for approval as one.", endpoint: takes((*API).splitNetCredit), strict: true},
		{name: "createMandate", method: post, path: root + "/mandates/", permission: prepare, mark: ours, summary: "Draw a mandate up; a second person decides before it goes to the bank.", endpoint: takes((*API).createMandate), status: created, strict: true},
		{name: "showMandate", method: get, path: mandate, permission: view, mark: ours, summary: "One mandate.", endpoint: answers((*API).showMandate)},
		{name: "listMandates", method: get, path: root + "/accounts/{id}/mandates/", permission: view, mark: ours, summary: "The mandates of an account, newest first.", endpoint: answers((*API).listMandates)},
		{name: "takeMandateAnswer", method: put, path: mandate + "answer/", permission: told, mark: ours, summary: "What the borrower's bank says: registered under a number, or rejected.", endpoint: takes((*API).takeMandateAnswer), strict: true},
		{name: "cancelMandate", method: put, path: mandate + "cancel/", permission: prepare, mark: ours, summary: "End a mandate; an active one only after a second person agreed.", endpoint: takes((*API).cancelMandate), strict: true},
		{name: "showPresentation", method: get, path: list, permission: view, mark: ours, summary: "One list with its items.", endpoint: answers((*API).showPresentation)},
		{name: "releasePresentation", method: put, path: list + "release/", permission: release, mark: ours, summary: "Make the bank's file of a list that somebody else drew up, with control totals in the headers Lekha-Presentation, Lekha-Count and Lekha-Total.", endpoint: takes((*API).releasePresentation), strict: true},
		{name: "showPresentationFile", method: get, path: list + "file/", permission: release, mark: ours, summary: "The file itself, as it was made.", endpoint: answers((*API).showPresentationFile)},
		{name: "cancelPresentation", method: put, path: list + "cancel/", permission: prepare, mark: ours, summary: "Take a list back that was not released.", endpoint: takes((*API).cancelPresentation), strict: true},
		{name: "takePresentationAnswer", method: post, path: list + "answer/", permission: told, mark: ours, summary: "The sponsor bank's answer to a list: all of the file or nothing.", endpoint: uploads((*API).takePresentationAnswer), strict: true},
	}
}
