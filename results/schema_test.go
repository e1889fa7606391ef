package results

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares got with the file at path, or writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := WriteFile(path, []byte(got)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (rewrite with go test -update):\n%s", path, diff)
	}
}

// SCHEMA.md is made of the comments in the code, so that it says what the code
// says.
func TestSchemaPage(t *testing.T) {
	var page strings.Builder
	page.WriteString(`# The layout of run.json

<!-- Made of the comments in the code by: go test ./results -run SchemaPage -update -->

` + "`run.json`" + ` holds one run as one JSON object, a Record. All times are in seconds and all sizes in bytes. A field that is
left out is empty or zero. ` + "`schema`" + ` is the number of the layout. It grows when a field changes its meaning or is
removed. This version of pushbench writes layout 2 and reads 1 and 2. It refuses any other number, and any field that it
does not know.

Layout 2 changed these fields. A record of layout 1 is read with the old meaning, and a report says so:

| field | in layout 1 | in layout 2 |
|---|---|---|
| ` + "`latency`" + `, and with it ` + "`from_server`, `spread`, `age`, `uncorrected`" + ` | until the client's read returned, with the generator's own wait | until the kernel's time stamp of the event's last byte; the generator's wait is in ` + "`wait`" + ` |
| ` + "`deliveries.in_window`" + ` | counted over a shorter time than the bytes: bytes per event could be up to 1 % too high | counted between the same two moments as ` + "`steady` and `requests`" + `; its time is ` + "`steady_client_sec`" + `, not the window |
| ` + "`requests`" + ` | an answer that was under way counted as full; there was no ` + "`full`" + ` | an answer is counted when it is complete; ` + "`sent`" + ` is ` + "`full` + `empty`" + ` and what a closed connection lost |
| ` + "`settings`" + ` | absent | the settings of the variant, as data: nothing has to read them out of ` + "`variant`" + ` |
| ` + "`targets`, `target`" + ` | absent: pushbench's own server answered | who answered |
| ` + "`absent`" + ` | absent | what a target could not tell or do, with the reason |
`)
	for _, typ := range schemaTypes(t,
		"record.go", "outcome.go", "statement.go", "provenance.go", "trial.go", "settings.go", "target.go", "check.go", "duel.go", "capacity.go", "bytes.go", "ledger.go", "workload.go", "path.go", "proxy.go", "nodes.go", "connection.go", "recovery.go", "slow.go", "trust.go", "audit.go", "parts.go", "histogram.go") {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n| field | type | meaning |\n|---|---|---|\n", typ.name, typ.doc)
		for _, f := range typ.fields {
			if f.doc == "" {
				t.Errorf("%s: field %s has no comment", typ.name, f.json)
			}
			fmt.Fprintf(&page, "| `%s` | %s | %s |\n", f.json, f.typ, strings.ReplaceAll(f.doc, "|", `\|`))
		}
	}
	golden(t, "SCHEMA.md", page.String())
	for _, f := range schema() {
		name := f.path[strings.LastIndexByte(f.path, '.')+1:]
		if !strings.Contains(page.String(), "| `"+name+"` |") {
			t.Errorf("field %s is not on the page", f.path)
		}
	}
}

type schemaType struct {
	name, doc string
	fields    []schemaRow
}

type schemaRow struct{ json, typ, doc string }

// schemaTypes reads the struct types with JSON tags out of Go files.
func schemaTypes(t *testing.T, files ...string) []schemaType {
	t.Helper()
	var all []schemaType
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.TYPE {
				continue
			}
			spec := gen.Specs[0].(*ast.TypeSpec)
			typ := schemaType{name: strings.TrimSuffix(spec.Name.Name, "JSON"), doc: strings.TrimSpace(gen.Doc.Text())}
			typ.name = strings.ToUpper(typ.name[:1]) + typ.name[1:]
			if s, ok := spec.Type.(*ast.StructType); ok && s.Fields.List[0].Tag != nil {
				for _, f := range s.Fields.List {
					tag := reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json")
					tag, _, _ = strings.Cut(tag, ",")
					typ.fields = append(typ.fields, schemaRow{tag, typeName(f.Type), strings.TrimSpace(f.Comment.Text())})
				}
			}
			if typ.name == "Bytes" {
				for _, k := range Kinds() {
					typ.fields = append(typ.fields, schemaRow{k.Key(), "integer", k.About()})
				}
			}
			if typ.fields == nil {
				continue
			}
			all = append(all, typ)
		}
	}
	return all
}

// typeName words a field's type as JSON has it.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.ArrayType:
		return "array of " + typeName(e.Elt)
	case *ast.MapType:
		return "object of " + typeName(e.Value)
	case *ast.SelectorExpr:
		return "time (RFC 3339)"
	case *ast.Ident:
		switch e.Name {
		case "int", "int64", "uint64":
			return "integer"
		case "float64":
			return "number"
		case "bool":
			return "boolean"
		case "State":
			return "string"
		case "Settings":
			return "array of Setting"
		case "any":
			return "number, boolean or string"
		}
		return e.Name
	}
	return fmt.Sprintf("%T", e)
}
