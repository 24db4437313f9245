package store

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"lekha/lending"
)

// receiptBody is the text of a receipt that is not like any other, of some length.
func receiptBody(n, padding int) string {
	return `{"receipt":{"received":` + strconv.Itoa(n) + `}` + strings.Repeat(" ", padding) + `}`
}

func TestFactBodiesSayWhatTheirTextSays(t *testing.T) {
	var bodies factBodies
	const padding = 1000
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for n := range 3 * bodiesKept / padding / 2 {
				body, err := bodies.read(receiptBody(n, padding))
				if err != nil || body.Receipt == nil || body.Receipt.Received != lending.Money(n) {
					t.Errorf("body %d is %+v (%v)", n, body.Receipt, err)
					return
				}
			}
		})
	}
	wait.Wait()
	if _, err := bodies.read(`{"receipt":`); err == nil {
		t.Error("half a body was read")
	}
	kept := 0
	for _, m := range []map[string]lending.FactBody{bodies.recent, bodies.older} {
		for text := range m {
			kept += len(text)
		}
	}
	if kept == 0 || kept > 2*bodiesKept {
		t.Errorf("%d bytes are kept, want some and at most %d", kept, 2*bodiesKept)
	}
	first, _ := bodies.read(receiptBody(1, 0))
	again, _ := bodies.read(receiptBody(1, 0))
	if first.Receipt != again.Receipt {
		t.Error("a body was read twice from the same text")
	}
}
