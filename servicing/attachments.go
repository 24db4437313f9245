package servicing

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"lekha/lending"
	"lekha/store"
)

const (
	// MaxAttachment holds a scan of several pages; the file of the books and its
	// backups carry every one.
	MaxAttachment = 5 << 20
	// maxAttachments is more papers than anybody reads before deciding.
	maxAttachments = 20
	// maxFileName is what file systems take.
	maxFileName = 200
)

// Paper is a file that somebody attaches to a record or a request.
type Paper struct {
	Subject string // ref
	Name    string
	Data    []byte
}

// Attach keeps a paper with a record, or with a request that is not decided yet.
// It stays: who decided saw it.
func (o *Office) Attach(ctx context.Context, actor Actor, in Paper) (store.Attachment, error) {
	var kept store.Attachment
	if err := actor.need(MayPrepare); err != nil {
		return kept, err
	}
	in.Subject, in.Name = store.CleanRef(in.Subject), fileName(in.Name)
	kind, err := in.check()
	if err != nil {
		return kept, err
	}
	sum := sha256.Sum256(in.Data)
	digest := hex.EncodeToString(sum[:])
	attempt := note{action: "attachment.add", subject: in.Subject, input: map[string]any{"subject": in.Subject, "name": in.Name, "type": kind, "size": len(in.Data), "sha256": digest}}
	err = o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		id, account, err := paperSubject(ctx, &tx.View, in.Subject)
		if err != nil {
			return err
		}
		there, err := tx.Attachments(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case slices.ContainsFunc(there, func(a store.Attachment) bool { return a.SHA256 == digest }):
			return lending.RefuseField("file", "attachment.there", "This very file is attached already.")
		case len(there) >= maxAttachments:
			return lending.RefuseField("file", "attachment.too_many", fmt.Sprintf("There are %d papers already, which is the most.", maxAttachments))
		}
		n.account, n.summary = account, "Attached "+in.Name+"."
		kept, err = tx.AddAttachment(ctx, store.Attachment{SubjectID: id, Subject: in.Subject, Name: in.Name, Type: kind, SHA256: digest, PersonID: actor.Person, Person: actor.Name}, in.Data)
		return err
	})
	return kept, err
}

// paperSubject finds what a paper belongs to, and the account that it touches.
func paperSubject(ctx context.Context, v *store.View, ref string) (id, account string, err error) {
	if strings.HasPrefix(ref, "REC") {
		r, err := v.RecordByRef(ctx, ref)
		return r.ID, string(r.AccountID), err
	}
	a, err := v.ApprovalByRef(ctx, ref)
	if err == nil && a.Status != "pending" {
		err = lending.Refuse(lending.Conflict, "attachment.decided", "This request is decided: nothing is attached to it any more.")
	}
	return a.ID, string(a.AccountID), err
}

// check refuses what is no paper, and says of what type the file is.
func (p Paper) check() (kind string, err error) {
	switch {
	case len(p.Data) == 0:
		return "", lending.RefuseField("file", "attachment.empty", "Choose a file that is not empty.")
	case len(p.Data) > MaxAttachment:
		return "", lending.RefuseField("file", "attachment.too_large", fmt.Sprintf("This file is larger than %d MB.", MaxAttachment>>20))
	}
	if kind = paperType(p.Name, p.Data); kind == "" {
		return "", lending.RefuseField("file", "attachment.type", "Attach a PDF, a picture (JPEG, PNG, WebP), a document (XLSX, DOCX) or plain text.")
	}
	return kind, nil
}

// paperType is the type of a file by its first bytes; what a browser or a name
// claims does not count. What may run somewhere is none.
func paperType(name string, data []byte) string {
	starts := func(s string) bool { return bytes.HasPrefix(data, []byte(s)) }
	switch {
	case starts("%PDF-"):
		return "application/pdf"
	case starts("\x89PNG\r\n\x1a\n"):
		return "image/png"
	case starts("\xff\xd8\xff"):
		return "image/jpeg"
	case starts("RIFF") && len(data) > 12 && string(data[8:12]) == "WEBP":
		return "image/webp"
	case starts("PK\x03\x04"):
		return map[string]string{".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}[strings.ToLower(path.Ext(name))]
	case utf8.Valid(data) && !bytes.ContainsFunc(data, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' }):
		return "text/plain"
	}
	return ""
}

// fileName is a name without a path and without what breaks a line or a header.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == '"' }), "")
	for len(name) > maxFileName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.TrimSpace(name); name == "" || name == "." || name == "/" {
		return "paper"
	}
	return name
}
