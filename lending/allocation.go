package lending

import (
	"slices"
	"strings"
)

// Allocation is how a receipt walks over the rows of an account when the product
// says more than an order of components: for each of past due, due and in advance
// which component comes first, whether a row is finished before the next
// (horizontal) or a component over all rows (vertical), and which row that is not
// due yet takes what is left (domain 3.3; vectors/README.md).
//
// Worked, horizontal, three rows of 250.00 and a penalty of 20.00 on the third;
// 280.00 come before the second is due, steps "… in_advance_PI, in_advance_F,
// in_advance_NI, in_advance_P", in advance to the next row: the second row's
// 250.00, then 20.00 penalty and 10.00 principal of the third.
type Allocation struct {
	Steps     []AllocationStep `json:"steps"`
	Direction string           `json:"direction,omitempty"`
	InAdvance string           `json:"in_advance,omitempty"`
	// Charges: "with_row" (default) lets a charge count as due when its row is;
	// "own_date" pays it as due from its own date on, before its row is due.
	Charges string `json:"charges,omitempty"`
}

// AllocationStep is one component of rows of one timing. It is written like
// "past_due_PI".
type AllocationStep struct {
	When      string
	Component Component
}

// The timings of a step, seen from the value date of the money.
const (
	WhenPastDue   = "past_due"
	WhenDue       = "due"
	WhenInAdvance = "in_advance"
)

// The directions of an allocation.
const (
	Horizontal = "horizontal" // the oldest row's components in their order, then the next row; the default
	Vertical   = "vertical"   // one component over all rows, then the next component
)

// Where money in advance goes.
const (
	ToNextRow     = "next"      // the row that falls due next; the default
	ToLastRow     = "last"      // the last row
	ToAllRows     = "spread"    // all rows that are not due, in equal parts
	ToCurrentLast = "next_last" // the row whose period is running, then the last row
)

// String is the step as it is written.
func (s AllocationStep) String() string { return s.When + "_" + s.Component.String() }

// ParseAllocationStep reads a step like "in_advance_NI".
func ParseAllocationStep(text string) (AllocationStep, error) {
	i := strings.LastIndex(text, "_")
	if i < 0 {
		return AllocationStep{}, badStep()
	}
	when, token := text[:i], text[i+1:]
	c, err := ParseComponent(token)
	if err != nil || when != WhenPastDue && when != WhenDue && when != WhenInAdvance {
		return AllocationStep{}, badStep()
	}
	return AllocationStep{when, c}, nil
}

func badStep() *Error {
	return RefuseField("allocation", "INVALID_ALLOCATION", "A step of an allocation is past_due, due or in_advance with F, PI, OI, NI or P, like past_due_PI.")
}

// MarshalText writes the step.
func (s AllocationStep) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the step.
func (s *AllocationStep) UnmarshalText(text []byte) error {
	parsed, err := ParseAllocationStep(string(text))
	*s = parsed
	return err
}

// ParseAllocation reads steps joined by spaces or commas.
func ParseAllocation(text string) ([]AllocationStep, error) {
	if len(text) > 1000 {
		return nil, badStep()
	}
	var steps []AllocationStep
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
		step, err := ParseAllocationStep(word)
		if err != nil {
			return nil, err
		}
		if slices.Contains(steps, step) {
			return nil, RefuseField("allocation", "DUPLICATE_ALLOCATION", "The allocation names "+word+" twice.")
		}
		steps = append(steps, step)
	}
	if len(steps) == 0 {
		return nil, badStep()
	}
	return steps, nil
}

// When a charge that falls due with an instalment counts as due.
const (
	ChargesWithRow   = "with_row"
	ChargesOnOwnDate = "own_date"
)

// complete puts the defaults where nothing was given.
func (a Allocation) complete() Allocation {
	set(&a.Direction, Horizontal)
	set(&a.InAdvance, ToNextRow)
	set(&a.Charges, ChargesWithRow)
	return a
}

// Validate refuses an allocation that cannot be walked, naming the wire field.
func (a Allocation) Validate() error {
	a = a.complete()
	if len(a.Steps) == 0 {
		return badStep()
	}
	for i, step := range a.Steps {
		if _, err := ParseAllocationStep(step.String()); err != nil {
			return err
		}
		if slices.Contains(a.Steps[:i], step) {
			return RefuseField("allocation", "DUPLICATE_ALLOCATION", "The allocation names "+step.String()+" twice.")
		}
	}
	if a.Direction != Horizontal && a.Direction != Vertical {
		return RefuseField("allocation", "INVALID_ALLOCATION", "An allocation goes horizontal or vertical.")
	}
	if a.Charges != ChargesWithRow && a.Charges != ChargesOnOwnDate {
		return RefuseField("allocation", "INVALID_ALLOCATION", "Charges count as due with_row or on their own_date.")
	}
	if !slices.Contains([]string{ToNextRow, ToLastRow, ToAllRows, ToCurrentLast}, a.InAdvance) {
		return RefuseField("allocation", "INVALID_ALLOCATION", "Money in advance goes to the next row, the last, next_last, or is spread.")
	}
	return nil
}
