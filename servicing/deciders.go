package servicing

import (
	"context"

	"lekha/store"
)

// WhyNotDecide is the refusal that a person would get for deciding a request
// now, nil when they may: pages show it instead of a button.
func WhyNotDecide(ctx context.Context, v *store.View, actor Actor, a store.Approval) error {
	return checkDecider(ctx, v, actor, a, 0)
}
