package lms

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"lekha/client"
)

// The main job by the Go client alone: a statement comes in, each credit is found,
// matched, sent, approved by a second person, and seen in the summary.
func TestGoClient(t *testing.T) {
	m := newMonday(t)
	server := httptest.NewServer(m.echo)
	defer server.Close()
	as := func(role string) *client.Client { return client.New(server.URL+"/", m.tokens[role]) }
	ctx := t.Context()

	done, err := as("operator").ImportStatement(ctx, client.File{Name: "hdfc.csv", Data: []byte(m.file)}, client.StatementBody{CollectionBank: "HDFC-CA-01"})
	if err != nil || done.Created != 4 {
		t.Fatalf("import: %+v, %v", done, err)
	}
	var sum decimal.Decimal
	var id string
	for record, err := range client.Each(ctx, as("operator").ListUnmatchedRecords, client.ListUnmatchedRecordsQuery{PageSize: "2"}) {
		if err != nil {
			t.Fatal(err)
		}
		sum = sum.Add(record.Amount)
		if record.Amount.Equal(decimal.NewFromInt(5501)) {
			id = record.ID
		}
	}
	if !sum.Equal(decimal.NewFromInt(5501 + 3405 + 7000 + 1250)) {
		t.Errorf("the unmatched credits sum to %s", sum)
	}
	yes := true
	sent, err := as("operator").MatchRecord(ctx, id, client.MatchRecordQuery{}, client.MatchBody{Allocations: []client.AllocationBody{{Account: m.anita}}, Send: &yes})
	if err != nil || sent.Status != "pending" || sent.CreatedAt.IsZero() {
		t.Fatalf("match: %+v, %v", sent, err)
	}
	_, err = as("operator").ApproveRecord(ctx, id, client.ApproveRecordQuery{}, client.RemarkBody{})
	if !client.IsCode(err, "permission") || !strings.Contains(err.Error(), "a credit manager") {
		t.Errorf("the maker approved, or was told too little: %v", err)
	}
	if _, err := as("credit_manager").ApproveRecord(ctx, id, client.ApproveRecordQuery{}, client.RemarkBody{Remark: "seen"}); err != nil {
		t.Fatal(err)
	}
	summary, err := as("auditor").ShowAccountSummary(ctx, m.anita, client.ShowAccountSummaryQuery{})
	if err != nil || !summary.TotalPaid.Equal(decimal.NewFromInt(5501)) || summary.DPD != 0 {
		t.Errorf("summary: %+v, %v", summary, err)
	}
	export, err := as("auditor").ExportRecords(ctx, client.ExportRecordsQuery{})
	if err != nil || !strings.Contains(string(export.Data), "5501.00") || export.Name == "" {
		t.Errorf("export %q: %s, %v", export.Name, export.Data, err)
	}
	_, err = client.New(server.URL, "lk_nothing").WhoAmI(ctx)
	if !client.IsCode(err, "token.refused") {
		t.Errorf("a wrong token: %v", err)
	}
	m.sound()
}
