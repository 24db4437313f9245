//go:build cgo

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// artifacts is where journeys leave their screenshots; git ignores it.
const artifacts = "artifacts"

// browserWait is how long a page may take on a slow machine before the journey
// gives up. It guards against hanging; it asserts no speed.
const browserWait = 2 * time.Minute

// stepWait is the same for one step of a journey.
const stepWait = 45 * time.Second

// browser is the Chromium of this machine. Each tab is one of its own, so that
// people share nothing.
type browser struct {
	t    *testing.T
	path string
}

// newBrowser finds Chromium. Without one a test is skipped, but never in CI.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no Chromium, and in CI browser tests are not skipped")
		}
		t.Skip("skipped: there is no Chromium on this machine (apt-get install chromium)")
	}
	return &browser{t, path}
}

// tab is one person at the program.
type tab struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu       sync.Mutex
	messages []string
}

// open opens a tab of its own, with its own cookies.
func (b *browser) open(base string, script bool) *tab {
	b.t.Helper()
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	options = append(options, chromedp.ExecPath(b.path), chromedp.NoSandbox, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.UserDataDir(b.t.TempDir()), chromedp.WindowSize(1440, 900))
	outer, end := chromedp.NewExecAllocator(context.Background(), options...)
	b.t.Cleanup(end)
	ctx, cancel := chromedp.NewContext(outer)
	b.t.Cleanup(cancel)
	tb := &tab{t: b.t, ctx: ctx, base: base}
	// The first step starts the browser, which lives as long as its context.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1440, 900)); err != nil {
		b.t.Fatalf("starting Chromium: %v", err)
	}
	if !script {
		if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
			b.t.Fatalf("switching script off: %v", err)
		}
	}
	go tb.listen()
	return tb
}

// listen keeps what the console says; a page under the strict policy says nothing.
func (tb *tab) listen() {
	for message, err := range chromedp.Console(tb.ctx) {
		if err != nil {
			return
		}
		tb.mu.Lock()
		tb.messages = append(tb.messages, fmt.Sprint(message))
		tb.mu.Unlock()
	}
}

// quiet fails when the console said anything. The browser's own notes are none
// of ours: its hints for developers, and that a refused form was answered 422.
func (tb *tab) quiet() {
	tb.t.Helper()
	tb.mu.Lock()
	defer tb.mu.Unlock()
	for _, m := range tb.messages {
		if !strings.HasPrefix(m, "debug:") && !strings.Contains(m, "status of 422") {
			tb.t.Errorf("the console says: %s", m)
		}
	}
}

func (tb *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, stepWait)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		tb.shot("failed")
		tb.t.Fatalf("at %s: %v", tb.where(), err)
	}
}

func (tb *tab) where() string {
	at, err := chromedp.Run(tb.ctx, chromedp.Location())
	if err != nil {
		return "an unknown page"
	}
	return at
}

// visit opens an address of the program.
func (tb *tab) visit(path string) {
	tb.t.Helper()
	tb.do(chromedp.Navigate(tb.base + path))
}

// press clicks what leads to another page, and waits for that.
func (tb *tab) press(css string) {
	tb.t.Helper()
	tb.do(chromedp.ScrollIntoView(chromedp.CSS(css)))
	ctx, cancel := context.WithTimeout(tb.ctx, stepWait)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(css))); err != nil {
		tb.shot("failed")
		tb.t.Fatalf("pressing %s at %s: %v", css, tb.where(), err)
	}
}

// fill types into the field of a name.
func (tb *tab) fill(name, value string) {
	tb.t.Helper()
	css := chromedp.CSS(fmt.Sprintf("[name=%q]", name))
	tb.do(chromedp.SetValue(css, value))
}

// text is what an element shows, blanks folded.
func (tb *tab) text(css string) string {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, stepWait)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.TextContent(chromedp.CSS(css)))
	if err != nil {
		tb.shot("failed")
		tb.t.Fatalf("reading %s at %s: %v", css, tb.where(), err)
	}
	return strings.Join(strings.Fields(text), " ")
}

// sees fails unless an element shows a text.
func (tb *tab) sees(css, want string) {
	tb.t.Helper()
	if got := tb.text(css); !strings.Contains(got, want) {
		tb.shot("failed")
		tb.t.Errorf("at %s: %s shows %q, want %q in it", tb.where(), css, got, want)
	}
}

// shot keeps a picture of the page.
func (tb *tab) shot(name string) {
	tb.t.Helper()
	picture, err := chromedp.Run(tb.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		tb.t.Logf("no screenshot %s: %v", name, err)
		return
	}
	if err := os.MkdirAll(artifacts, 0o755); err != nil {
		tb.t.Fatal(err)
	}
	path := filepath.Join(artifacts, strings.ReplaceAll(tb.t.Name(), "/", "-")+"-"+name+".png")
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		tb.t.Fatal(err)
	}
}

// axe fails on every violation of WCAG 2.2 A and AA that axe-core finds.
func (tb *tab) axe() {
	tb.t.Helper()
	tb.axeOf(`{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}`)
}

// axeOfLayout is the same for the rules that depend on how wide the page is.
func (tb *tab) axeOfLayout() {
	tb.t.Helper()
	tb.axeOf(`{runOnly: {type: "rule", values: ["scrollable-region-focusable", "target-size"]}}`)
}

func (tb *tab) axeOf(options string) {
	tb.t.Helper()
	source, err := os.ReadFile("testdata/axe/axe.min.js")
	if err != nil {
		tb.t.Fatal(err)
	}
	if _, err := chromedp.Run(tb.ctx, chromedp.Evaluate[chromedp.Void](string(source)+";0")); err != nil {
		tb.t.Fatalf("loading axe: %v", err)
	}
	found, err := chromedp.Run(tb.ctx, chromedp.Evaluate[[]string](`axe.run(document, `+options+`)
		.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + " — " + n.failureSummary)))`, chromedp.EvalAwaitPromise))
	if err != nil {
		tb.t.Fatalf("running axe: %v", err)
	}
	for _, violation := range found {
		tb.t.Errorf("axe at %s: %s", tb.where(), violation)
	}
}

// program is Lekha running as a person would run it.
type program struct {
	base string
	out  *buffer
}

// buffer is written by the program and read by the test.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// start runs a command of the program until the test ends.
func start(t *testing.T, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{out: &buffer{}}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, args, strings.NewReader(""), p.out, &buffer{}) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("%v ended with %v", args, err)
		}
	})
	const says = "Lekha answers at "
	for until := time.Now().Add(browserWait); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if _, rest, ok := strings.Cut(p.out.String(), says); ok && strings.Contains(rest, "\n") {
			p.base, _, _ = strings.Cut(rest, "\n")
			return p
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%v stopped: %v\n%s", args, err, p.out)
		default:
		}
	}
	t.Fatalf("%v does not answer: %s", args, p.out)
	return nil
}

// signIn signs a person in.
func (tb *tab) signIn(username, password string) {
	tb.t.Helper()
	tb.visit("/signin")
	tb.fill("username", username)
	tb.fill("password", password)
	tb.press("main button.primary")
}
