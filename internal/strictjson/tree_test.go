package strictjson_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/strictjson"
)

func TestReadTree(t *testing.T) {
	tree := strictjson.ReadTree([]byte(`{"a":[1.50,{}],"\u0062":"x"}`))
	require.Equal(t, `[1.50,{}]`, string(tree.Members["a"].Text()))
	require.Equal(t, `1.50`, string(tree.Members["a"].Elements[0].Text()))
	require.NotNil(t, tree.Members["a"].Elements[1].Members)
	require.Equal(t, `"x"`, string(tree.Members["b"].Text()), "names are without escapes")
	require.Nil(t, tree.Members["c"].Text())
	for _, text := range []string{`{"a":`, `[1`, ``, `{"a":1,"a":2}`} {
		tree := strictjson.ReadTree([]byte(text))
		require.Equal(t, text, string(tree.Text()))
		require.Nil(t, tree.Members)
		require.Nil(t, tree.Elements)
	}
}
