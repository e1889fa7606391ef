package sample

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// void are the elements that have no end (HTML, section 13.1.2).
var void = []string{"meta", "link", "br", "img", "hr", "input"}

// CheckPage reports what a validator would: elements that are not closed in
// order, ids that are given twice, links and references to nowhere, and
// anything that would be fetched.
func CheckPage(t testing.TB, page []byte) {
	t.Helper()
	ids, refs := map[string]bool{}, []string{}
	var open []string
	z := html.NewTokenizer(bytes.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		tok := z.Token()
		switch kind {
		case html.StartTagToken:
			if !slices.Contains(void, tok.Data) {
				open = append(open, tok.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != tok.Data {
				t.Fatalf("</%s> closes %v", tok.Data, open)
			}
			open = open[:len(open)-1]
		}
		for _, a := range tok.Attr {
			switch a.Key {
			case "id":
				if ids[a.Val] {
					t.Errorf("id %s is given twice", a.Val)
				}
				ids[a.Val] = true
			case "aria-labelledby":
				refs = append(refs, strings.Fields(a.Val)...)
			case "href":
				if target, ok := strings.CutPrefix(a.Val, "#"); ok {
					refs = append(refs, target)
				} else if a.Val != "data:," {
					t.Errorf("<%s> refers to %s: the page needs another file", tok.Data, a.Val)
				}
			case "src":
				t.Errorf("<%s> loads %s: the page needs another file", tok.Data, a.Val)
			}
		}
	}
	if len(open) > 0 {
		t.Errorf("never closed: %v", open)
	}
	for _, ref := range refs {
		if !ids[ref] {
			t.Errorf("nothing has the id %s", ref)
		}
	}
}
