package handlers

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"mime/multipart"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// sent is one file of a form.
type sent struct{ name, body string }

// upload posts a form with files, as a browser does.
func (b browser) upload(path, field string, files []sent, values url.Values) answer {
	b.h.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, list := range values {
		for _, value := range list {
			if err := form.WriteField(name, value); err != nil {
				b.h.t.Fatal(err)
			}
		}
	}
	for _, f := range files {
		part, err := form.CreateFormFile(field, f.name)
		if err == nil {
			_, err = part.Write([]byte(f.body))
		}
		if err != nil {
			b.h.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		b.h.t.Fatal(err)
	}
	return b.send(http.MethodPost, path, form.FormDataContentType(), &body)
}

// nextStatement overlaps the sample statement by its last two rows, brings a new
// credit, one with a reference that is known with another amount, a return of a
// known credit, and a row without a date.
func nextStatement() string {
	return `HDFC BANK Ltd.
Statement of accounts
Account No :,50200012345678,,OD Limit :,0.00
Name :,SAMPLE FINANCE
Statement From :,19/11/26,To :,20/11/26

Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance
********,********************,**********,********,**********,**********,**********
19/11/26,CASH DEP NASHIK,,19/11/26,,"900.00","1,40,063.00"
19/11/26,CASH DEP NASHIK,,19/11/26,,"900.00","1,40,963.00"
20/11/26,NEFT CR-KKBK0002493-THOMAS KURIEN-SAMPLE FINANCE-LN1003-KKBKN12026112099999999,KKBKN12026112099999999,20/11/26,,"2,100.00","1,43,063.00"
20/11/26,` + creditUnknown + `,0000632202814772,20/11/26,,"7,000.00","1,50,063.00"
20/11/26,IMPS RETURN ` + creditUnknown + `,0000632202814772,20/11/26,"7,250.50",,"1,42,812.50"
20/11/26,BANK CHARGES,,20/11/26,"12.50",,"1,42,800.00"
99/99/26,SOMETHING ELSE,,99/99/26,,"100.00","1,42,900.00"
`
}

// checked sends a file to be checked and returns the page that shows it.
func (b browser) checked(name, body string) (path string, page answer) {
	b.h.t.Helper()
	path = b.upload("/statements/check", "file", []sent{{name, body}}, url.Values{"collection_bank": {""}}).leads()
	return path, b.get(path).status(http.StatusOK)
}

// posted posts what a check page shows.
func (b browser) posted(page answer) answer {
	b.h.t.Helper()
	return b.post("/statements", url.Values{"upload": {page.value("upload")}, "promise": {page.value("promise")}})
}

func (h *house) recordCount() int64 {
	h.t.Helper()
	var n int64
	h.look(func(ctx context.Context, v *store.View) (err error) {
		n, err = v.CountRecords(ctx, store.RecordQuery{})
		return err
	})
	return n
}

func TestStatementIsCheckedThenPosted(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	operator.get("/statements/new").status(http.StatusOK).has("File of the bank", houseBank)
	before := h.recordCount()

	_, page := operator.checked("hdfc-next.csv", nextStatement())
	page.has("Nothing is posted yet", "6 rows are ready, 1 cannot be read", houseBank+", ••5678", "HDFC, CSV", "19 Nov 2026 to 20 Nov 2026",
		"New record 1", "Imported before 2", "Same reference, other amount 1", "1 credit has a reference that stands there with another amount", "Bank took it back 1", "Money going out 1", "Cannot be read 1", "Post 1 new record")
	if got := page.at("line-15"); !strings.Contains(got, "Cannot be read") || !strings.Contains(got, "99/99/26") {
		t.Errorf("line 15 says %q, want the row as it was and that it cannot be read", got)
	}
	if got := page.at("line-12"); !strings.Contains(got, "Same reference, other amount") || !strings.Contains(got, "250.50") || !strings.Contains(got, "stands on the credit") {
		t.Errorf("line 12 says %q, want the first credit of the repeated reference", got)
	}
	if h.recordCount() != before {
		t.Fatal("a check made records")
	}

	to := operator.posted(page).leads()
	if again := operator.posted(page).leads(); again != to+"?again=1" {
		t.Errorf("pressed twice it leads to %s, want to %s?again=1", again, to)
	}
	if got := h.recordCount(); got != before+2 {
		t.Errorf("%d records after the import, want two more than %d", got, before)
	}
}

func TestStatementResult(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	h.settled(creditUnknown, "LN1002")
	credit := h.credit(creditUnknown)
	_, page := operator.checked("hdfc-next.csv", nextStatement())
	to := operator.posted(page).leads()
	result := operator.get(to).status(http.StatusOK)
	result.has("hdfc-next.csv", "New record 1", "The bank took back 1 credit that is known", "Download 1 bad row", "Asha Kulkarni")
	asked := h.approvalOf(credit.Ref)
	if got := result.at("line-13"); !strings.Contains(got, credit.Ref) || !strings.Contains(got, "Request "+asked.Ref+" waits") {
		t.Errorf("line 13 says %q, want the record that the bank took back and the reversal that was asked for", got)
	}
	result.html(`href="/approvals/` + asked.Ref + `"`)
	h.decide("credit_manager", asked, "reject", "The bank's mistake.")
	again := operator.get(to)
	again.html(`href="/records/` + credit.Ref + `#act-reverse"`)
	operator.get("/records/" + credit.Ref).html(`id="act-reverse"`)
	made := operator.get(to + "?fate=created").status(http.StatusOK)
	made.has("THOMAS KURIEN", "2,100.00").lacks("CASH DEP NASHIK")
	made.html(`href="/records/` + h.credit("THOMAS KURIEN").Ref + `"`)
	if got := result.at("gap"); got != "0.00" {
		t.Errorf("the gap is %s, want 0.00: the row that cannot be read stands after the last balance", got)
	}

	rejected := operator.get(to + "/rejected.csv").status(http.StatusOK)
	rows, err := csv.NewReader(rejected.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[1][0] != "15" || rows[0][3] != "Narration" || !strings.Contains(strings.Join(rows[1][2:], "|"), "SOMETHING ELSE") {
		t.Errorf("the download holds %v, want line 15 with its cells under the bank's headings", rows)
	}

	list := operator.get("/statements").status(http.StatusOK)
	list.has("All 2 statements", "hdfc-nov.csv", "hdfc-next.csv")
	if got := list.at("totals"); got != "All 2 statements 14 8 0 2 0 3 1" {
		t.Errorf("the totals are %q", got)
	}
}

func TestSameFileTwiceCreatesNothing(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	before := h.recordCount()
	path, page := operator.checked("again.csv", string(houseStatement()))
	page.has("This very file was imported before", "Posting it again creates nothing")
	if page.value("promise") != "" {
		t.Error("a file that was imported before is offered for posting")
	}
	to := operator.post("/statements", url.Values{"upload": {strings.TrimPrefix(path, "/statements/check/")}}).leads()
	operator.get(to).has("This very file was imported before", "Nothing was posted a second time")
	if got := h.recordCount(); got != before {
		t.Errorf("%d records after the same file, want %d", got, before)
	}
}

func TestStatementIsPostedOnlyAsItWasShown(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	_, first := operator.checked("hdfc-next.csv", nextStatement())
	_, other := h.as("operator2").checked("hdfc-copy.csv", nextStatement()+"\n")
	h.as("operator2").posted(other).leads()

	before := h.recordCount()
	answer := operator.posted(first)
	answer.status(http.StatusConflict).has("The books changed since you looked", "Imported before 6")
	if got := h.recordCount(); got != before {
		t.Errorf("%d records after a refused posting, want %d", got, before)
	}
	// Posted again from the page that shows what is true now.
	to := operator.posted(answer).leads()
	operator.get(to).has("Imported before 6")
}

func TestUploadBelongsToWhoSentIt(t *testing.T) {
	h := newHouse(t)
	path, page := h.as("operator").checked("hdfc-next.csv", nextStatement())
	h.as("operator2").get(path).status(http.StatusUnprocessableEntity).has("Choose it again").lacks("THOMAS KURIEN")
	h.as("operator2").posted(page).status(http.StatusUnprocessableEntity).has("nothing was posted")
}

func TestUploadsAreForgotten(t *testing.T) {
	now := time.Date(2026, time.November, 20, 5, 0, 0, 0, time.UTC)
	k := newUploads(func() time.Time { return now })
	first := k.keep(upload{owner: "a", files: []file{{"1.csv", []byte("x")}}})
	if _, ok := k.of("b", first); ok {
		t.Error("another person finds the file")
	}
	for range uploadsEach {
		now = now.Add(time.Minute)
		k.keep(upload{owner: "a", files: []file{{"2.csv", nil}}})
	}
	if _, ok := k.of("a", first); ok {
		t.Errorf("more than %d files of a person are kept", uploadsEach)
	}
	last := k.keep(upload{owner: "b", files: []file{{"3.csv", nil}}})
	now = now.Add(uploadLife + time.Second)
	if _, ok := k.of("b", last); ok {
		t.Error("a file is kept longer than its time")
	}
	now = now.Add(time.Second)
	big := k.keep(upload{owner: "c", files: []file{{"4.csv", make([]byte, uploadBytes-10)}}})
	now = now.Add(time.Second)
	k.keep(upload{owner: "d", files: []file{{"5.csv", make([]byte, 20)}}})
	if _, ok := k.of("c", big); ok {
		t.Error("more bytes are kept than fit")
	}
}

func TestStatementRefusals(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	before := h.recordCount()
	for _, c := range []struct {
		name   string
		files  []sent
		bank   string
		status int
		says   string
	}{
		{"nothing chosen", nil, "", 422, "Choose the file that the bank gave you"},
		{"no statement", []sent{{"notes.txt", "hello world\nthis is no statement\n"}}, "", 422, "File of the bank"},
		{"another account", []sent{{"hdfc.csv", nextStatement()}}, houseBank2, 422, "This file is of account 50200012345678"},
		{"unknown account", []sent{{"hdfc.csv", strings.ReplaceAll(nextStatement(), "50200012345678", "50200099999999")}}, "", 422, "No collection account has the number 50200099999999"},
		{"too large", []sent{{"big.csv", strings.Repeat("x", maxStatementBytes+1)}}, "", 413, "larger than 20 MB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			operator.upload("/statements/check", "file", c.files, url.Values{"collection_bank": {c.bank}}).status(c.status).has(c.says)
		})
	}
	if got := h.recordCount(); got != before {
		t.Errorf("%d records after refusals, want %d", got, before)
	}
	h.as("credit_manager").upload("/statements/check", "file", []sent{{"hdfc.csv", nextStatement()}}, nil).
		status(http.StatusForbidden).has("This is for operations")
}

// When only the account is missing, the file is kept and the account chosen.
func TestAccountIsChosenWithoutSendingTheFileAgain(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	masked := strings.ReplaceAll(nextStatement(), "Account No :,50200012345678,,OD Limit :,0.00\n", "")
	asked := operator.upload("/statements/check", "file", []sent{{"masked.csv", masked}}, url.Values{"collection_bank": {""}})
	asked.status(http.StatusUnprocessableEntity).has("masked.csv is kept")
	path := operator.upload("/statements/check", "file", nil, url.Values{"collection_bank": {houseBank}, "upload": {asked.value("upload")}}).leads()
	operator.get(path).status(http.StatusOK).has("masked.csv", houseBank+", ••5678")
}

func TestCheckShowsWhatALineConfirms(t *testing.T) {
	h := newHouse(t)
	r, err := h.office.CreateRecord(t.Context(), h.actor("operator"), servicing.NewRecord{Account: "LN1003", Received: 2100_00, Mode: "transfer",
		UTR: "KKBKN12026112099999999", CollectionBank: houseBank, Date: houseToday, BankDate: houseToday, Source: "hand"})
	if err != nil {
		t.Fatal(err)
	}
	operator := h.as("operator")
	_, page := operator.checked("hdfc-next.csv", nextStatement())
	if got := page.at("line-11"); !strings.Contains(got, "Confirms a receipt") || !strings.Contains(got, r.Ref) {
		t.Errorf("line 11 says %q, want that it confirms %s", got, r.Ref)
	}
	before := h.recordCount()
	to := operator.posted(page).leads()
	operator.get(to).has("Confirms a receipt 1", "Confirms "+r.Ref)
	if got := h.recordCount(); got != before+1 { // of the other line, whose reference is there
		t.Errorf("%d records after the confirmation, want %d: the line makes no second one", got, before+1)
	}
}

// TestSameReferenceIsAnswered: loud at the result, on the overview and in the
// tie-out until somebody says which; both answers are one button.
func TestSameReferenceIsAnswered(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	first := h.credit(creditUnknown)
	_, page := operator.checked("hdfc-next.csv", nextStatement())
	result := operator.get(operator.posted(page).leads())
	result.has("1 credit has a reference that stands there with another amount").html(`href="/records?questioned=1"`)
	operator.get("/").html(`id="wait-questioned"`, `href="/records?questioned=1"`)
	operator.get("/tieout").has("1 day holds money that is not explained", "7,000.00").lacks("Every day closes")
	asked := h.credit(creditUnknown)
	operator.get("/records?questioned=1").has(asked.Ref, "Same reference").lacks(first.Ref)
	shown := operator.get("/records/"+asked.Ref).has("It is money of its own", "It is a duplicate", first.Ref)
	h.as("credit_manager").get("/records/" + asked.Ref).has("This is answered by").lacks("It is money of its own")
	operator.post("/records/"+asked.Ref+"/setting-aside", url.Values{"version": {version(asked)}, "kind": {"duplicate"}, "duplicate_of": {first.Ref}}).leads()
	shown.status(http.StatusOK)
	operator.get("/tieout").has("Every day closes")
	operator.get("/").lacks("with another amount")
}

// TestKeptApartIsInBothHistories: that a receipt and a line are two monies is read on
// either record.
func TestKeptApartIsInBothHistories(t *testing.T) {
	h := newHouse(t)
	receipt, err := h.office.CreateRecord(t.Context(), h.actor("operator"), servicing.NewRecord{Account: "LN1003", Received: 2100_00, Mode: "transfer", Date: houseToday, Source: "hand"})
	if err != nil {
		t.Fatal(err)
	}
	operator := h.as("operator")
	_, page := operator.checked("hdfc-next.csv", nextStatement())
	operator.posted(page).leads()
	line := h.credit("THOMAS KURIEN")
	operator.post("/records/"+receipt.Ref+"/separation", url.Values{"line": {line.Ref}, "version": {version(receipt)}, "line_version": {version(line)}, "reason": {"He paid twice."}}).leads()
	for _, ref := range []string{receipt.Ref, line.Ref} {
		if got := operator.get("/records/" + ref).at("history"); !strings.Contains(got, "are not the same money: He paid twice.") {
			t.Errorf("the history of %s says %q", ref, got)
		}
	}
}

// TestSameMoneyIsShownEverywhere: a transfer without reference and its line, at the
// result of the import, on the desk, on both records and on the request.
func TestSameMoneyIsShownEverywhere(t *testing.T) {
	h := newHouse(t)
	receipt, err := h.office.CreateRecord(t.Context(), h.actor("operator"), servicing.NewRecord{Account: "LN1003", Received: 2100_00, Mode: "transfer", Date: houseToday, Source: "hand"})
	if err != nil {
		t.Fatal(err)
	}
	operator := h.as("operator")
	_, page := operator.checked("hdfc-next.csv", nextStatement())
	if got := page.at("line-11"); !strings.Contains(got, "May be the same money as "+receipt.Ref) {
		t.Errorf("line 11 says %q", got)
	}
	to := operator.posted(page).leads()
	line := h.credit("THOMAS KURIEN")
	operator.get(to).has(line.Ref+" of ₹2,100.00 may be the same money as receipt "+string(receipt.ReceiptNo), "It is the same money")
	operator.get("/matching/" + line.Ref).has("This may be the same money as receipt " + string(receipt.ReceiptNo)).html(`action="/records/` + receipt.Ref + `/confirmation"`)
	operator.get("/records/" + line.Ref).has("This may be the same money as receipt").html(`id="twin-` + receipt.Ref + `"`)
	operator.get("/records/" + receipt.Ref).has("This may be the same money as a statement line").html(`id="twin-` + line.Ref + `"`)
	sent, err := h.office.RequestApproval(t.Context(), h.actor("operator"), receipt.Ref, receipt.Version, "")
	if err != nil {
		t.Fatal(err)
	}
	h.as("credit_manager").get("/approvals/"+h.approvalOf(receipt.Ref).Ref).has("May be the same money as "+line.Ref, "This is answered by")
	answer := url.Values{"line": {line.Ref}, "version": {version(sent)}, "line_version": {"77"}}
	operator.post("/records/"+receipt.Ref+"/confirmation", answer).status(http.StatusConflict).has("changed since you opened it")
	answer.Set("line_version", version(line))
	operator.post("/records/"+receipt.Ref+"/confirmation", answer).leads()
	if now := h.record(line.Ref); now.Status != "cancelled" {
		t.Errorf("the line's record is %s", now.Status)
	}
	operator.get("/records/" + receipt.Ref).has("confirms it").lacks("may be the same money")
	operator.get("/records/" + line.Ref).has("It is the same money as " + receipt.Ref)
}

func TestLongImportGoesOnBehindItsPage(t *testing.T) {
	h := newHouse(t)
	a := &app{}
	pages := h.handler.(*Pages)
	a.jobs = pages.jobs
	operator := h.actor("operator")
	hold := make(chan struct{})
	gone, cancel := context.WithCancel(t.Context())
	cancel() // the reader went away at once
	j := a.jobs.start(gone, &job{kind: jobImport, owner: operator.Person, title: "slow.csv", key: "none"},
		func(context.Context, servicing.Progress) (string, error) { <-hold; return "/statements", nil })
	path := "/statements/imports/" + j.token
	page := h.as("operator").get(path).status(http.StatusOK)
	page.has("You can leave this page", "slow.csv").html(`hx-get="`+path+`"`, `hx-trigger="every 1s"`)
	h.as("operator").piece().get(path).status(http.StatusOK).lacks("Audit log")
	h.as("operator2").get(path).has("not under way any more")
	h.as("operator").get("/statements").has("Posting slow.csv").html(path)
	h.as("operator2").get("/statements").lacks("slow.csv")
	close(hold)
	<-j.ended
	if to := h.as("operator").get(path).leads(); to != "/statements" {
		t.Errorf("the ended import leads to %s", to)
	}
	if to := h.as("operator").piece().get(path).status(http.StatusOK).Header().Get("HX-Redirect"); to != "/statements" {
		t.Errorf("htmx is led to %q", to)
	}
	failed := a.jobs.start(t.Context(), &job{kind: jobImport, owner: operator.Person, title: "bad.csv"}, func(context.Context, servicing.Progress) (string, error) {
		return "", errors.New("the disk is full")
	})
	h.as("operator").get("/statements").has("bad.csv", "Not imported").lacks("slow.csv")
	h.as("operator").get("/statements/imports/"+failed.token).has("bad.csv was not imported", "Nothing of it was posted").lacks("disk")
	h.as("operator").get("/statements").lacks("bad.csv")
}

func TestClosedPagesStopTheirJobs(t *testing.T) {
	h := newHouse(t)
	pages := h.handler.(*Pages)
	gone, cancel := context.WithCancel(t.Context())
	cancel() // the reader does not wait
	j := pages.jobs.start(gone, &job{kind: jobImport}, func(ctx context.Context, _ servicing.Progress) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	})
	pages.Close()
	if !j.done() {
		t.Error("the job goes on after the pages were closed")
	}
	if lending.KindOf(j.failed) != 0 || j.why() != "Something went wrong on our side." {
		t.Errorf("the job says %q", j.why())
	}
}

