package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
)

const (
	// onceWaits is how often a second press looks whether the first one is through,
	// and onceWait how long it waits each time: a double click without script.
	onceWaits = 30
	onceWait  = 100 * time.Millisecond
	// onceLength is longer than the tokens that forms carry.
	onceLength = 64
)

// once carries out what a form asks for once. Pressed twice, or sent again by a
// browser that went back, the form leads to where the first press led: do returns
// that address. A form without its token is carried out as it is.
func (a *app) once(c echo.Context, token string, do func(ctx context.Context) (string, error)) (path string, again bool, err error) {
	ctx := c.Request().Context()
	if token == "" || len(token) > onceLength {
		path, err = do(ctx)
		return path, false, err
	}
	claim, err := a.claimForm(ctx, c, token)
	if err != nil || claim.Replayed {
		return string(claim.Answer), claim.Replayed, err
	}
	if path, err = do(claim.Mark(ctx)); err != nil {
		if lending.KindOf(err) != 0 {
			claim.Forget(ctx)
		} else {
			claim.Release(ctx)
		}
		return "", false, err
	}
	return path, false, claim.Keep(ctx, http.StatusSeeOther, []byte(path))
}

// claimForm takes the token of a form, and waits while its first press goes on.
func (a *app) claimForm(ctx context.Context, c echo.Context, token string) (servicing.OnceClaim, error) {
	actor, hash := actorOf(c), formHash(c)
	for tries := 0; ; tries++ {
		claim, err := a.office.ClaimOnce(ctx, actor, "form/"+token, hash)
		refused, ok := errors.AsType[*lending.Error](err)
		switch {
		case !ok:
			return claim, err
		case refused.Code == "idempotency.other":
			return claim, lending.Refuse(lending.Conflict, "form.sent", "This form was saved before, with other values. Look at the records; press again to save this one too.")
		case tries == onceWaits:
			return claim, lending.Refuse(lending.Conflict, "form.running", "This form was sent before. Look at the records before you send it again.")
		}
		select {
		case <-ctx.Done():
			return claim, ctx.Err()
		case <-time.After(onceWait):
		}
	}
}

// formHash tells one filled-in form from another.
func formHash(c echo.Context) string {
	sum := sha256.New()
	params, err := c.FormParams()
	if err != nil {
		return ""
	}
	var lines []string
	for name, values := range params {
		for _, value := range values {
			lines = append(lines, name+"="+value)
		}
	}
	slices.Sort(lines)
	for _, line := range lines {
		sum.Write([]byte(line + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil))
}
