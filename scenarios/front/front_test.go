package front

import (
	"strings"
	"testing"
)

func TestPrograms(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Programs() {
		if p.Name == "" || p.Package == "" || p.Streams <= 0 || seen[p.Name] {
			t.Errorf("%+v", p)
		}
		seen[p.Name] = true
		if found, ok := Find(p.Name); !ok || found.Package != p.Package {
			t.Errorf("%s is not found", p.Name)
		}
		configs := map[string]bool{}
		for _, c := range p.Configs {
			if configs[c.Name] || !strings.HasPrefix(c.About, "it ") || strings.HasSuffix(c.About, ".") {
				t.Errorf("%s: %+v", p.Name, c)
			}
			configs[c.Name] = true
			if one := (Proxy{p.Name, c.Name}); one.About() != c.About || one.String() != p.Name+"/"+c.Name {
				t.Errorf("%s: %q", one, one.About())
			}
		}
		if !configs[Default] || !configs[Tuned] {
			t.Errorf("%s lacks a configuration that all have", p.Name)
		}
	}
	if _, ok := Find("squid"); ok || (Proxy{"squid", Tuned}).About() != "" || (Proxy{"nginx", "x"}).About() != "" {
		t.Error("it knows more than it has")
	}
}
