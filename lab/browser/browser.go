//go:build linux

package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"
	"time"

	"pushbench/lab/process"
)

// startWithin is how soon a browser that was started can be asked, on a busy machine.
const startWithin = 60 * time.Second

// A Browser is a browser in processes of its own, with a profile of its own. It does not
// outlive this process. Its methods may be called concurrently, but Close once.
type Browser struct {
	kind    Kind
	version string
	tree    *process.Tree
	profile string // a directory
	link    *link
	driver  driver
}

// A driver speaks the protocol of a kind of browser.
type driver interface {
	// hello begins a session, and returns the version of the browser.
	hello(ctx context.Context) (version string, err error)
	// open opens a page, waits until it is loaded, and returns how it is called in the protocol.
	open(ctx context.Context, url string) (page string, err error)
	// evaluate returns the text that the promise of an expression comes to. The error is an
	// *Exception when the page throws one.
	evaluate(ctx context.Context, page, expression string) (text string, err error)
}

// Start starts a browser. The caller ends it with Close. The error is an *Absent when it is
// not installed.
func Start(ctx context.Context, k Kind) (*Browser, error) {
	path, err := Find(k)
	if err != nil {
		return nil, err
	}
	profile, err := os.MkdirTemp("", "pushbench-"+string(k)+"-")
	if err != nil {
		return nil, err
	}
	b := &Browser{kind: k, profile: profile}
	if err := b.start(ctx, path); err != nil {
		_ = b.Close() // how it ended does not matter
		if b.tree != nil && b.tree.Said() != "" {
			err = fmt.Errorf("%w; it says: %s", err, b.tree.Said())
		}
		return nil, fmt.Errorf("%s: %w", k, err)
	}
	return b, nil
}

func (b *Browser) start(ctx context.Context, path string) error {
	how := kinds[b.kind]
	if err := how.prepare(b.profile); err != nil {
		return err
	}
	program := process.Program{
		Command: slices.Concat([]string{path}, how.flags, how.profile(b.profile), []string{"about:blank"}),
		Environment: []string{
			// Nothing of the user's is read or written, who may be somebody else.
			"HOME=" + b.profile, "XDG_CONFIG_HOME=" + b.profile, "XDG_CACHE_HOME=" + b.profile,
			"MOZ_CRASHREPORTER_DISABLE=1",
		},
		Signal: syscall.SIGKILL, // the profile is thrown away
	}
	var err error
	if b.tree, err = program.Start(); err != nil {
		return err
	}
	late := fmt.Errorf("it cannot be driven %s after its start", startWithin)
	ctx, cancel := context.WithTimeoutCause(ctx, startWithin, late)
	defer cancel()
	address, err := b.await(ctx, how.address)
	if err != nil {
		return err
	}
	if b.link, err = dial(ctx, address); err != nil {
		return err
	}
	b.driver = how.drive(b.link)
	b.version, err = b.driver.hello(ctx)
	return err
}

// await waits until the browser has written to its profile where it can be driven.
func (b *Browser) await(ctx context.Context, address func(profile string) (string, error)) (string, error) {
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for {
		at, err := address(b.profile)
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errUnwritten) {
			return at, err
		}
		select {
		case <-look.C:
		case <-b.tree.Exited():
			return "", errors.New("it ended by itself")
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// Version is the version of the browser, as it tells it itself.
func (b *Browser) Version() string { return b.version }

// Close ends all processes of the browser and removes its profile. The error says what is
// left, or that the browser had ended before.
func (b *Browser) Close() error {
	var ended error
	if b.link != nil {
		b.link.close()
	}
	if b.tree != nil {
		ended = b.tree.Stop()
	}
	if errors.Is(ended, process.ErrByItself) {
		ended = fmt.Errorf("%s ended by itself: %s", b.kind, b.tree.Last())
	}
	return errors.Join(ended, os.RemoveAll(b.profile))
}

// A Page is a page that is open in a browser. Its methods may be called concurrently.
type Page struct {
	browser *Browser
	name    string
}

// Open opens a page in a tab of its own and waits until it is loaded.
func (b *Browser) Open(ctx context.Context, url string) (*Page, error) {
	name, err := b.driver.open(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("%s cannot open %s: %w", b.kind, url, err)
	}
	return &Page{b, name}, nil
}

// An Exception is what a page has thrown.
type Exception struct{ Text string }

func (e *Exception) Error() string { return "the page throws: " + e.Text }

// Eval has the page evaluate an expression of JavaScript and, if that is a promise, waits for
// what it comes to. That goes through JSON into result, unless that is nil. The error is an
// *Exception when the page throws one.
func (p *Page) Eval(ctx context.Context, expression string, result any) error {
	whole := "(async () => JSON.stringify({value: await (" + expression + "\n)}))()"
	text, err := p.browser.driver.evaluate(ctx, p.name, whole)
	if err != nil || result == nil {
		return err
	}
	var got struct{ Value json.RawMessage }
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		return err
	}
	if got.Value == nil {
		return errors.New("the page answers with undefined")
	}
	return json.Unmarshal(got.Value, result)
}
