package handlers

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lekha/views"
)

// TestSessionDataIsReadAsWritten: who is signed in, and the word that was left for
// the next page with its way to take the act back.
func TestSessionDataIsReadAsWritten(t *testing.T) {
	deadline := time.Date(2026, 11, 20, 18, 0, 0, 123, time.UTC)
	for name, values := range map[string]map[string]any{
		"nobody": {}, "signed in": {sessionUser: "an id"},
		"just done": {sessionUser: "an id", sessionFlash: views.Flash{Text: "Parked REC1.", Path: "/records/REC1", Link: "Look",
			Undo: &views.Undo{Path: "/records/REC1/unpark", Fields: []views.Field{{Name: "version", Value: "3"}}}}},
	} {
		data, err := sessionData{}.Encode(deadline, values)
		if err != nil {
			t.Fatal(err)
		}
		got, read, err := sessionData{}.Decode(data)
		if diff := cmp.Diff(values, read); err != nil || diff != "" || !got.Equal(deadline) {
			t.Errorf("%s: until %v, %v (-want +got):\n%s", name, got, err, diff)
		}
		if user, _ := values[sessionUser].(string); sessionOwner(data) != user {
			t.Errorf("%s is of %q", name, sessionOwner(data))
		}
	}
	if _, err := (sessionData{}).Encode(deadline, map[string]any{"count": 3}); err == nil {
		t.Error("a number is kept in a session")
	}
	if _, values, err := (sessionData{}).Decode([]byte("not of ours")); err != nil || len(values) != 0 {
		t.Errorf("what cannot be read holds %v, %v", values, err)
	}
}
