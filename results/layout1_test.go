package results

import (
	"encoding/json"
	"strings"
	"testing"
)

// Fields that have another name now are read under the one that they had, and
// written under the new one.
func TestOlderNamesAreRead(t *testing.T) {
	r := small(t)
	r.Trials[0].Audit = &Audit{Connections: 2, Unattributed: 3}
	now, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	then := strings.Replace(string(now), `"unattributed":3`, `"strangers":3`, 1)
	if then == string(now) || strings.Contains(string(now), "strangers") {
		t.Fatalf("an audit is written as %s", now)
	}
	old, err := Parse("run.json", []byte(then))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(old); err != nil || string(again) != string(now) {
		t.Errorf("%v: %s", err, again)
	}
}
