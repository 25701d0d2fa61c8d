package strictjson_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/strictjson"
)

type sample struct {
	Name  string            `json:"name"`
	Count int32             `json:"count"`
	On    bool              `json:"on"`
	List  [][]string        `json:"list"`
	Inner *struct{ X int }  `json:"inner"`
	Open  map[string]string `json:"open"`
}

func TestDecode(t *testing.T) {
	var got sample
	require.NoError(t, strictjson.Decode([]byte(` {"name":"é","count":3,"on":true,"list":[["a"]],"inner":null,"open":{"a b":"c"}} `), &got))
	require.Equal(t, sample{Name: "é", Count: 3, On: true, List: [][]string{{"a"}}, Open: map[string]string{"a b": "c"}}, got)
}

func TestDecodeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"nam":"x"}`:               "nam is not a known member",
		`{"Name":"x"}`:              "Name is not a known member",
		`{"name":"x","name":"y"}`:   "name is given more than once",
		`{"open":{"a":"","a":""}}`:  "open.a is given more than once",
		`{"name":1}`:                "name must be a string",
		`{"count":"1"}`:             "count must be a whole number in range",
		`{"count":1.5}`:             "count must be a whole number in range",
		`{"count":99999999999}`:     "count must be a whole number in range",
		`{"on":"yes"}`:              "on must be true or false",
		`{"list":[["a"],["b",{}]]}`: "list[1][1] must be a string",
		`{"list":{}}`:               "list must be an array",
		`{"inner":[]}`:              "inner must be an object",
		`{"inner":{"x":1}}`:         "inner.x is not a known member",
		`[]`:                        "must be an object",
		`{"name":"x"`:               "is incomplete: the JSON value does not end",
		``:                          "is incomplete: the JSON value does not end",
		`{"name":"x"} {}`:           "is not valid JSON in UTF-8 (at byte 13)",
		`{"name":"` + "\xff" + `"}`: "name is not valid JSON in UTF-8 (at byte 9)",
		`{"name":"\ud800"}`:         "name is not valid JSON in UTF-8 (at byte 9)",
		strings.Repeat("[", 65):     "must not nest deeper than 64 levels",
	} {
		err := strictjson.Decode([]byte(text), &sample{})
		var fault *strictjson.Error
		require.ErrorAs(t, err, &fault, text)
		require.Equal(t, want, fault.Error(), text)
	}
}

func TestDepthIsOfBracketsNotOfTexts(t *testing.T) {
	require.NoError(t, strictjson.Decode([]byte(`{"name":"`+strings.Repeat(`[\"`, 100)+`"}`), &sample{}))
}

func TestCompact(t *testing.T) {
	got, err := strictjson.Compact([]byte(" { \"b\" : 1.50E+3 , \"a\" : [ \"\\u00e9 \\/\" , {} ] } "))
	require.NoError(t, err)
	require.Equal(t, `{"b":1.50E+3,"a":["\u00e9 \/",{}]}`, string(got), "names, their order, numbers and texts keep their spelling")
	for _, text := range []string{`{"a":1,"a":2}`, `{`, `1 2`, "\"\xff\"", strings.Repeat("[", 65)} {
		_, err := strictjson.Compact([]byte(text))
		var fault *strictjson.Error
		require.ErrorAs(t, err, &fault, text)
	}
}
