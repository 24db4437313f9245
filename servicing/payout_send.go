package servicing

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"lekha/lending"
	"lekha/store"
)

// SendPayoutsTo names the folder from which the bank, or its transfer program,
// fetches payout files.
func (o *Office) SendPayoutsTo(folder string) { o.outbox = folder }

// SendPayoutBatch lays the file of a batch, with its control totals beside it, into
// the bank's folder. That a batch is sent is written down before its file appears,
// so a file is never there without somebody who answers for it; sent again, only
// what is missing is done.
func (o *Office) SendPayoutBatch(ctx context.Context, actor Actor, ref string) (store.PayoutBatch, error) {
	var batch store.PayoutBatch
	if err := actor.need(MayReleasePayout); err != nil {
		return batch, err
	}
	if o.outbox == "" {
		return batch, lending.Refuse(lending.Conflict, "payout.no_folder", "No folder is set from which the bank fetches files: start the program with --payout-folder, or download the file.")
	}
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		var err error
		batch, err = v.PayoutBatchByRef(ctx, ref)
		return err
	})
	if err != nil {
		return batch, err
	}
	waiting, err := o.layOut(batch)
	if err != nil {
		return batch, lending.Refuse(lending.Conflict, "payout.folder", "The file cannot be written into the bank's folder: "+plainFault(err)+".")
	}
	if batch.SentAt.IsZero() {
		if batch, err = o.markSent(ctx, actor, batch); err != nil {
			return batch, errors.Join(err, os.Remove(waiting))
		}
	}
	if waiting == "" {
		return batch, nil
	}
	return batch, os.Rename(waiting, filepath.Join(o.outbox, batch.FileName))
}

// layOut writes the control totals and the file under a name that no bank fetches,
// and returns that name; nothing when the file lies there already.
func (o *Office) layOut(batch store.PayoutBatch) (waiting string, err error) {
	place := filepath.Join(o.outbox, batch.FileName)
	if _, err := os.Stat(place); err == nil && !batch.SentAt.IsZero() {
		return "", nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	totals := fmt.Sprintf("file,payouts,total,sha256\n%s,%d,%s,%x\n", batch.FileName, batch.Count, batch.Total, sha256.Sum256(batch.Data))
	if err := os.WriteFile(place+".totals.csv", []byte(totals), 0o600); err != nil {
		return "", err
	}
	waiting = filepath.Join(o.outbox, "."+batch.FileName+".part")
	return waiting, os.WriteFile(waiting, batch.Data, 0o600)
}

// plainFault is what was wrong with a file, without where it lies.
func plainFault(err error) string {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err.Error()
	}
	return err.Error()
}

func (o *Office) markSent(ctx context.Context, actor Actor, batch store.PayoutBatch) (store.PayoutBatch, error) {
	err := o.command(ctx, actor, note{action: "payout.send", subject: batch.Ref}, func(ctx context.Context, tx *store.Tx, n *note) error {
		n.summary = fmt.Sprintf("Sent payout file %s: %d payouts, %s", batch.FileName, batch.Count, batch.Total.Rupees())
		if err := tx.MarkPayoutBatchSent(ctx, batch.ID, actor.Person); err != nil {
			return err
		}
		var err error
		batch, err = tx.PayoutBatchByRef(ctx, batch.Ref)
		return err
	})
	return batch, err
}
