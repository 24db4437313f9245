package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/servicing"
	"lekha/store"
)

// TestPapersOfARecordAndARequest: a paper goes in with the record, is seen by who
// decides, comes back to be saved as what it is, and stays.
func TestPapersOfARecordAndARequest(t *testing.T) {
	h := newHouse(t)
	operator, manager := h.as("operator"), h.as("credit_manager")
	record := h.credit(creditUnknown)
	send := func(subject, name, data string) answer {
		return operator.upload("/attachments", "file", []sent{{name, data}}, url.Values{"subject": {subject}, "act": {"attach"}})
	}
	slip := "%PDF-1.4 a slip"
	if to := send(record.Ref, `C:\scans\slip "1".pdf`, slip).leads(); to != "/records/"+record.Ref+"#papers" {
		t.Errorf("attached, it leads to %s", to)
	}
	send(record.Ref, "again.pdf", slip).status(http.StatusUnprocessableEntity).has("This very file is attached already.")
	send(record.Ref, "run.exe", "MZ\x90\x00").status(http.StatusUnprocessableEntity).has("Attach a PDF, a picture")
	send(record.Ref, "zip.xlsx.zip", "PK\x03\x04").status(http.StatusUnprocessableEntity)
	send(record.Ref, "big.pdf", "%PDF-"+strings.Repeat("x", servicing.MaxAttachment)).status(http.StatusUnprocessableEntity).has("larger than 5 MB")
	send(record.Ref, "", "").status(http.StatusUnprocessableEntity)
	send("RECNONE0", "slip.pdf", slip).status(http.StatusNotFound)
	h.as("auditor").upload("/attachments", "file", []sent{{"a.txt", "text"}}, url.Values{"subject": {record.Ref}}).status(http.StatusForbidden)

	operator.get("/records/"+record.Ref).has("slip 1.pdf", "Attached slip 1.pdf.")
	_, asked := h.pending(creditUnknown, "LN1002")
	manager.get("/approvals/" + asked.Ref).has("slip 1.pdf").lacks("Attach a paper")
	send(asked.Ref, "letter.html", "<script>alert(1)</script>").leads()
	send(asked.Ref, "x.bin", "\x00").status(http.StatusUnprocessableEntity).has("Attach a PDF, a picture")
	page := manager.get("/approvals/"+asked.Ref).has("slip 1.pdf", "letter.html")
	var papers []store.Attachment
	h.look(func(ctx context.Context, v *store.View) (err error) {
		papers, err = v.Attachments(ctx, asked.ID)
		return err
	})
	page.html(`href="/attachments/` + papers[0].ID + `"`)
	file := manager.get("/attachments/" + papers[0].ID).status(http.StatusOK)
	if got := file.Header().Get("Content-Type"); got != "text/plain" {
		t.Errorf("a page of HTML is handed out as %s", got)
	}
	if got := file.Header().Get("Content-Disposition"); got != "attachment; filename=letter.html" {
		t.Errorf("it is handed out as %q", got)
	}
	if got := file.Header().Get("X-Content-Type-Options"); got != "nosniff" {
		t.Errorf("sniffing: %q", got)
	}
	manager.get("/attachments/none").status(http.StatusNotFound)
	h.decide("credit_manager", asked, "approve", "")
	send(asked.Ref, "late.txt", "late").status(http.StatusConflict).has("nothing is attached to it any more")
	operator.get("/records/"+record.Ref).has("slip 1.pdf", "letter.html")
}
