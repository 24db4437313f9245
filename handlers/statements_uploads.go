package handlers

import (
	"crypto/rand"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
)

const (
	// uploadLife is how long a checked file waits to be posted: a look at its
	// rows and a question to a colleague.
	uploadLife = 30 * time.Minute
	// uploadsEach is how many a person has at a time: the oldest gives way.
	uploadsEach = 3
	// checkLife is how long pages of one check are turned without checking again.
	checkLife = 2 * time.Minute
	// uploadBytes is what all kept files may take of a small machine's memory.
	uploadBytes = 192 << 20
)

// file is one file as it was sent.
type file struct {
	name string
	data []byte
}

// upload is what somebody sent to be checked, kept until it is posted. It lives
// in memory alone: after a restart the file is chosen again.
type upload struct {
	owner string // id of the person: nobody else can look at it or post it
	files []file
	bank  string // collection account that was chosen, "" for none
	at    time.Time

	portfolio *servicing.PortfolioCheck // what the check of a portfolio found
	statement *servicing.StatementCheck // what the check of a statement found, of the latest one alone
	seen      time.Time                 // when it was found
}

func (u upload) bytes() int {
	sum := 0
	for _, f := range u.files {
		sum += len(f.data)
	}
	return sum
}

// uploads keeps files between their check and their posting, so that what is
// posted is what was checked, byte by byte, and no file is sent twice.
type uploads struct {
	now  func() time.Time
	mu   sync.Mutex
	kept map[string]upload // by token
}

func newUploads(now func() time.Time) *uploads {
	return &uploads{now: now, kept: map[string]upload{}}
}

// keep takes files in and returns the token that finds them again.
func (k *uploads) keep(u upload) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	u.at = k.now()
	token := rand.Text()
	k.kept[token] = u
	k.forget()
	mine := 0
	for _, other := range k.kept {
		if other.owner == u.owner {
			mine++
		}
	}
	for ; mine > uploadsEach; mine-- {
		delete(k.kept, k.oldest(u.owner))
	}
	for k.size() > uploadBytes && len(k.kept) > 1 {
		delete(k.kept, k.oldest(""))
	}
	return token
}

// of returns what a person keeps under a token.
func (k *uploads) of(owner, token string) (upload, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.forget()
	u, ok := k.kept[token]
	return u, ok && u.owner == owner
}

// note keeps what the check of a portfolio found beside its files.
func (k *uploads) note(token string, check *servicing.PortfolioCheck) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if u, ok := k.kept[token]; ok {
		u.portfolio = check
		k.kept[token] = u
	}
}

// remember keeps what the check of a statement found. The check of a long file
// is large, so only the latest is kept, of all people.
func (k *uploads) remember(token string, check servicing.StatementCheck) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for other, u := range k.kept {
		u.statement = nil
		if other == token {
			u.statement, u.seen = &check, k.now()
		}
		k.kept[other] = u
	}
}

// remembered is what a check found, while it is fresh.
func (k *uploads) remembered(u upload) (servicing.StatementCheck, bool) {
	if u.statement == nil || k.now().Sub(u.seen) > checkLife {
		return servicing.StatementCheck{}, false
	}
	return *u.statement, true
}

// drop forgets what was posted.
func (k *uploads) drop(token string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.kept, token)
}

// forget drops what nobody came back for.
func (k *uploads) forget() {
	for token, u := range k.kept {
		if k.now().Sub(u.at) > uploadLife {
			delete(k.kept, token)
		}
	}
}

func (k *uploads) size() int {
	sum := 0
	for _, u := range k.kept {
		sum += u.bytes()
	}
	return sum
}

// oldest is the token kept for longest, of one person or of all.
func (k *uploads) oldest(owner string) string {
	found := ""
	for token, u := range k.kept {
		if (owner == "" || u.owner == owner) && (found == "" || u.at.Before(k.kept[found].at)) {
			found = token
		}
	}
	return found
}

// sentFiles reads the files of a form field; none is no error.
func sentFiles(c echo.Context, name string) ([]file, error) {
	form, err := c.MultipartForm()
	if errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, unreadableForm(err)
	}
	var files []file
	for _, head := range form.File[name] {
		if head.Filename == "" && head.Size == 0 {
			continue // a browser sends a nameless part when no file was chosen
		}
		data, err := readPart(head)
		if err != nil {
			return nil, err
		}
		files = append(files, file{head.Filename, data})
	}
	return files, nil
}

func readPart(head *multipart.FileHeader) ([]byte, error) {
	part, err := head.Open()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(part)
	return data, errors.Join(err, part.Close())
}

// unreadableForm tells a form that is too large from one that is damaged.
func unreadableForm(err error) error {
	if refused, ok := errors.AsType[*echo.HTTPError](err); ok {
		return refused
	}
	return lending.Refuse(lending.Invalid, "form.unreadable", "What was sent is incomplete. Choose the file again.")
}
