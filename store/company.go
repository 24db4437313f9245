package store

import (
	"context"
	"errors"
	"fmt"

	"lekha/lending"
)

// Company is the one lender of this file.
type Company struct {
	One               int           `db:"one"`
	ID                string        `db:"id"`
	Name              string        `db:"name"`
	PAN               string        `db:"pan"`
	GSTIN             string        `db:"gstin"`
	Address           string        `db:"address"`
	BusinessDate      lending.Date  `db:"business_date"`
	IsDemo            bool          `db:"is_demo"`
	Loading           string        `db:"loading"`
	AutoLimit         lending.Money `db:"auto_limit"`
	BackdateFreeDays  int           `db:"backdate_free_days"`
	StatementFreeDays int           `db:"statement_free_days"`
	ConfirmDays       int           `db:"confirm_days"`
	CloseAt           int           `db:"close_at"` // minute of the day in India; -1: days are closed by hand
	CreatedAt         Instant       `db:"created_at"`
	Version           int64         `db:"version"`
}

const companyColumns = `one, id, name, pan, gstin, address, business_date, is_demo, loading, auto_limit,
	backdate_free_days, statement_free_days, confirm_days, close_at, created_at, version`

// Company returns the company; ErrMissing before the first run. A view that only
// reads asks once.
func (v *View) Company(ctx context.Context) (Company, error) {
	if v.company != nil {
		return *v.company, nil
	}
	var c Company
	err := v.get(ctx, &c, `SELECT `+companyColumns+` FROM company WHERE one = 1`)
	if err != nil && !errors.Is(err, ErrMissing) {
		return c, fmt.Errorf("reading the company: %w", err)
	}
	if v.still && err == nil {
		v.company = &c
	}
	return c, err
}

// CreateCompany writes the one row.
func (tx *Tx) CreateCompany(ctx context.Context, c Company) error {
	c.One, c.ID, c.CreatedAt, c.Version = 1, NewID(), tx.Now, 1
	err := tx.insert(ctx, `
		INSERT INTO company (`+companyColumns+`)
		VALUES (:one, :id, :name, :pan, :gstin, :address, :business_date, :is_demo, :loading, :auto_limit,
			:backdate_free_days, :statement_free_days, :confirm_days, :close_at, :created_at, :version)`, c)
	if err != nil {
		return fmt.Errorf("writing the company: %w", err)
	}
	tx.Today = c.BusinessDate
	return nil
}

// SetLoading says what is still being loaded; "" when nothing is.
func (tx *Tx) SetLoading(ctx context.Context, what string) error {
	_, err := tx.exec(ctx, `UPDATE company SET loading = ? WHERE one = 1`, what)
	return err
}

// SetCloseAt says at which minute of the day a day is closed by itself; -1 for never.
func (tx *Tx) SetCloseAt(ctx context.Context, minute int) error {
	_, err := tx.exec(ctx, `UPDATE company SET close_at = ?, version = version + 1 WHERE one = 1`, minute)
	return err
}

// MoveBusinessDate sets the business date. Only the day close does.
func (tx *Tx) MoveBusinessDate(ctx context.Context, to lending.Date) error {
	if _, err := tx.exec(ctx, `UPDATE company SET business_date = ? WHERE one = 1`, to); err != nil {
		return fmt.Errorf("moving the business date: %w", err)
	}
	tx.Today = to
	return nil
}

// SetLimits writes the limits of approval of c.
func (tx *Tx) SetLimits(ctx context.Context, c Company) error {
	_, err := tx.exec(ctx, `
		UPDATE company
		SET auto_limit = ?, backdate_free_days = ?, statement_free_days = ?, confirm_days = ?, version = version + 1
		WHERE one = 1`, c.AutoLimit, c.BackdateFreeDays, c.StatementFreeDays, c.ConfirmDays)
	if err != nil {
		return fmt.Errorf("writing the limits: %w", err)
	}
	return nil
}
