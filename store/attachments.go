package store

import (
	"context"
	"fmt"
)

// Attachment is a paper that belongs to a record or a request, without its content.
type Attachment struct {
	ID        string  `db:"id"`
	Idx       int64   `db:"idx"`
	SubjectID string  `db:"subject_id"`
	Subject   string  `db:"subject"` // ref of the record or the request
	Name      string  `db:"name"`
	Type      string  `db:"type"`
	Size      int     `db:"size"`
	SHA256    string  `db:"sha256"`
	PersonID  string  `db:"person_id"`
	Person    string  `db:"person"`
	CreatedAt Instant `db:"created_at"`
}

const attachmentColumns = `id, idx, subject_id, subject, name, type, size, sha256, person_id, person, created_at`

// Attachments returns the papers of a record or a request, in the order in which
// they came.
func (v *View) Attachments(ctx context.Context, subject string) ([]Attachment, error) {
	var papers []Attachment
	err := v.list(ctx, &papers, `
		SELECT `+attachmentColumns+`
		FROM attachments
		WHERE subject_id = ?
		ORDER BY idx`, subject)
	if err != nil {
		return nil, fmt.Errorf("listing attachments: %w", err)
	}
	return papers, nil
}

// AttachmentContent returns one paper whole.
func (v *View) AttachmentContent(ctx context.Context, id string) (Attachment, []byte, error) {
	var row struct {
		Attachment
		Content []byte `db:"content"`
	}
	err := v.get(ctx, &row, `SELECT `+attachmentColumns+`, content FROM attachments WHERE id = ?`, id)
	return row.Attachment, row.Content, missing(err, "attachment", id)
}

// AddAttachment keeps a paper.
func (tx *Tx) AddAttachment(ctx context.Context, a Attachment, content []byte) (Attachment, error) {
	var err error
	if a.Idx, err = tx.next(ctx, "attachments"); err != nil {
		return a, err
	}
	a.ID, a.Size, a.CreatedAt = NewID(), len(content), tx.Now
	_, err = tx.exec(ctx, `
		INSERT INTO attachments (id, idx, subject_id, subject, name, type, size, sha256, content, person_id, person, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.ID, a.Idx, a.SubjectID, a.Subject, a.Name, a.Type, a.Size, a.SHA256, content, a.PersonID, a.Person, a.CreatedAt)
	if err != nil {
		return a, fmt.Errorf("attaching %s: %w", a.Name, err)
	}
	return a, nil
}
