package targets

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"pushbench/loadgen/dialect"
	"pushbench/results"
	"pushbench/scenarios/strict"
)

// Load reads the target in the file at path. What is wrong with its content is a
// *strict.Error.
func Load(path string) (*File, error) { return load(path, true) }

func load(path string, like bool) (*File, error) {
	text, err := strict.Read(path)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	name := filepath.Base(path)
	return parse(strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".yml"), path, dir, text, like)
}

// Parse reads a target. Name is how reports call it, path how errors and the record
// call the text, and dir where the paths in it begin. The error is a *strict.Error that
// lists every problem.
func Parse(name, path, dir string, text []byte) (*File, error) {
	return parse(name, path, dir, text, true)
}

// parse reads a target that is itself not like another where like is false.
func parse(name, path, dir string, text []byte, like bool) (*File, error) {
	r := &reader{Reader: strict.New(path, "target"), dir: dir}
	switch {
	case !nameForm.MatchString(name):
		r.Problem(1, 1, fmt.Sprintf("a target cannot be named %s", strict.Quote(name)),
			"the name is the file's name without .yaml: letters, digits, dots, dashes and underscores, at most 40")
	case strings.EqualFold(name, results.Builtin):
		r.Problem(1, 1, fmt.Sprintf("%s is the name of pushbench's own servers", name), "give the file another name")
	}
	root := r.Document(text, "a target has about:, start: or url:, publish: and a transport")
	if root == nil {
		return nil, r.Err()
	}
	f := &File{Server: usual(dir), Fresh: true}
	if n := valueOf(root, "like"); n != nil {
		if base := r.like(n, like); base != nil {
			c := *base
			c.Like, f = base, &c
			f.Fresh = base.Fresh || base.Server.Runs() // where it runs already, false says nothing
		}
	}
	r.file(root, f)
	if r.Good("like") { // otherwise most of it is missing
		r.check(root, f)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	f.Name, f.Path, f.Text = name, path, string(text)
	return f, nil
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

// valueOf returns the value of a key of n, or nil.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// like finds the target that this one changes: one in the same directory, or one that
// comes with pushbench.
func (r *reader) like(n *yaml.Node, allowed bool) *File {
	const want = "the name of a target, or the path of its file"
	name, ok := r.Scalar(n, "like", want)
	if !ok {
		return nil
	}
	if !allowed {
		r.Wrong(n, "like", "the target named by like: is itself like "+strict.Quote(name), "write out its values")
		return nil
	}
	base, err := r.find(name)
	if err == nil {
		return base
	}
	message, hint := err.Error(), want
	if e := (*strict.Error)(nil); errors.As(err, &e) {
		message, hint = fmt.Sprintf("%s has errors: %v", strict.Quote(name), e.Problems[0]), "correct that file first"
	}
	r.Wrong(n, "like", "like: "+message, hint)
	return nil
}

func (r *reader) find(name string) (*File, error) {
	if IsPath(name) {
		return load(r.place(name), false)
	}
	if r.dir != "" {
		f, err := load(filepath.Join(r.dir, name+".yaml"), false)
		if !errors.Is(err, os.ErrNotExist) {
			return f, err
		}
	}
	return embedded(name, false)
}

// check reports what is wrong with f as a whole. A rule is silent when a field that it
// looks at has a problem of its own.
func (r *reader) check(root *yaml.Node, f *File) {
	if f.About == "" && r.Good("about") {
		r.Problem(root.Line, root.Column, "about is missing", "say in one sentence what the server is")
	}
	if r.At["publish"] == nil && f.Like == nil {
		r.Problem(root.Line, root.Column, "publish is missing", "POST /publish, or none if the server has events of its own")
	}
	r.checkProcess(&f.Server, "")
	if f.Proxy != nil {
		r.checkProcess(f.Proxy, "proxy.")
		apart := f.Proxy.Runs() && !f.Server.Runs() && f.Server.Chosen()
		if apart && r.Sound("proxy") && r.Good("start", "start.command", "url") {
			r.Wrong(r.Node("proxy.url", "proxy"), "proxy",
				"the proxy runs already, and cannot know the port of the server that is started",
				"url: http://127.0.0.1:8080, with the port that the proxy passes requests on to")
		}
	}
	if f.Server.Runs() && r.Good("start", "start.command") {
		if f.Fresh && r.At["fresh"] != nil {
			r.Wrong(r.At["fresh"], "fresh", "fresh is true, but the file does not start the server", "start: its command")
		}
		f.Fresh = false
	}
	for _, key := range []string{"insecure", "ca"} {
		if n := r.At[key]; n != nil && !strings.HasPrefix(f.front().URL, "https:") && r.Good("url", "proxy", "proxy.url") {
			r.Wrong(n, key, key+" is given, but "+strict.Quote(f.front().URL)+" is not https", "leave it out, or url: https://…")
		}
	}
	r.checkDialect(f)
}

// checkProcess checks a server, or with the prefix of its keys a proxy.
func (r *reader) checkProcess(p *Process, prefix string) {
	if !r.Good(prefix+"start", prefix+"start.command", prefix+"url", strings.TrimSuffix(prefix, ".")) {
		return
	}
	at := func(keys ...string) *yaml.Node {
		for i, k := range keys {
			keys[i] = prefix + k
		}
		return r.Node(append(keys, strings.TrimSuffix(prefix, "."))...)
	}
	named := func(place string) bool {
		return strings.Contains(strings.Join(slices.Concat(p.Command, p.Environment), " "), place)
	}
	switch {
	case p.Runs() && p.Chosen():
		r.Wrong(at("url"), prefix+"url", "the file does not say how the "+noun(prefix)+" is started, or where it runs",
			"start: its command, or url: such as http://127.0.0.1:8080")
	case !p.Runs() && !p.Chosen() && named(placePort):
		r.Wrong(at("url"), prefix+"url", prefix+"start has {port}, and "+prefix+"url has a port of its own", "url: http://127.0.0.1:{port}")
	case p.Runs() && r.At[prefix+"stop"] != nil:
		r.Wrong(at("stop"), prefix+"stop", prefix+"stop is given, but the file does not start the "+noun(prefix),
			"pushbench does not stop what it has not started")
	case p.Chosen() && slices.ContainsFunc(p.Environment, ownPort):
		r.Wrong(r.Node(prefix+"start.environment.PORT", prefix+"start.environment"), prefix+"start.environment",
			prefix+"start.environment.PORT is given, but pushbench chooses the port",
			"leave PORT out, or keep your port: url: http://127.0.0.1:3000")
	case prefix != "" && !p.Runs() && !named(placeServer):
		r.Wrong(at("start"), prefix+"start", prefix+"start does not have {server}", "a proxy must be told the address of the server")
	}
}

// ownPort reports whether a variable is a port that the file gives.
func ownPort(variable string) bool {
	return strings.HasPrefix(variable, "PORT=") && variable != "PORT="+placePort
}

// noun is what a process is called.
func noun(prefix string) string {
	if prefix == "" {
		return "server"
	}
	return "proxy"
}

// checkDialect reports what package dialect finds, where the file says it.
func (r *reader) checkDialect(f *File) {
	d := f.Dialect
	if r.At["publish"] == nil && f.Like == nil {
		d.Publish.By = dialect.ByServer // that it is missing has been said
	}
	_, err := d.Prepare()
	all, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return
	}
	var found []*dialect.Wrong // before any of them is reported
	for _, err := range all.Unwrap() {
		var w *dialect.Wrong
		if errors.As(err, &w) && r.Good(places(w.Where)...) && r.Sound(w.Where) {
			found = append(found, w)
		}
	}
	for _, w := range found {
		message, at := w.What, places(w.Where)
		if len(at) > 0 {
			message = at[len(at)-1] + ": " + message
		}
		r.Wrong(r.Node(at...), w.Where, message, "")
	}
}

// places are the paths where something may stand: sse.headers.Host, sse.headers, sse.
func places(where string) (all []string) {
	for where != "" {
		all = append(all, where)
		where = where[:max(0, strings.LastIndexByte(where, '.'))]
	}
	return all
}
