package matching

import (
	"cmp"
	"slices"
	"strings"
)

// hubAccounts is how many accounts a payer may be known with before it is a hub:
// a shop that pays for its customers, a payment service, the lender itself. A
// hub says nothing.
const hubAccounts = 4

// memoryIndex finds what is remembered of a payer.
type memoryIndex struct {
	byValue map[memoryKey][]Memory // one for an account, by account
	heads   map[memoryKey][]string // names and UPI addresses by their first letters, for those that a bank cut
}

// minNameHead is how many letters of a cut name or address are needed to look it up.
const minNameHead = 6

type memoryKey struct {
	kind  MemoryKind
	value string
}

func newMemoryIndex() memoryIndex {
	return memoryIndex{byValue: map[memoryKey][]Memory{}, heads: map[memoryKey][]string{}}
}

// Remember adds the counts of memories to those known.
func (b *Book) Remember(memories ...Memory) {
	for _, m := range memories {
		if m.Value == "" || m.Account == "" {
			continue
		}
		k := memoryKey{m.Kind, m.Value}
		list := b.memories.byValue[k]
		at, ok := slices.BinarySearchFunc(list, m.Account, func(x Memory, id string) int { return cmp.Compare(x.Account, id) })
		if ok {
			list[at].Confirmations += m.Confirmations
			list[at].Rejections += m.Rejections
			continue
		}
		b.memories.byValue[k] = slices.Insert(list, at, m)
		if len(list) == 0 && m.Kind != MemoryAccount && len(m.Value) >= minNameHead {
			head := memoryKey{m.Kind, m.Value[:minNameHead]}
			b.memories.heads[head] = append(b.memories.heads[head], m.Value)
		}
	}
}

// recall are the memories of a value that count: confirmed, and not of a hub.
func (x memoryIndex) recall(kind MemoryKind, value string) []Memory {
	if value == "" {
		return nil
	}
	var out []Memory
	for _, m := range x.byValue[memoryKey{kind, value}] {
		if m.Confirmations > 0 {
			out = append(out, m)
		}
	}
	if len(out) > hubAccounts {
		return nil
	}
	return out
}

// MergeMemories adds up memories of the same kind, value and account. The answer
// is sorted by kind, value and account.
func MergeMemories(memories ...Memory) []Memory {
	out := slices.Clone(memories)
	slices.SortStableFunc(out, func(a, b Memory) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Account, b.Account))
	})
	merged := out[:0]
	for _, m := range out {
		if n := len(merged); n > 0 && merged[n-1].Kind == m.Kind && merged[n-1].Value == m.Value && merged[n-1].Account == m.Account {
			merged[n-1].Confirmations += m.Confirmations
			merged[n-1].Rejections += m.Rejections
			continue
		}
		merged = append(merged, m)
	}
	return merged
}

// Learn returns what to remember when a credit was approved for an account: the
// payer's UPI address, the payer's bank account together with the printed name,
// and the printed name when it is not the borrower's or co-applicant's own. What
// belongs to the lender is never learned.
func Learn(p Parsed, a Account, own Own) []Memory {
	out := identities(p, a, own)
	for i := range out {
		out[i].Confirmations = 1
	}
	return out
}

// Unlearn returns what to remember when an account was refused for a credit.
func Unlearn(p Parsed, a Account, own Own) []Memory {
	out := identities(p, a, own)
	for i := range out {
		out[i].Rejections = 1
	}
	return out
}

func identities(p Parsed, a Account, own Own) []Memory {
	o := newOwnIndex(own)
	printed := prepareName(p.Name)
	if o.isName(printed) {
		printed = name{}
	}
	var out []Memory
	if v := vpaValue(p.VPA); v != "" && !o.handles[v] {
		out = append(out, Memory{Kind: MemoryVPA, Value: v, Account: a.ID})
	}
	if v := accountValue(p, printed); v != "" {
		out = append(out, Memory{Kind: MemoryAccount, Value: v, Account: a.ID})
	}
	if v := nameValue(printed); v != "" && !isOwnName(printed, a) {
		out = append(out, Memory{Kind: MemoryName, Value: v, Account: a.ID})
	}
	return out
}

// vpaValue is a whole UPI address; one cut by the bank identifies nobody.
func vpaValue(vpa string) string {
	if !strings.Contains(vpa, "@") {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(vpa))
}

// accountValue is bank, account tail and printed name; the tail alone is shared
// by one account in ten thousand of every bank.
func accountValue(p Parsed, printed name) string {
	if len(p.AccountTail) < 3 || printed.empty() {
		return ""
	}
	return bankOf(p.IFSC) + ":" + p.AccountTail + ":" + printed.fold
}

// bankOf is the bank's four letters of an IFSC.
func bankOf(ifsc string) string {
	s := strings.ToUpper(strings.TrimSpace(ifsc))
	return s[:min(4, len(s))]
}

// nameValue is a printed name long enough to mean somebody.
func nameValue(printed name) string {
	if len(printed.fold) < 6 || len(printed.words) == 0 {
		return ""
	}
	return printed.fold
}

func isOwnName(printed name, a Account) bool {
	return compareNames(printed, prepareName(a.Name)) >= nameLevel4 || compareNames(printed, prepareName(a.CoApplicant)) >= nameLevel4
}
