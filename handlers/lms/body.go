package lms

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
)

const (
	// maxBody is a thousand records with every field filled, and some.
	maxBody = 2 << 20
	// maxUpload is the largest statement file that is read (bankfile has the same
	// limit) with the fields beside it.
	maxUpload = 21 << 20
)

// upload is a file as it came.
type upload struct {
	name string
	data []byte
}

// readBody reads JSON or a form into fields. No body is one without fields.
func (c *call) readBody(w http.ResponseWriter, r *http.Request) error {
	c.fields = fields{}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return refuse(http.StatusUnsupportedMediaType, "body.type", "The type of this body cannot be read.")
	}
	limit := int64(maxBody)
	if c.route.file {
		limit = maxUpload
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	switch kind {
	case "multipart/form-data":
		return c.readForm(r, limit, true)
	case "application/x-www-form-urlencoded":
		return c.readForm(r, limit, false)
	case "", "application/json", "text/json":
		return c.readJSON(r)
	}
	if r.ContentLength == 0 {
		return nil // a client names a type and sends nothing
	}
	return refuse(http.StatusUnsupportedMediaType, "body.type", "Send application/json or multipart/form-data.")
}

func (c *call) readJSON(r *http.Request) error {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return bodyError(err)
	}
	if len(strings.TrimSpace(string(data))) == 0 {
		return nil
	}
	if c.fields, err = objectFields(data); err != nil {
		return refuse(http.StatusBadRequest, "body.json", "The body is no JSON object.")
	}
	return nil
}

// readForm turns each value into a JSON string: the wire types read numbers,
// lists and objects out of text as well.
func (c *call) readForm(r *http.Request, limit int64, multipart bool) error {
	var err error
	if multipart {
		// The whole body may stay in memory: it is limited, and no file of a
		// borrower is left behind on disk.
		err = r.ParseMultipartForm(limit)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		return bodyError(err)
	}
	for name, values := range r.PostForm {
		c.fields[name] = formValue(values)
	}
	if !multipart {
		return nil
	}
	defer r.MultipartForm.RemoveAll()
	for name, values := range r.MultipartForm.Value {
		c.fields[name] = formValue(values)
	}
	for name, headers := range r.MultipartForm.File {
		file, err := headers[0].Open()
		if err != nil {
			return bodyError(err)
		}
		data, err := io.ReadAll(file)
		if err = errors.Join(err, file.Close()); err != nil {
			return bodyError(err)
		}
		c.files[name] = upload{headers[0].Filename, data}
	}
	return nil
}

// formValue is a value of a form as JSON: text, or a list of texts.
func formValue(values []string) json.RawMessage {
	var raw []byte
	if len(values) == 1 {
		raw, _ = json.Marshal(values[0])
	} else {
		raw, _ = json.Marshal(values)
	}
	return raw
}

// bodyError says what is wrong with a body that could not be read.
func bodyError(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return refuse(http.StatusRequestEntityTooLarge, "body.too_large", "This is more than one request may carry.")
	}
	return refuse(http.StatusBadRequest, "body.unreadable", "The body cannot be read.")
}

// fingerprint is the same for the same request, whatever the order of its fields
// or the boundaries of its form.
func (c *call) fingerprint() string {
	h := sha256.New()
	write := func(part string) { h.Write([]byte(part)); h.Write([]byte{0}) }
	write(c.route.name)
	for _, value := range c.echo.ParamValues() {
		write(strings.Trim(value, "/"))
	}
	for _, name := range slices.Sorted(maps.Keys(c.fields)) {
		write(name)
		var value any
		if json.Unmarshal(c.fields[name], &value) == nil {
			canonical, _ := json.Marshal(value) // keys of objects come out sorted
			write(string(canonical))
			continue
		}
		write(string(c.fields[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(c.files)) {
		sum := sha256.Sum256(c.files[name].data)
		write(name)
		write(hex.EncodeToString(sum[:]))
	}
	return hex.EncodeToString(h.Sum(nil))
}
