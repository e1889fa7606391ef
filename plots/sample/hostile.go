package sample

import "reflect"

// Hostile is text that acts wherever it is not escaped: escape sequences, line
// ends that forge a line of each format, markup, bidirectional controls, bytes
// that are no text.
const Hostile = "\x1b]0;owned\x07\x1b[2J\r\n# forged\nBenchmarkForged 1 1 ns/op\n> forged\n1. forged\nforged: yes\n| forged |\n```\nforged\n```\n" +
	"<script>alert(1)</script>`code` ![p](http://h/) [a](javascript:b) *b* _i_ ~~s~~ $m$ &lt; \\| \" ' --> {{.}} \u009b31m\u202egnp\u2066\u0085\u2028\u2029\ufeff\x00\xff"

// Change gives every string in what v points to as change has it: the same for the
// same one, so that what belongs together stays together. The path is that of the
// fields: .Trials.Failed.
func Change(v any, change func(path, s string) string) {
	Each(v, func(path string, v reflect.Value) {
		if v.Kind() == reflect.String {
			v.SetString(change(path, v.String()))
		}
	})
}

// Each visits every exported value in what v points to that can be set, with its
// path. What it points to in turn is copied first: records share parts.
func Each(v any, visit func(path string, v reflect.Value)) {
	each(reflect.ValueOf(v).Elem(), "", visit)
}

func each(v reflect.Value, path string, visit func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			own := reflect.New(v.Type().Elem())
			own.Elem().Set(v.Elem())
			v.Set(own)
			each(v.Elem(), path, visit)
		}
	case reflect.Slice:
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		v.Set(own)
		for i := range v.Len() {
			each(v.Index(i), path, visit)
		}
	case reflect.Map:
		own := reflect.MakeMap(v.Type())
		for _, key := range v.MapKeys() {
			k, value := reflect.New(key.Type()).Elem(), reflect.New(v.Type().Elem()).Elem()
			k.Set(key)
			value.Set(v.MapIndex(key))
			each(k, path, visit)
			each(value, path, visit)
			own.SetMapIndex(k, value)
		}
		v.Set(own)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				each(v.Field(i), path+"."+f.Name, visit)
			}
		}
	default:
		visit(path, v)
	}
}
