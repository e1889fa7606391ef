//go:build linux

package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// bidi is WebDriver BiDi (www.w3.org/TR/webdriver-bidi), as Firefox speaks it. A page is
// called by its browsing context.
type bidi struct{ link *link }

// bidiAddress reads the file in which Firefox writes where it listens.
func bidiAddress(profile string) (string, error) {
	text, err := os.ReadFile(filepath.Join(profile, "WebDriverBiDiServer.json"))
	if err != nil {
		return "", err
	}
	var at struct {
		Host string `json:"ws_host"`
		Port uint16 `json:"ws_port"`
	}
	if json.Unmarshal(text, &at) != nil || at.Host == "" || at.Port == 0 {
		return "", errUnwritten
	}
	return "ws://" + net.JoinHostPort(at.Host, strconv.Itoa(int(at.Port))) + "/session", nil
}

func (b *bidi) hello(ctx context.Context) (version string, err error) {
	var got struct {
		Capabilities struct{ BrowserVersion string }
	}
	want := map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{"acceptInsecureCerts": true}}}
	err = b.link.call(ctx, "", "session.new", want, &got)
	return got.Capabilities.BrowserVersion, err
}

func (b *bidi) open(ctx context.Context, url string) (page string, err error) {
	var tab struct{ Context string }
	if err := b.link.call(ctx, "", "browsingContext.create", map[string]any{"type": "tab"}, &tab); err != nil {
		return "", err
	}
	where := map[string]any{"context": tab.Context, "url": url, "wait": "complete"}
	err = b.link.call(ctx, "", "browsingContext.navigate", where, nil)
	return tab.Context, err
}

func (b *bidi) evaluate(ctx context.Context, page, expression string) (string, error) {
	var got struct {
		Type   string
		Result struct {
			Type  string
			Value json.RawMessage // of a form that depends on the type
		}
		ExceptionDetails struct{ Text string }
	}
	err := b.link.call(ctx, "", "script.evaluate",
		map[string]any{"expression": expression, "target": map[string]any{"context": page}, "awaitPromise": true}, &got)
	if err != nil {
		return "", err
	}
	if got.Type == "exception" {
		return "", &Exception{got.ExceptionDetails.Text}
	}
	var text string
	if err := json.Unmarshal(got.Result.Value, &text); err != nil {
		return "", fmt.Errorf("the page answers with a value of the type %s, not a text", got.Result.Type)
	}
	return text, nil
}
