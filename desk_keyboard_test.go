//go:build cgo

package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// keys types into whatever has the focus, one key after the other.
func (tb *tab) keys(keys ...string) {
	tb.t.Helper()
	for _, key := range keys {
		tb.do(chromedp.KeyEvent(key))
	}
}

// Keys that have no letter.
const (
	keyEnter  = "\r"
	keyTab    = "\t"
	keyEscape = "\u001b"
	keyDelete = "\b"
)

// until waits for what a page comes to; nothing here sleeps for a fixed time.
func (tb *tab) until(what, js string) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, stepWait)
	defer cancel()
	for ctx.Err() == nil {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")")); err == nil && ok {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	tb.shot("failed")
	tb.t.Fatalf("at %s: never %s (%s)", tb.where(), what, js)
}

// focused fails unless something of the page has the focus: without the mouse, a
// lost focus is a lost person. It says what has it.
func (tb *tab) focused() string {
	tb.t.Helper()
	tb.until("has anything the focus", `document.activeElement && document.activeElement !== document.body`)
	at, err := chromedp.Run(tb.ctx, chromedp.Evaluate[string](`(e => e.id || e.name || e.textContent.trim().slice(0, 40) || e.tagName)(document.activeElement)`))
	if err != nil {
		tb.t.Fatal(err)
	}
	return at
}

// walkTo presses Tab until an element has the focus.
func (tb *tab) walkTo(css string) {
	tb.t.Helper()
	for range 60 {
		at, err := chromedp.Run(tb.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`document.activeElement.matches(%q)`, css)))
		if err == nil && at {
			return
		}
		tb.keys(keyTab)
	}
	tb.shot("failed")
	tb.t.Fatalf("at %s: Tab never comes to %s", tb.where(), css)
}

// leave presses a key that leads to another page.
func (tb *tab) leave(key string, more ...chromedp.KeyOption) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, stepWait)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.KeyEvent(key, more...)); err != nil {
		tb.shot("failed")
		tb.t.Fatalf("%q at %s: %v", key, tb.where(), err)
	}
	tb.focused()
}

// shownRef is the credit that the pane shows.
func (tb *tab) shownRef() string {
	tb.t.Helper()
	ref, err := chromedp.Run(tb.ctx, chromedp.Evaluate[string](`document.querySelector('#work').dataset.shown.slice(4)`))
	if err != nil {
		tb.t.Fatal(err)
	}
	return ref
}

// TestDeskByKeyboardAlone works the whole desk without the mouse: up and down the
// queue, candidates, amounts, a split, park with the reason, not a repayment,
// another account by search, match and send, undo. The focus is never lost, and
// the help lists the keys.
func TestDeskByKeyboardAlone(t *testing.T) {
	br := newBrowser(t)
	p, b, _ := startDemo(t)
	tb := br.open(p.base, true)
	tb.signIn("operator", passwordOf(t, p, "operator"))
	tb.visit("/matching")
	first := tb.shownRef()
	if at := tb.focused(); at == "" {
		t.Error("nothing to begin at")
	}
	tb.axe()

	tb.keys("j")
	tb.until("comes the next", `document.querySelector('#work').dataset.shown !== 'row-`+first+`'`)
	tb.focused()
	tb.keys("k")
	tb.until("comes the one before", `document.querySelector('#work').dataset.shown === 'row-`+first+`'`)
	tb.focused()
	deskHelp(tb)
	deskTakesAndSends(tb, b)
	deskSplits(tb, b)
	deskParks(tb, b)
	deskSetsAside(tb, b)
	tb.quiet()
}

// deskHelp opens the help by its key and leaves it by Escape.
func deskHelp(tb *tab) {
	tb.t.Helper()
	tb.keys("?")
	tb.until("is the help open", `document.querySelector('#keys').open`)
	for _, does := range []string{"take a candidate", "edit amounts", "match and send", "park", "not a repayment", "find another account", "back to the list", "undo last"} {
		tb.sees("#keys", does)
	}
	tb.axe()
	tb.keys(keyEscape)
	tb.until("is the help closed", `!document.querySelector('#keys').open`)
	tb.focused()
}

// strongest opens the waiting credit with the best single candidate that is not
// ticked by itself.
func (tb *tab) strongest(b *books) string {
	tb.t.Helper()
	ref := b.text(`SELECT r.ref FROM records r JOIN match_proposals p ON p.record_id = r.id AND p.rank = 1
		WHERE r.status = 'unmatched' AND json_array_length(p.accounts) = 1 AND p.decision = 'suggest' ORDER BY p.confidence DESC, r.idx LIMIT 1`)
	tb.visit("/matching/" + ref)
	tb.focused()
	return ref
}

