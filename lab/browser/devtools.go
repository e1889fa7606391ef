//go:build linux

package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// devtools is Chromium's devtools protocol (chromedevtools.github.io/devtools-protocol). A
// page is called by the session that is attached to it.
type devtools struct{ link *link }

// devtoolsAddress reads the file in which Chromium writes its port and, in a second line, the
// path of its WebSocket.
func devtoolsAddress(profile string) (string, error) {
	text, err := os.ReadFile(filepath.Join(profile, "DevToolsActivePort"))
	if err != nil {
		return "", err
	}
	port, path, ok := strings.Cut(string(text), "\n")
	if !ok || !strings.HasPrefix(path, "/devtools/browser/") {
		return "", errUnwritten
	}
	return "ws://127.0.0.1:" + port + strings.TrimSpace(path), nil
}

func (d *devtools) hello(ctx context.Context) (version string, err error) {
	var got struct{ Product string }
	err = d.link.call(ctx, "", "Browser.getVersion", struct{}{}, &got)
	_, version, _ = strings.Cut(got.Product, "/")
	return version, err
}

func (d *devtools) open(ctx context.Context, url string) (page string, err error) {
	var target struct{ TargetID string }
	if err := d.link.call(ctx, "", "Target.createTarget", map[string]any{"url": "about:blank"}, &target); err != nil {
		return "", err
	}
	var attached struct{ SessionID string }
	how := map[string]any{"targetId": target.TargetID, "flatten": true}
	if err := d.link.call(ctx, "", "Target.attachToTarget", how, &attached); err != nil {
		return "", err
	}
	var went struct{ ErrorText string }
	if err := d.link.call(ctx, attached.SessionID, "Page.navigate", map[string]any{"url": url}, &went); err != nil {
		return "", err
	}
	if went.ErrorText != "" {
		return "", errors.New(went.ErrorText)
	}
	// The answer came when the new document was there, which may still be loading.
	const loaded = `new Promise(done =>
	document.readyState === "complete" ? done("") : addEventListener("load", () => done("")))`
	_, err = d.evaluate(ctx, attached.SessionID, loaded)
	return attached.SessionID, err
}

func (d *devtools) evaluate(ctx context.Context, page, expression string) (string, error) {
	var got struct {
		Result struct {
			Value any // of an exception, anything
		}
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	err := d.link.call(ctx, page, "Runtime.evaluate",
		map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &got)
	if thrown := got.ExceptionDetails; err == nil && thrown != nil {
		err = &Exception{cmp.Or(thrown.Exception.Description, thrown.Text)}
	}
	text, ok := got.Result.Value.(string)
	if err == nil && !ok {
		err = fmt.Errorf("the page answers with %v, not a text", got.Result.Value)
	}
	return text, err
}
