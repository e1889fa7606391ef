package link

import "testing"

// Every profile is a link that can be made, and faster networks come first.
func TestProfiles(t *testing.T) {
	var before Profile
	for _, p := range Profiles() {
		if err := p.Link.Validate(); err != nil || p.Link.Plain() {
			t.Errorf("%s: %v", p.Name, err)
		}
		if p.About == "" || p.Source == "" {
			t.Errorf("%s does not say what it is, or where its figures are from", p.Name)
		}
		if p.Link.Delay <= before.Link.Delay {
			t.Errorf("%s is as fast as %s", p.Name, before.Name)
		}
		if found, ok := Find(p.Name); !ok || found != p {
			t.Errorf("%s is not found", p.Name)
		}
		before = p
	}
	if _, ok := Find("5g"); ok {
		t.Error("a profile that does not exist is found")
	}
}
