package store

import (
	"context"
	"fmt"
	"strings"
)

// ListView is a filter of a list under a name that a person gave it.
type ListView struct {
	ID        string  `db:"id"`
	UserID    string  `db:"user_id"`
	List      string  `db:"list"`
	Name      string  `db:"name"`
	Query     string  `db:"query"` // as in an address
	CreatedAt Instant `db:"created_at"`
}

// ListViews returns the views that a person made of a list, the oldest first.
func (v *View) ListViews(ctx context.Context, user, list string) ([]ListView, error) {
	var views []ListView
	err := v.list(ctx, &views, `
		SELECT id, user_id, list, name, query, created_at
		FROM list_views
		WHERE user_id = ? AND list = ?
		ORDER BY created_at, id`, user, list)
	if err != nil {
		return nil, fmt.Errorf("reading saved views: %w", err)
	}
	return views, nil
}

// SaveListView keeps a view; one of the same name is replaced.
func (tx *Tx) SaveListView(ctx context.Context, view ListView) error {
	view.ID, view.CreatedAt = NewID(), tx.Now
	err := tx.insert(ctx, `
		INSERT INTO list_views (id, user_id, list, name, query, created_at)
		VALUES (:id, :user_id, :list, :name, :query, :created_at)
		ON CONFLICT (user_id, list, name) DO UPDATE SET query = excluded.query`, view)
	if err != nil {
		return fmt.Errorf("saving the view %s: %w", view.Name, err)
	}
	return nil
}

// DropListView forgets a view of a person, and says whether there was one.
func (tx *Tx) DropListView(ctx context.Context, view ListView) (bool, error) {
	n, err := tx.exec(ctx, `DELETE FROM list_views WHERE user_id = ? AND list = ? AND name = ?`, view.UserID, view.List, view.Name)
	if err != nil {
		return false, fmt.Errorf("forgetting the view %s: %w", view.Name, err)
	}
	return n > 0, nil
}

// ListColumns returns the columns that a person chose to see of a list. Without a
// choice chosen is false.
func (v *View) ListColumns(ctx context.Context, user, list string) (columns []string, chosen bool, err error) {
	var rows []string
	if err := v.list(ctx, &rows, `SELECT columns FROM list_columns WHERE user_id = ? AND list = ?`, user, list); err != nil {
		return nil, false, fmt.Errorf("reading the columns of %s: %w", list, err)
	}
	if len(rows) == 0 {
		return nil, false, nil
	}
	return strings.Fields(rows[0]), true, nil
}

// SetListColumns keeps the columns that a person wants to see of a list.
func (tx *Tx) SetListColumns(ctx context.Context, user, list string, columns []string) error {
	_, err := tx.exec(ctx, `
		INSERT INTO list_columns (user_id, list, columns)
		VALUES (?, ?, ?)
		ON CONFLICT (user_id, list) DO UPDATE SET columns = excluded.columns`, user, list, strings.Join(columns, " "))
	if err != nil {
		return fmt.Errorf("keeping the columns of %s: %w", list, err)
	}
	return nil
}

// ForgetListColumns takes a choice of columns back.
func (tx *Tx) ForgetListColumns(ctx context.Context, user, list string) error {
	if _, err := tx.exec(ctx, `DELETE FROM list_columns WHERE user_id = ? AND list = ?`, user, list); err != nil {
		return fmt.Errorf("forgetting the columns of %s: %w", list, err)
	}
	return nil
}
