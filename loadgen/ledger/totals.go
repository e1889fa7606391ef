package ledger

// Totals add up the books of clients and of the links below them. The zero
// value has none.
type Totals struct {
	Books
	missing map[any]int // for each link that several clients share, how many of them are still to come
}

// Add adds the books of a client and, with the last of the clients that share
// its link, those of the link, whose counters are below. linked says that it was
// the last.
func (t *Totals) Add(own Books, link any, sharing int, below Socket) (linked bool) {
	t.Books.Add(own)
	if sharing > 1 {
		left, begun := t.missing[link]
		if !begun {
			left = sharing
		}
		if t.missing == nil {
			t.missing = map[any]int{}
		}
		if t.missing[link] = left - 1; left > 1 {
			return false
		}
	}
	t.Books.Add(below.Books())
	return true
}
