package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lekha/servicing"
)

// permissions are all there are: a route needs exactly one of them.
var permissions = []servicing.Permission{servicing.MaySignIn, servicing.MayView, servicing.MayPrepare, servicing.MayDecide, servicing.MayTune, servicing.MaySign, servicing.MayImport,
	servicing.MayTakeOver, servicing.MayReleasePayout, servicing.MayCloseDay, servicing.MayCloseBooks, servicing.MayManagePeople, servicing.MayManageProducts,
	servicing.MayAudit, servicing.MayExport}

// people of the sample house, one of each role.
var roleHolders = []string{"operator", "credit_manager", "finance", "admin", "auditor"}

func table() []route { return (&app{}).routes() }

func TestEveryRouteHasOnePermission(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range table() {
		if !slices.Contains(permissions, r.permission) {
			t.Errorf("%s %s has no permission: %q", r.method, r.path, r.permission)
		}
		if r.method != get && r.method != post {
			t.Errorf("%s %s: pages use GET and POST only", r.method, r.path)
		}
		if key := r.method + " " + r.path; seen[key] {
			t.Errorf("%s stands twice in the table", key)
		} else {
			seen[key] = true
		}
	}
}

// filled is an address with something in each place. What it names is not there,
// so that no act of the table changes anything.
func filled(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, ":") {
			name, rest, dotted := strings.Cut(part, ".")
			parts[i] = map[string]string{":day": "2026-11-17", ":date": "2020-01-01", ":seq": "999999"}[name]
			if parts[i] == "" {
				parts[i] = "NOTHERE0"
			}
			if dotted {
				parts[i] += "." + rest
			}
		}
	}
	return strings.Join(parts, "/")
}

// may says whether the refusal of a permission is what came back.
func refusedPermission(a answer, permission servicing.Permission) bool {
	return a.Code == http.StatusForbidden && strings.Contains(a.words(), "This is for "+servicing.RolesFor(permission)+". Ask one of them.")
}

// Every role at every route gets what the table of permissions says.
func TestEveryRoleAtEveryRoute(t *testing.T) {
	h := newHouse(t)
	for _, who := range roleHolders {
		actor := h.actor(who)
		for _, r := range table() {
			if r.permission == servicing.MaySignIn || r.path == "/me/password" {
				continue
			}
			var answer answer
			if r.method == get {
				answer = h.as(who).get(filled(r.path))
			} else {
				answer = h.as(who).post(filled(r.path), url.Values{"version": {"999"}})
			}
			if got, want := refusedPermission(answer, r.permission), !actor.Can(r.permission); got != want {
				t.Errorf("%s at %s %s: refused %v, want %v (%d)", who, r.method, r.path, got, want, answer.Code)
			}
			if answer.Code >= 500 {
				t.Errorf("%s at %s %s: %d %s", who, r.method, r.path, answer.Code, h.logged.String())
				h.logged.Reset()
			}
		}
	}
}

// auditorPosts are the forms an auditor may send: they change nothing but who
// they are themselves in this program.
var auditorPosts = map[string]bool{"/signin": true, "/signout": true, "/setup": true, "/me/password": true, "/me/tokens/:id/revocation": true,
	"/records/views": true, "/records/views/forgetting": true, "/records/columns": true}

func TestAuditorChangesNothing(t *testing.T) {
	h := newHouse(t)
	posts := 0
	for _, r := range table() {
		if r.method != post || auditorPosts[r.path] {
			continue
		}
		posts++
		for _, browser := range []browser{h.as("auditor"), h.as("auditor").piece()} {
			if answer := browser.post(filled(r.path), nil); answer.Code != http.StatusForbidden {
				t.Errorf("the auditor posts to %s: %d", r.path, answer.Code)
			}
		}
	}
	if posts < 30 {
		t.Errorf("only %d forms were tried", posts)
	}
}

func TestNobodyGetsNowhere(t *testing.T) {
	h := newHouse(t)
	for _, r := range table() {
		if r.permission == servicing.MaySignIn {
			continue
		}
		var answer answer
		if r.method == get {
			answer = h.nobody().get(filled(r.path))
		} else {
			answer = h.nobody().post(filled(r.path), nil)
		}
		if to := answer.Header().Get("Location"); answer.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/signin") {
			t.Errorf("%s %s without a session: %d %s", r.method, r.path, answer.Code, to)
		}
	}
}

// A form that another site makes the browser send is refused.
func TestPostsFromOtherSitesAreRefused(t *testing.T) {
	h := newHouse(t)
	h.as("operator").with("Sec-Fetch-Site", "cross-site").post("/days", url.Values{"until": {"2026-11-21"}}).
		status(http.StatusForbidden).has("came from another site")
	if got := h.businessDate(); got != houseToday {
		t.Errorf("the business date is %s", got)
	}
}
