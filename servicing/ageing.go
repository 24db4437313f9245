package servicing

import (
	"context"

	"lekha/lending"
	"lekha/store"
)

// Ageing is what is open of drawings, by how long it is past due.
type Ageing struct {
	Count       int
	Outstanding lending.Money
	PastDue     lending.Money
	Buckets     []AgeingBucket
}

// AgeingBucket is a span of days past due.
type AgeingBucket struct {
	Label       string
	Count       int
	Outstanding lending.Money
}

// InvoiceAgeing sums the open drawings of an anchor, or of all when none is named.
func InvoiceAgeing(ctx context.Context, v *store.View, anchor string) (Ageing, error) {
	spans := []struct {
		label    string
		from, to int
	}{{"not past due", 0, 0}, {"1 to 30", 1, 30}, {"31 to 60", 31, 60}, {"61 to 90", 61, 90}, {"more than 90", 91, 1 << 30}}
	var out Ageing
	for _, s := range spans {
		bucket := AgeingBucket{Label: s.label}
		count, sum, err := v.DrawingsPastDue(ctx, anchor, s.from, s.to)
		if err != nil {
			return out, err
		}
		bucket.Count, bucket.Outstanding = count, sum
		out.Count, out.Outstanding = out.Count+count, out.Outstanding+sum
		if s.from > 0 {
			out.PastDue += sum
		}
		out.Buckets = append(out.Buckets, bucket)
	}
	return out, nil
}
