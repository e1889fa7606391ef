package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A field is one key or element of a JSON document.
type field struct {
	path  string // trials[3].latency
	start int64  // of its value
}

// fields lists every field of the document in data, in order, as far as it is
// JSON. encoding/json tells where a syntax error is but not where a field is
// that it knows nothing about or that a method refused.
func fields(data []byte) []field {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var all []field
	var value func(path string) bool
	value = func(path string) bool {
		start := dec.InputOffset()
		start += int64(len(data[start:]) - len(bytes.TrimLeft(data[start:], ": ,\t\r\n")))
		all = append(all, field{path, start})
		token, err := dec.Token()
		open, nested := token.(json.Delim)
		if err != nil || !nested {
			return err == nil
		}
		for i := 0; dec.More(); i++ {
			child := path + "[" + strconv.Itoa(i) + "]"
			if open == '{' {
				key, err := dec.Token()
				if err != nil {
					return false
				}
				child = strings.TrimPrefix(path+"."+fmt.Sprint(key), ".")
			}
			if !value(child) {
				return false
			}
		}
		_, err = dec.Token()
		return err == nil
	}
	value("")
	return all
}

// offsetOf is where the field at path has its value; 0 when there is none.
func offsetOf(data []byte, path string) int64 {
	for _, f := range fields(data) {
		if f.path == path {
			return f.start
		}
	}
	return 0
}

// unknownField finds the first field in data that is not among those of all.
func unknownField(data []byte, all []schemaField) (path, msg string, ok bool) {
	known := map[string]bool{}
	var maps []string // beginnings of paths whose last key is free
	for _, s := range all {
		path := strings.ToLower(s.path) // as encoding/json matches
		known[path] = true
		if s.typ.Kind() == reflect.Map {
			maps = append(maps, path+".")
		}
	}
	for _, f := range fields(data) {
		p := strings.ToLower(generic(f.path))
		free := slices.ContainsFunc(maps, func(m string) bool { return strings.HasPrefix(p, m) })
		if p == "" || known[p] || strings.HasSuffix(p, "[]") || free {
			continue
		}
		return f.path, fmt.Sprintf("unknown field %q", f.path), true
	}
	return "", "", false
}

// badValue finds the first value in data that its own UnmarshalJSON refuses, and
// in it the number that is meant; path is empty when there is none. All are the
// fields that it may have.
func badValue(data []byte, all []schemaField) (path, msg string) {
	custom := map[string]reflect.Type{}
	for _, s := range all {
		switch s.typ {
		case reflect.TypeFor[Histogram](), reflect.TypeFor[time.Time]():
			custom[s.path] = s.typ
		case reflect.TypeFor[Bytes]():
			custom[s.path] = s.typ
			for _, k := range Kinds() {
				custom[s.path+"."+k.Key()] = reflect.TypeFor[int64]()
			}
		}
	}
	for _, f := range fields(data) {
		if path != "" && !strings.HasPrefix(f.path, path+".") {
			break
		}
		typ, ok := custom[generic(f.path)]
		if !ok {
			continue
		}
		dec := json.NewDecoder(bytes.NewReader(data[f.start:]))
		if err := dec.Decode(reflect.New(typ).Interface()); err != nil {
			path, msg = f.path, f.path+": "+describe(err)
		}
	}
	return path, msg
}

// fieldAt is the innermost field whose value begins before offset.
func fieldAt(data []byte, offset int64) (at field) {
	for _, f := range fields(data) {
		if f.start < offset {
			at = f
		}
	}
	return at
}

// describe words a type error for people who do not know Go.
func describe(err error) string {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Sprintf("is a %s and should be of type %s", kind.Value, kind.Type)
	}
	return err.Error()
}

// generic takes the numbers out of a path: trials[3].latency is
// trials[].latency.
func generic(path string) string {
	var b strings.Builder
	for i := range len(path) {
		inside := i > 0 && strings.LastIndexByte(path[:i], '[') > strings.LastIndexByte(path[:i], ']')
		if !inside || path[i] == ']' {
			b.WriteByte(path[i])
		}
	}
	return b.String()
}

// A schemaField is a field that a document may have.
type schemaField struct {
	path string // trials[].latency.hdr
	typ  reflect.Type
}

// schema lists every field that a record may have, in order.
func schema() []schemaField { return schemaOf(reflect.TypeFor[Record]()) }

// schemaOf lists every field that a document of the type may have, in order.
func schemaOf(typ reflect.Type) []schemaField {
	var all []schemaField
	var walk func(path string, t reflect.Type)
	walk = func(path string, t reflect.Type) {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if path != "" && !strings.HasSuffix(path, "[]") {
			all = append(all, schemaField{path, t})
		}
		if t.Kind() == reflect.Slice {
			walk(path+"[]", t.Elem())
			return
		}
		if t == reflect.TypeFor[Bytes]() {
			for _, k := range Kinds() {
				walk(path+"."+k.Key(), reflect.TypeFor[int64]())
			}
			return
		}
		if t == reflect.TypeFor[Histogram]() {
			t = reflect.TypeFor[histogramJSON]()
		}
		if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if t.Field(i).Anonymous && name == "" { // its fields are those of t
				walk(path, t.Field(i).Type)
				continue
			}
			walk(strings.TrimPrefix(path+"."+name, "."), t.Field(i).Type)
		}
	}
	walk("", typ)
	return all
}
