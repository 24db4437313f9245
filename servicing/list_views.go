package servicing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

const (
	// maxListViews is more than fit beside one another above a list.
	maxListViews = 12
	// maxViewName keeps a name readable above a list.
	maxViewName = 40
	// maxViewQuery is longer than any filter that a form can make.
	maxViewQuery = 2000
)

// RecordsList names the list of records where lists are named.
const RecordsList = "records"

// listColumns are the columns of each list that a person may leave out or bring in.
var listColumns = map[string][]string{RecordsList: {"account", "utr", "bank", "date", "bank_date", "type", "left"}}

// ListColumns are the columns of a list that may be chosen.
func ListColumns(list string) []string { return slices.Clone(listColumns[list]) }

// ViewInput is a filter that a person keeps under a name.
type ViewInput struct {
	List  string `json:"list"`
	Name  string `json:"name"`
	Query string `json:"query"`
}

// SaveView keeps a filter of a list under a name, for the person alone. A view of
// that name is replaced.
func (o *Office) SaveView(ctx context.Context, actor Actor, in ViewInput) error {
	in.Name = strings.Join(strings.Fields(in.Name), " ")
	faults := faults{}
	if in.Name == "" || len(in.Name) > maxViewName {
		faults.add("name", fmt.Sprintf("Give the view a name of at most %d letters.", maxViewName))
	}
	if len(in.Query) > maxViewQuery {
		faults.add("name", "This filter is too long to be kept.")
	}
	if err := faults.refuse("view.invalid", "The view cannot be kept like this."); err != nil {
		return err
	}
	return o.ownList(ctx, actor, in.List, note{action: "view.save", subject: in.List, input: in, summary: "Kept the view " + in.Name + "."}, func(ctx context.Context, tx *store.Tx) error {
		kept, err := tx.ListViews(ctx, actor.Person, in.List)
		if err != nil {
			return err
		}
		known := slices.ContainsFunc(kept, func(v store.ListView) bool { return v.Name == in.Name })
		if len(kept) >= maxListViews && !known {
			return lending.RefuseField("name", "view.too_many", fmt.Sprintf("You keep %d views already. Forget one first.", maxListViews))
		}
		return tx.SaveListView(ctx, store.ListView{UserID: actor.Person, List: in.List, Name: in.Name, Query: in.Query})
	})
}

// DropView forgets a view of the person.
func (o *Office) DropView(ctx context.Context, actor Actor, list, name string) error {
	return o.ownList(ctx, actor, list, note{action: "view.drop", subject: list, input: ViewInput{List: list, Name: name}, summary: "Forgot the view " + name + "."}, func(ctx context.Context, tx *store.Tx) error {
		there, err := tx.DropListView(ctx, store.ListView{UserID: actor.Person, List: list, Name: name})
		if err == nil && !there {
			err = lending.Refuse(lending.NotFound, "view.not_found", "You keep no view of this name.")
		}
		return err
	})
}

// ChooseColumns keeps which columns of a list the person sees; none named brings
// the usual ones back.
func (o *Office) ChooseColumns(ctx context.Context, actor Actor, list string, columns []string) error {
	for _, column := range columns {
		if !slices.Contains(listColumns[list], column) {
			return lending.RefuseField("columns", "view.columns", "There is no such column.")
		}
	}
	attempt := note{action: "view.columns", subject: list, input: map[string]any{"list": list, "columns": columns}, summary: "Chose the columns of the list."}
	return o.ownList(ctx, actor, list, attempt, func(ctx context.Context, tx *store.Tx) error {
		if len(columns) == 0 {
			return tx.ForgetListColumns(ctx, actor.Person, list)
		}
		return tx.SetListColumns(ctx, actor.Person, list, columns)
	})
}

// ownList runs a change of what a person made of a list of theirs.
func (o *Office) ownList(ctx context.Context, actor Actor, list string, attempt note, change func(ctx context.Context, tx *store.Tx) error) error {
	if err := actor.need(MayView); err != nil {
		return err
	}
	if listColumns[list] == nil {
		return lending.Refuse(lending.NotFound, "view.list", "There is no such list.")
	}
	return o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, _ *note) error { return change(ctx, tx) })
}
