//go:build cgo

// Lekha is a lender's back office: pages for people, a JSON API for programs,
// one SQLite file.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"lekha/demo"
	"lekha/handlers"
	"lekha/servicing"
	"lekha/store"
	"lekha/webhook"
)

//go:embed schema.sql
var schema string

// version is the release; it is also in CHANGELOG.md.
const version = "0.1.0"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "lekha:", err)
		os.Exit(1)
	}
}

// command is one word of the command line. Its result goes to stdout, everything
// else to stderr.
type command struct {
	name  string
	usage string
	takes int // words after the command, at most
	run   func(ctx context.Context, c *call) error
}

// call is one run of a command: what was given, and where to write.
type call struct {
	db, addr, bank, date, name, role, log string
	payoutFolder, scopes                  string
	apiRate                               int
	fresh, passwordStdin                  bool
	webhookPrivate                        bool
	args                                  []string
	stdin                                 io.Reader
	stdout, stderr                        io.Writer
}

var commands = []command{
	{"serve", "serve [--db FILE] [--addr HOST:PORT] [--payout-folder DIR] [--webhook-private] [--api-rate N]", 0, serve},
	{"demo", "demo [--db FILE] [--addr HOST:PORT] [--payout-folder DIR] [--webhook-private] [--api-rate N] [--fresh]", 0, serveDemo},
	{"user", "user add USERNAME --name NAME --role ROLE[,ROLE] --password-stdin [--db FILE]", 2, userAdd},
	{"token", "token add NAME --role ROLE [--scopes LIST] [--db FILE]", 2, tokenAdd},
	{"import", "import FILE [--bank REF] [--db FILE]", 1, importFile},
	{"import-portfolio", "import-portfolio DIR [--db FILE]", 1, importPortfolio},
	{"eod", "eod [--date YYYY-MM-DD] [--db FILE]", 0, eod},
	{"verify", "verify [--log NUMBER:SEAL] [--db FILE]", 0, verify},
	{"rules", "rules [--db FILE]", 0, showRules},
	{"backup", "backup FILE [--db FILE]", 1, backup},
	{"version", "version", 0, func(_ context.Context, c *call) error {
		_, err := fmt.Fprintln(c.stdout, "lekha", version)
		return err
	}},
}

// run finds the command and reads its flags, which may stand before or after the
// arguments.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	name := "serve"
	if len(args) > 0 && slices.Contains([]string{"help", "--help", "-help", "-h"}, args[0]) {
		tellCommands(stdout)
		return nil
	}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	for _, cmd := range commands {
		if cmd.name != name {
			continue
		}
		c := &call{stdin: stdin, stdout: stdout, stderr: stderr}
		if err := c.parse(cmd, args); errors.Is(err, flag.ErrHelp) {
			return nil
		} else if err != nil {
			return err
		}
		if len(c.args) > cmd.takes {
			return fmt.Errorf("%q is one word too many: lekha %s", c.args[cmd.takes], cmd.usage)
		}
		return cmd.run(ctx, c)
	}
	tellCommands(stderr)
	return fmt.Errorf("there is no command %q", name)
}

// tellCommands lists what the program can do.
func tellCommands(w io.Writer) {
	fmt.Fprintln(w, "Commands; without one it serves:")
	for _, cmd := range commands {
		fmt.Fprintln(w, "  lekha "+cmd.usage)
	}
}

func (c *call) parse(cmd command, args []string) error {
	flags := flag.NewFlagSet("lekha "+cmd.name, flag.ContinueOnError)
	flags.SetOutput(c.stderr)
	flags.Usage = func() { fmt.Fprintln(c.stderr, "Usage: lekha "+cmd.usage) }
	file := "lekha.db"
	if cmd.name == "demo" {
		file = "demo.db"
	}
	flags.StringVar(&c.db, "db", file, "the database `file`")
	flags.StringVar(&c.addr, "addr", "127.0.0.1:8080", "`host:port` to listen on")
	flags.StringVar(&c.bank, "bank", "", "`ref` of the collection account")
	flags.StringVar(&c.date, "date", "", "business `date` to open")
	flags.IntVar(&c.apiRate, "api-rate", 50, "`requests` a second that one API token may send; 0: any number")
	flags.StringVar(&c.scopes, "scopes", "", "`permissions` that a token is narrowed to, comma-separated")
	flags.StringVar(&c.payoutFolder, "payout-folder", "", "the `folder` from which the bank fetches payout files")
	flags.BoolVar(&c.webhookPrivate, "webhook-private", false, "let webhooks into the private ranges of your own network")
	flags.StringVar(&c.log, "log", "", "`event` that was written down, as verify prints it")
	flags.StringVar(&c.name, "name", "", "the person's `name`")
	flags.StringVar(&c.role, "role", "", "`role`")
	flags.BoolVar(&c.fresh, "fresh", false, "start again")
	flags.BoolVar(&c.passwordStdin, "password-stdin", false, "read the password from standard input")
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return err
		}
		if flags.NArg() == 0 {
			return nil
		}
		c.args, args = append(c.args, flags.Arg(0)), flags.Args()[1:]
	}
	return nil
}

// existing opens a database that is there: a mistyped name makes no new one.
func (c *call) existing(ctx context.Context) (*store.DB, *servicing.Office, error) {
	if _, err := os.Stat(c.db); err != nil {
		return nil, nil, fmt.Errorf("there is no database %s: name the file with --db", c.db)
	}
	return c.open(ctx)
}

