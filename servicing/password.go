package servicing

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"lekha/lending"
	"lekha/store"
)

// PasswordCost is what one argon2id hash costs. It is written into each hash, so
// that raising it later leaves old passwords good.
type PasswordCost struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

// DefaultPasswordCost is for people: 64 MiB and two passes on one thread, more
// than OWASP asks for (19 MiB, two passes), and about a tenth of a second on the
// small machines a lender runs on. One thread, because the second core belongs
// to the others.
func DefaultPasswordCost() PasswordCost {
	return PasswordCost{MemoryKiB: 64 * 1024, Passes: 2, Threads: 1}
}

const (
	// saltBytes and keyBytes are what RFC 9106 section 4 recommends.
	saltBytes = 16
	keyBytes  = 32
	// minPassword is what NIST SP 800-63B and OWASP agree on as a lower bound,
	// and two more.
	minPassword = 10
	// maxPassword keeps a request from being a megabyte of password.
	maxPassword = 200
	// maxMemoryKiB refuses a hash in the file that would eat the machine.
	maxMemoryKiB = 1024 * 1024
)

// passwords makes and checks password hashes.
type passwords struct {
	cost PasswordCost
	// nobody is the hash of a password nobody has: checking against it takes as
	// long as a real check, so that time does not tell which users exist.
	nobody string
}

func newPasswords(cost PasswordCost) passwords {
	p := passwords{cost: cost}
	p.nobody = p.hash(rand.Text())
	return p
}

// hash makes the PHC form of argon2id with a new salt.
func (p passwords) hash(password string) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails, by its contract
	key := argon2.IDKey([]byte(password), salt, p.cost.Passes, p.cost.MemoryKiB, p.cost.Threads, keyBytes)
	text := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version,
		p.cost.MemoryKiB, p.cost.Passes, p.cost.Threads, text.EncodeToString(salt), text.EncodeToString(key))
}