// deskTakesAndSends takes a candidate by its number, sends it, and takes it back.
func deskTakesAndSends(tb *tab, b *books) {
	tb.t.Helper()
	ref := tb.strongest(b)
	tb.sees("#untaken", "Nothing is ticked yet.")
	tb.keys("1")
	tb.until("is the first taken", `document.querySelector('#cand-1:checked') && document.querySelector('[data-part]')`)
	if at := tb.focused(); at != "cand-1" {
		tb.t.Errorf("after 1 the focus is at %q, want the candidate", at)
	}
	tb.axe()
	tb.leave(keyEnter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	b.wait("pending", `SELECT status FROM records WHERE ref = ?`, ref)
	tb.keys("u") // it chooses, Enter takes back
	tb.until("is undo chosen", `document.activeElement.closest('form[data-undo]')`)
	tb.leave(keyEnter)
	b.wait("unmatched", `SELECT status FROM records WHERE ref = ?`, ref)
}

// deskSplits finds a second account by search, adds it as a part, types both
// amounts and sends.
func deskSplits(tb *tab, b *books) {
	tb.t.Helper()
	ref := tb.strongest(b)
	tb.keys("1")
	tb.until("is the first taken", `document.querySelector('[data-part]')`)
	mine := b.text(`SELECT a.ref FROM match_proposals p JOIN records r ON r.id = p.record_id JOIN accounts a ON a.id = json_extract(p.accounts, '$[0]') WHERE r.ref = ? AND p.rank = 1`, ref)
	other := b.text(`SELECT a.ref FROM accounts a JOIN positions s ON s.account_id = a.id WHERE a.status = 'active' AND a.ref <> ? AND s.due_now > 0 ORDER BY a.idx LIMIT 1`, mine)
	tb.keys("/")
	tb.until("is the search chosen", `document.activeElement.id === 'find'`)
	tb.do(chromedp.KeyEvent(other[:len(other)-1]))
	tb.until("is the pane ready", `!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')`)
	tb.do(chromedp.KeyEvent(other[len(other)-1:])) // faster than any hand: the last letter asks again
	tb.until("is it found", `document.querySelector('#found .found a.btn')`)
	tb.walkTo("#found a.btn")
	tb.keys(keyEnter)
	tb.until("are there two parts", `document.querySelectorAll('[data-part]').length === 2`)
	tb.focused()
	amount := b.money(`SELECT amount FROM records WHERE ref = ?`, ref)
	tb.keys("a")
	tb.until("is the first amount chosen", `document.activeElement.id === 'amount-`+mine+`'`)
	tb.keys(keyDelete) // what is typed by the protocol comes after the key itself
	tb.do(chromedp.KeyEvent((amount - 1_00).String()))
	tb.keys(keyTab)
	tb.until("is what is left worked out", `document.querySelector('#amount-`+mine+`').value.replace(/,/g, '') === '`+(amount-1_00).String()+`'`)
	tb.focused()
	tb.walkTo("#amount-" + other)
	tb.do(chromedp.KeyEvent("1.00"), chromedp.KeyEvent(keyTab))
	tb.until("is nothing left", `document.querySelector('[data-left]').textContent.trim() === '0.00'`)
	tb.leave(keyEnter, chromedp.KeyModifiers(chromedp.ModifierCtrl))
	b.wait("split", `SELECT status FROM records WHERE ref = ?`, ref)
}

// deskParks parks the credit that is shown, with the reason.
func deskParks(tb *tab, b *books) {
	tb.t.Helper()
	ref := tb.shownRef()
	tb.keys("p")
	tb.until("is the reason asked", `document.activeElement.id === 'park-reason'`)
	tb.do(chromedp.KeyEvent("Asked the branch who paid"))
	tb.leave(keyEnter)
	b.wait("parked", `SELECT status FROM records WHERE ref = ?`, ref)
}

// deskSetsAside says that the credit that is shown is a refund, and takes that back.
func deskSetsAside(tb *tab, b *books) {
	tb.t.Helper()
	ref := tb.shownRef()
	tb.keys("x")
	tb.until("is the kind asked", `document.activeElement.id === 'aside-kind'`)
	time.Sleep(1500 * time.Millisecond) // the protocol typed the x after its key: the list forgets it in a second
	tb.keys("i")                        // interest: the list chooses by its first letter
	tb.until("is interest chosen", `document.activeElement.value === 'interest'`)
	tb.axe()
	tb.walkTo("details[data-key=x] form button.primary")
	tb.leave(keyEnter)
	b.wait("set_aside", `SELECT status FROM records WHERE ref = ?`, ref)
	tb.keys("u")
	tb.until("is undo chosen", `document.activeElement.closest('form[data-undo]')`)
	tb.leave(keyEnter)
	b.wait("unmatched", `SELECT status FROM records WHERE ref = ?`, ref)
	tb.keys("/")
	tb.until("is the search chosen", `document.activeElement.id === 'find'`)
	tb.keys(keyEscape)
	tb.until("is the list chosen again", `document.activeElement.closest('[data-follow]')`)
	if at := tb.where(); !strings.Contains(at, "/matching") {
		tb.t.Errorf("it ends at %s", at)
	}
}