// books opens a database that is set up: money needs a company.
func (c *call) books(ctx context.Context) (*store.DB, *servicing.Office, error) {
	db, office, err := c.existing(ctx)
	if err != nil {
		return nil, nil, err
	}
	empty, err := office.IsEmpty(ctx)
	if err == nil && !empty {
		return db, office, nil
	}
	if err == nil {
		err = fmt.Errorf("nothing is set up yet in %s: run lekha serve --db %s and open the address it prints", c.db, c.db)
	}
	return nil, nil, errors.Join(err, db.Close())
}

// open opens the database, new when it is not there.
func (c *call) open(ctx context.Context) (*store.DB, *servicing.Office, error) {
	db, err := store.Open(ctx, c.db, schema, store.Options{})
	if err != nil {
		return nil, nil, err
	}
	office := servicing.New(db)
	office.SendPayoutsTo(c.payoutFolder)
	return db, office, nil
}

// serve answers until it is told to stop.
func serve(ctx context.Context, c *call) error {
	listener, err := c.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	db, office, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return c.answer(ctx, listener, house{db, office, servicing.NewPeople(office, servicing.DefaultPasswordCost())}, nil)
}

// house is everything that answers.
type house struct {
	db     *store.DB
	office *servicing.Office
	people *servicing.People
}

// shutdownGrace is how long requests under way may take when the program stops.
const shutdownGrace = 10 * time.Second

// listen takes the address. It comes before everything else: a second program on
// it stops here, before it touches what the first one is doing.
func (c *call) listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	return listener, nil
}

// answer serves pages and API, with side running beside it (the sample's loading).
func (c *call) answer(ctx context.Context, listener net.Listener, h house, side func(ctx context.Context) error) error {
	if err := errors.Join(h.office.DiscardLoading(ctx), h.office.ResumeDay(ctx)); err != nil {
		return fmt.Errorf("taking up what was interrupted: %w", err)
	}
	logger := slog.New(slog.NewTextHandler(c.stderr, nil))
	code := servicing.NewSetupCode()
	app := handlers.New(handlers.Config{Office: h.office, People: h.people, DB: h.db, SetupCode: code, Logger: logger, Version: version, APIRate: c.apiRate})
	defer app.Close() // an import under way stops and leaves nothing
	empty, err := h.office.IsEmpty(ctx)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	fmt.Fprintln(c.stdout, "Lekha answers at", address)
	if empty {
		fmt.Fprintf(c.stdout, "Nothing is set up yet. Open %s/setup and enter this code: %s\n", address, code)
	}
	server := &http.Server{Handler: app, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn)}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served, loaded := make(chan error, 1), make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if side == nil {
		side = func(context.Context) error { return nil }
	}
	go func() { loaded <- side(ctx) }()
	tended := make(chan struct{})
	go func() {
		defer close(tended)
		tendDays(ctx, h.office, logger)
	}()
	told := make(chan struct{})
	go func() {
		defer close(told)
		webhook.NewWorker(h.office, h.db.Reader(), webhook.Guard{Private: c.webhookPrivate}, logger).Run(ctx)
	}()
	defer func() { stop(); <-told; <-tended }()
	return c.wait(ctx, server, served, loaded, stop)
}

// wait is until the program is told to stop, or something fails; then requests
// under way end, and the side work is waited for.
func (c *call) wait(ctx context.Context, server *http.Server, served, loaded <-chan error, stop func()) error {
	var failed error
	for running := true; running; {
		select {
		case failed = <-served:
			running = false
		case err := <-loaded:
			loaded = nil // done once; a nil channel is never ready
			if err != nil && ctx.Err() == nil {
				failed, running = err, false
			}
		case <-ctx.Done():
			running = false
		}
	}
	stop()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	failed = errors.Join(failed, server.Shutdown(grace))
	if loaded != nil {
		<-loaded
	}
	return failed
}

// onlyDemo refuses a file that holds somebody's own books: the sample is never
// loaded into them, and never started again over them. A sample of any version
// may be started again.
func (c *call) onlyDemo(ctx context.Context) error {
	books, err := store.BooksIn(ctx, c.db)
	if err == nil && books.Company != "" && !books.IsDemo {
		err = fmt.Errorf("%s holds the books of %s, not the sample. Name another file for the sample", c.db, books.Company)
	}
	return err
}

// serveDemo serves the sample, loading it beside the answers on the first start.
func serveDemo(ctx context.Context, c *call) error {
	listener, err := c.listen()
	if err != nil {
		return err
	}
	defer listener.Close()
	if err := c.onlyDemo(ctx); err != nil {
		return err
	}
	if c.fresh {
		if used, err := store.InUse(ctx, c.db); err != nil {
			return fmt.Errorf("starting again: %w", err)
		} else if used {
			return fmt.Errorf("another program has %s open: stop that one first, or name another file with --db", c.db)
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(c.db + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("starting again: %w", err)
			}
		}
	}
	db, office, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	people := servicing.NewPeople(office, servicing.DefaultPasswordCost())
	loader := &demo.Loader{Office: office, People: people, Reader: db.Reader()}
	if err := loader.Prepare(ctx); err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, "The sample lender. Sign in as:")
	for _, s := range demo.SignIns() {
		fmt.Fprintf(c.stdout, "  %-10s %s  (%s, %s)\n", s.Username, s.Password, s.Name, strings.ReplaceAll(string(s.Roles[0]), "_", " "))
	}
	return c.answer(ctx, listener, house{db, office, people}, loader.Load)
}
