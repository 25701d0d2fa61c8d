package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestYAMLAndBack(t *testing.T) {
	for _, test := range []struct{ json, yaml string }{
		{`{"b":1,"a":[{"x":null},true]}`, "b: 1\na:\n- x: null\n- true\n"},
		{`{"n":12345678901234567890123,"f":1.10,"e":1e400,"s":"1e400"}`, "n: 12345678901234567890123\nf: 1.10\ne: 1e400\ns: \"1e400\"\n"},
		{`{"text":"select 1\nfrom x\n"}`, "text: |\n  select 1\n  from x\n"},
		{`{"off":"no","number":"12","null":"null","time":"2030-01-01","date":"2030-01-01T00:00:00Z","empty":""}`, ""},
		{`{"cron":"*/5 * * * *","star":"*","at":"@daily","colon":"a: b","hash":"a #b"}`, ""},
		{`{}`, "{}\n"},
		{`{"list":[],"object":{}}`, "list: []\nobject: {}\n"},
		{`{"unicode":"ä\u0000\u001b\u2028","quote":"\"'\\"}`, ""},
	} {
		text, err := toYAML([]byte(test.json))
		require.NoError(t, err)
		if test.yaml != "" {
			require.Equal(t, test.yaml, string(text))
		}
		back, err := fromYAML(strings.NewReader(string(text)))
		require.NoError(t, err, string(text))
		require.Len(t, back, 1)
		if strings.Contains(test.json, `\u`) {
			require.JSONEq(t, test.json, string(back[0]), string(text))
			continue
		}
		require.Equal(t, test.json, string(back[0]), "the order and the digits are kept")
	}
}

func TestYAMLThatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\na: 2\n":       `line 2: "a" stands here for the second time`,
		"a: [1\n":            "line",
		"? [a]\n: 1\n":       "a name must be a text",
		"a: .inf\n":          "no number that JSON knows",
		"x: &a [1]\ny: *b\n": "b",
	} {
		_, err := fromYAML(strings.NewReader(text))
		require.ErrorContains(t, err, want, text)
	}
	documents, err := fromYAML(strings.NewReader("---\na: 0x10\n---\n# nothing\n---\nb: 1_000\n"))
	require.NoError(t, err)
	require.Len(t, documents, 2)
	require.Equal(t, `{"a":16}`, string(documents[0]))
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'i'; c++ {
		prev := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+prev+",", 9) + "]\n"
	}
	_, err = fromYAML(strings.NewReader(bomb))
	require.ErrorContains(t, err, "unfold")
}
