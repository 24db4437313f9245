package lms

import (
	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// breakdownBody says whose payments a credit of a gateway or sponsor bank is.
type breakdownBody struct {
	Lines   list[breakdownLine] `json:"lines" doc:"One entry a payment, and one each for what was kept. Or send the gateway's file, CSV with a heading row that names account (or reference), amount and utr."`
	Remark  text                `json:"remark"`
	Version whole               `json:"version" doc:"The version that was seen; a stale one is 409. If-Match says the same."`
}

// breakdownLine is one payment of a breakdown, or what the gateway kept.
type breakdownLine struct {
	Account text   `json:"account" need:"true" doc:"Ref, id or virtual account number; fee and gst for what the gateway kept."`
	Amount  amount `json:"amount" need:"true" doc:"What the borrower paid, before the fee."`
	UTR     text   `json:"utr" doc:"Of the borrower's own payment."`
}

// breakDownRecord splits a credit by its breakdown and sends the parts for approval
// as one. The payments less the fee and its GST are the credit to the paisa; a wrong
// row is named by its number, from 1 in a list and as the file counts them.
func (a *API) breakDownRecord(c *call, in breakdownBody) (recordAnswer, error) {
	lines := make([]servicing.LumpLine, 0, len(in.Lines))
	for i, l := range in.Lines {
		lines = append(lines, servicing.LumpLine{No: i + 1, Account: string(l.Account), Amount: lending.Money(l.Amount), UTR: string(l.UTR)})
	}
	if file, there := c.files["file"]; there {
		var err error
		if lines, err = servicing.ReadLump(file.data); err != nil {
			return recordAnswer{}, err
		}
	}
	if len(lines) == 0 {
		return recordAnswer{}, faults{"lines": "Send the lines of the breakdown, or its file."}
	}
	return a.act(c, in.Version, func(ref string, version int64) (store.Record, error) {
		return a.office.SplitByFile(c.ctx, c.actor, ref, servicing.LumpInput{Version: version, Lines: lines, Remark: string(in.Remark)})
	})
}