// verify says whether a password belongs to a hash. An empty hash (there is no
// such user) takes as long and says no.
func (p passwords) verify(hash, password string) (bool, error) {
	known := hash != ""
	if !known {
		hash = p.nobody
	}
	cost, salt, want, err := parseHash(hash)
	if err != nil {
		return false, err
	}
	got := argon2.IDKey([]byte(password), salt, cost.Passes, cost.MemoryKiB, cost.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// parseHash reads the PHC form.
func parseHash(hash string) (cost PasswordCost, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, fmt.Errorf("a password hash is not argon2id version %d", argon2.Version)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.MemoryKiB, &cost.Passes, &cost.Threads); err != nil {
		return cost, nil, nil, fmt.Errorf("reading the cost of a password hash: %w", err)
	}
	if cost.MemoryKiB > maxMemoryKiB || cost.Passes < 1 || cost.Threads < 1 {
		return cost, nil, nil, fmt.Errorf("a password hash has an absurd cost")
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return cost, nil, nil, fmt.Errorf("reading the salt of a password hash: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
		return cost, nil, nil, fmt.Errorf("reading a password hash: %w", err)
	}
	if len(salt) < saltBytes || len(key) < keyBytes {
		return cost, nil, nil, fmt.Errorf("a password hash is too short")
	}
	return cost, salt, key, nil
}

// commonPasswords are those of ten and more characters that lead every list of
// stolen ones, and what offices in India like to take.
var commonPasswords = map[string]bool{
	"1234567890": true, "0123456789": true, "0987654321": true, "9876543210": true, "12345678910": true, "123456789a": true,
	"1111111111": true, "0000000000": true, "1q2w3e4r5t": true, "1qaz2wsx3edc": true, "abcdefghij": true, "abcd123456": true, "abcd@12345": true,
	"qwertyuiop": true, "qwerty1234": true, "qwerty12345": true, "qwerty123456": true, "asdfghjkl1": true, "zxcvbnm123": true,
	"password12": true, "password123": true, "password1234": true, "password@1": true, "password@12": true, "password@123": true, "passw0rd123": true, "p@ssw0rd123": true, "p@ssword123": true,
	"administrator": true, "admin12345": true, "admin@1234": true, "admin@12345": true, "welcome123": true, "welcome1234": true, "welcome@123": true,
	"changeme123": true, "letmein123": true, "iloveyou123": true, "iloveyou12": true, "india12345": true, "india@1234": true, "india@12345": true, "bharat1234": true,
	"sairam1234": true, "krishna123": true, "krishna1234": true, "ganesh1234": true, "mumbai1234": true, "company123": true, "test123456": true, "test@12345": true, "secret1234": true, "monkey1234": true, "dragon1234": true, "football12": true, "baseball12": true, "superman123": true, "cricket123": true,
}

// passwordFault says in a sentence why a password is refused, "" when it is good.
func passwordFault(password, username string) string {
	n := utf8.RuneCountInString(password)
	switch {
	case n < minPassword:
		return fmt.Sprintf("A password has at least %d characters.", minPassword)
	case n > maxPassword:
		return fmt.Sprintf("A password has at most %d characters.", maxPassword)
	case strings.EqualFold(strings.TrimSpace(password), username):
		return "The password may not be the user name."
	case commonPasswords[strings.ToLower(strings.TrimSpace(password))]:
		return "This password is on every list that burglars try. Choose another one."
	}
	return ""
}

// Credentials are what somebody gives to sign in.
type Credentials struct {
	Username  string
	Password  string
	Address   string
	RequestID string
}

// SignIn says who somebody is. Failures are counted and slow the next try down,
// for users that exist and for names that do not alike; each is in the log,
// without the password.
func (p *People) SignIn(ctx context.Context, in Credentials) (Actor, store.User, error) {
	user, err := p.prove(ctx, in)
	if err != nil {
		return Actor{}, store.User{}, err
	}
	actor := actorOf(user)
	actor.Address, actor.RequestID = in.Address, in.RequestID
	attempt := note{action: "signin", subject: user.Username, summary: user.Name + " signed in."}
	err = p.office.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, _ *note) error {
		if user, err = tx.UserByID(ctx, user.ID); err != nil {
			return err
		}
		if !user.Active {
			return lending.Refuse(lending.Forbidden, "user.inactive", "This user is not active. Ask an administrator.")
		}
		user.FailedCount, user.LockedUntil = 0, store.Instant{}
		return tx.SetFailures(ctx, user.ID, 0, store.Instant{})
	})
	if err != nil {
		return Actor{}, store.User{}, err
	}
	return actor, user, nil
}

// prove checks a password, unless too many were wrong before, and counts a wrong
// one. It knows the user afterwards, active or not.
func (p *People) prove(ctx context.Context, in Credentials) (store.User, error) {
	select {
	case p.booth <- struct{}{}:
		defer func() { <-p.booth }()
	case <-ctx.Done():
		return store.User{}, ctx.Err()
	}
	in.Username = strings.TrimSpace(in.Username)
	user, hash, before, err := p.recall(ctx, in.Username)
	if err != nil {
		return user, err
	}
	now := p.office.db.Reader().Now().Time
	if wait := before.until.Sub(now); wait > 0 {
		// Not logged: the failure that set the lock was, and a flood of tries
		// must not fill the log.
		return user, lending.Refuse(lending.Forbidden, "signin.throttled", "Too many tries. Wait "+inMinutes(wait)+" and try again.")
	}
	if len(in.Password) > maxPassword*utf8.UTFMax {
		in.Password = "" // nobody's, and not worth hashing
	}
	good, err := p.passwords.verify(hash, in.Password)
	if err != nil {
		return user, fmt.Errorf("checking the password of %s: %w", user.Username, err)
	}
	if good {
		return user, nil
	}
	return user, p.countFailure(ctx, in, user)
}

// recall reads what is known of a name before its password is looked at. For a
// name that nobody has, the user and the hash are empty.
func (p *People) recall(ctx context.Context, username string) (user store.User, hash string, before failures, err error) {
	err = p.read(ctx, func(ctx context.Context, v *store.View) error {
		if user, err = v.UserByName(ctx, username); err != nil {
			return err
		}
		hash, err = v.PasswordHash(ctx, user.ID)
		return err
	})
	if lending.KindOf(err) == lending.NotFound {
		return store.User{}, "", p.strangers.of(username), nil
	}
	if err != nil {
		return user, "", before, fmt.Errorf("reading who signs in: %w", err)
	}
	return user, hash, failures{count: user.FailedCount, until: user.LockedUntil.Time}, nil
}