// TestLongCheckGoesOnBehindItsPage: nobody waits in a request for the check of a
// large file; its page says how far it is and leads to the result.
func TestLongCheckGoesOnBehindItsPage(t *testing.T) {
	h := newHouse(t)
	pages := h.handler.(*Pages)
	pages.jobs.wait = 0
	operator := h.as("operator")
	operator.upload("/statements/check", "file", []sent{{"hdfc.csv", nextStatement()}}, url.Values{"collection_bank": {houseBank}}).leads() // to the job, or past it where it was faster
	j := pages.jobs.latest(jobCheck)
	if j == nil {
		t.Fatal("the check is no job")
	}
	<-j.ended
	if at := j.stage.Load(); at == nil || at.name != "checking" || at.total == 0 {
		t.Errorf("the check says of itself %+v", at)
	}
	check := operator.get("/statements/imports/" + j.token).leads()
	operator.get(check).status(http.StatusOK).has("Nothing is posted yet")

	hold := make(chan struct{})
	slow := pages.jobs.start(t.Context(), &job{kind: jobCheck, owner: h.actor("operator").Person, title: "slow.csv", key: "none"},
		func(_ context.Context, tell servicing.Progress) (string, error) {
			tell("checking", 50, 200)
			<-hold
			return check, nil
		})
	for slow.stage.Load() == nil {
		runtime.Gosched()
	}
	operator.get("/statements/imports/"+slow.token).has("Checking slow.csv", "Nothing is posted yet", "50 of 200")
	operator.get("/statements").has("Checking slow.csv")
	close(hold)
	<-slow.ended
	operator.get("/statements").lacks("slow.csv")
}
