package store

import (
	"sync"

	"lekha/lending"
)

// bodiesKept bounds the text of fact bodies that stay read: a few thousand loans
// with their schedules. It is kept at most twice.
const bodiesKept = 4 << 20

// factBodies keeps what was read from the text of facts. A body is a function of
// its text alone, so one that is known by its text is right whoever wrote it, and
// reading the schedule of a loan anew costs more than replaying it. What it hands
// out is shared: nobody changes the body of a fact.
type factBodies struct {
	mu     sync.Mutex
	recent map[string]lending.FactBody
	older  map[string]lending.FactBody // what was recent before; forgotten when recent is full
	size   int                         // text in recent
}

// read returns what a text says.
func (b *factBodies) read(text string) (lending.FactBody, error) {
	if body, ok := b.known(text); ok {
		return body, nil
	}
	body, err := lending.ReadFactBody(text)
	if err != nil {
		return body, err
	}
	b.keep(text, body)
	return body, nil
}

func (b *factBodies) known(text string) (lending.FactBody, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if body, ok := b.recent[text]; ok {
		return body, true
	}
	body, ok := b.older[text]
	if ok {
		b.add(text, body)
	}
	return body, ok
}

func (b *factBodies) keep(text string, body lending.FactBody) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(text, body)
}

// add notes a body as recent; the lock is held.
func (b *factBodies) add(text string, body lending.FactBody) {
	if b.size += len(text); b.recent == nil || b.size > bodiesKept {
		b.older, b.recent, b.size = b.recent, map[string]lending.FactBody{}, len(text)
	}
	b.recent[text] = body
}