// SignInRefused is the code of a wrong name or password.
const SignInRefused = "signin.refused"

// countFailure keeps a wrong password and logs it. A name that nobody has is not
// written down, because people type their password there by mistake.
func (p *People) countFailure(ctx context.Context, in Credentials, user store.User) error {
	refused := lending.Refuse(lending.Forbidden, SignInRefused, "The user name or the password is wrong.")
	err := p.office.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n := note{action: "signin", subject: user.Username}
		var after failures
		if user.ID == "" {
			after = p.strangers.fail(in.Username, tx.Now.Time)
			n.summary = "Refused: no such user."
		} else {
			u, err := tx.UserByID(ctx, user.ID)
			if err != nil {
				return err
			}
			after = failures{count: u.FailedCount, until: u.LockedUntil.Time}.and(tx.Now.Time)
			if err := tx.SetFailures(ctx, u.ID, after.count, store.Instant{Time: after.until}); err != nil {
				return err
			}
			n.summary = "Refused: wrong password."
		}
		if !after.until.IsZero() {
			n.summary += " Locked for " + inMinutes(after.until.Sub(tx.Now.Time)) + "."
		}
		nobody := Actor{Person: "nobody", Name: "Nobody signed in", RequestID: in.RequestID, Address: in.Address}
		return logEvent(ctx, tx, nobody, n, "refused")
	})
	if err != nil {
		return err
	}
	return refused
}

const (
	// lockFrom is the failure that locks: four slips of typing are human.
	lockFrom = 5
	// firstLock doubles with every failure up to longestLock: at most four
	// guesses an hour, and a person who is kept out by somebody else's guessing
	// has not long to wait.
	firstLock   = 30 * time.Second
	longestLock = 15 * time.Minute
	// forgetAfter is how long after a lock the count starts again.
	forgetAfter = time.Hour
	// maxStrangers bounds the memory of names that nobody has.
	maxStrangers = 10_000
)

// failures are how often a sign-in failed, and until when it is locked.
type failures struct {
	count int
	until time.Time
}

// and is one failure more.
func (f failures) and(now time.Time) failures {
	if !f.until.IsZero() && now.Sub(f.until) > forgetAfter {
		f = failures{}
	}
	f.count++
	if f.count < lockFrom {
		return f
	}
	lock := longestLock
	if doubled := f.count - lockFrom; doubled < 5 { // 30 s × 2⁵ is past the longest
		lock = firstLock << doubled
	}
	f.until = now.Add(lock)
	return f
}

// strangers remembers failures of names that nobody has, so that a lock does not
// tell which names exist. It goes by the name alone, as the lock of a user does:
// were the address part of it, a second address would tell the two apart.
type strangers struct {
	mu   sync.Mutex
	seen map[[32]byte]failures // by hash of the name, which may be long or a password
}

func strangerKey(name string) [32]byte { return sha256.Sum256([]byte(strings.ToLower(name))) }

// of returns the failures of a name.
func (s *strangers) of(name string) failures {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[strangerKey(name)]
}

// fail counts one more failure of a name. When there are too many names, a half
// of them is forgotten, whichever come first.
func (s *strangers) fail(name string, now time.Time) failures {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strangerKey(name)
	f := s.seen[key].and(now)
	if len(s.seen) >= maxStrangers {
		for k := range s.seen {
			if delete(s.seen, k); len(s.seen) <= maxStrangers/2 {
				break
			}
		}
	}
	s.seen[key] = f
	return f
}

// inMinutes says a wait in words, rounded up.
func inMinutes(wait time.Duration) string {
	if minutes := int((wait + time.Minute - 1) / time.Minute); minutes > 1 {
		return fmt.Sprintf("%d minutes", minutes)
	}
	return "a minute"
}
