package lms

import (
	"net/http"
	"regexp"

	"lekha/servicing"
)

// soundKey is what an idempotency key may be: a UUID, or any other plain text.
var soundKey = regexp.MustCompile(`^[\x21-\x7e]{1,200}$`)

// idempotencyKey is the key of a request that makes something, "" for none.
func (c *call) idempotencyKey() string {
	if c.echo.Request().Method != http.MethodPost || c.actor.Person == "" {
		return ""
	}
	return c.echo.Request().Header.Get("Idempotency-Key")
}

// once carries a request out unless its key was carried out before: then the
// first answer is given again. A request that was refused changed nothing and is
// not kept, so that it may be mended and sent again under its key.
func (a *API) once(c *call, key string) error {
	if !soundKey.MatchString(key) {
		return refuse(http.StatusBadRequest, "idempotency.key", "An Idempotency-Key is 1 to 200 printable characters.")
	}
	claim, err := a.office.ClaimOnce(c.ctx, c.actor, key, c.fingerprint())
	if err != nil {
		return err
	}
	if claim.Replayed {
		c.echo.Response().Header().Set("Idempotency-Replayed", "true")
		return c.send(claim.Status, claim.Answer)
	}
	c.ctx = claim.Mark(c.ctx)
	return a.finish(c, claim)
}

// finish carries out a claimed request and keeps its answer, or frees its key.
func (a *API) finish(c *call, claim servicing.OnceClaim) error {
	answer, err := c.route.serve(a, c)
	if err != nil {
		if problemOf(err, "").status < http.StatusInternalServerError {
			claim.Forget(c.ctx)
		} else {
			claim.Release(c.ctx)
		}
		return err
	}
	body, err := encode(answer)
	if err != nil {
		return err
	}
	if c.status == 0 {
		c.status = c.route.success()
	}
	if err := claim.Keep(c.ctx, c.status, body); err != nil {
		return err
	}
	return c.write(answer)
}
