package document_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/jobledger/jobledger/internal/document"
)

type kind string

// part and whole hold a field of every type.
type part struct {
	Name string
	Size int64
	Rest []byte
}

type whole struct {
	Kind  kind
	Tags  []string
	Raw   []byte
	Big   int64
	Bigs  []int64
	Count int
	On    bool
	For   time.Duration
	At    time.Time
	One   part
	Many  []part
	Pairs map[string]string
	Rest  []byte
}

var parts = document.New(func(p *part) *[]byte { return &p.Rest },
	document.Text(2, func(p *part) *string { return &p.Name }),
	document.Integer(900, func(p *part) *int64 { return &p.Size }),
)

// olderParts is the table before Size was added.
var olderParts = document.New(func(p *part) *[]byte { return &p.Rest },
	document.Text(2, func(p *part) *string { return &p.Name }),
)

func wholes(parts *document.Message[part], newer ...document.Field[whole]) *document.Message[whole] {
	return document.New(func(w *whole) *[]byte { return &w.Rest }, append([]document.Field[whole]{
		document.Text(2, func(w *whole) *kind { return &w.Kind }),
		document.Bytes(4, func(w *whole) *[]byte { return &w.Raw }),
		document.One(11, parts, func(w *whole) *part { return &w.One }),
		document.Many(12, parts, eachPart, func(w *whole, p part) { w.Many = append(w.Many, p) }),
		document.Count(7, func(w *whole) *int { return &w.Count }),
	}, newer...)...)
}

func eachPart(w *whole, put func(*part)) {
	for i := range w.Many {
		put(&w.Many[i])
	}
}

var (
	older = wholes(olderParts)
	newer = wholes(parts,
		document.Texts(3, func(w *whole) *[]string { return &w.Tags }),
		document.Integer(5, func(w *whole) *int64 { return &w.Big }),
		document.Integers(6, func(w *whole) *[]int64 { return &w.Bigs }),
		document.Flag(8, func(w *whole) *bool { return &w.On }),
		document.Duration(9, func(w *whole) *time.Duration { return &w.For }),
		document.Time(10, func(w *whole) *time.Time { return &w.At }),
		document.Pairs(13, func(w *whole) *map[string]string { return &w.Pairs }),
	)
)

// random is a value of which any field may be at its zero value.
func random(r *rand.Rand) whole {
	text := func() string { return "abcdefghijklmnopqrstuvwxyz"[:r.IntN(27)] }
	number := func() int64 { return []int64{0, 1, -1, 63, 64, math.MaxInt64, math.MinInt64, r.Int64()}[r.IntN(8)] }
	part := func() part { return part{Name: text(), Size: number()} }
	w := whole{Kind: kind(text()), Big: number(), Count: r.IntN(math.MaxInt32), On: r.IntN(2) == 0, For: time.Duration(r.Int64N(1e9)) * time.Microsecond, One: part()}
	if r.IntN(2) == 0 {
		w.At = time.UnixMicro(r.Int64N(1 << 52)).UTC()
		w.Raw = slices.Repeat([]byte{0xff, 0}, 1+r.IntN(200))
		w.Pairs = map[string]string{text(): text(), "b": "", "": "c"}
	}
	for range r.IntN(4) {
		w.Many, w.Tags, w.Bigs = append(w.Many, part()), append(w.Tags, text()), append(w.Bigs, number())
	}
	return w
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		want := random(r)
		var got whole
		require.NoError(t, newer.Decode(newer.Encode(&want, r.IntN(300)), &got))
		require.Empty(t, cmp.Diff(want, got))
	}
}

// Two versions of the library write the same document in turns. Each edits what
// it knows, and neither loses what the other wrote.
func TestTwoVersionsInTurnsLoseNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 200 {
		want := random(r)
		doc := newer.Encode(&want, 0)
		for range 50 {
			edit := random(r)
			var read whole
			if r.IntN(2) == 0 {
				require.NoError(t, older.Decode(doc, &read))
				read.Kind, read.Count, read.Raw, read.One.Name = edit.Kind, edit.Count, edit.Raw, edit.One.Name
				want.Kind, want.Count, want.Raw, want.One.Name = edit.Kind, edit.Count, edit.Raw, edit.One.Name
				if len(read.Many) > 0 { // the order of messages may change; each keeps its own
					slices.Reverse(read.Many)
					slices.Reverse(want.Many)
				}
				doc = older.Encode(&read, 0)
				continue
			}
			require.NoError(t, newer.Decode(doc, &read))
			require.Empty(t, cmp.Diff(want, read))
			want = edit
			doc = newer.Encode(&edit, 0)
		}
		var read whole
		require.NoError(t, newer.Decode(doc, &read))
		require.Empty(t, cmp.Diff(want, read))
	}
}

func TestUnknownFieldsOfEveryWireTypeAreKept(t *testing.T) {
	doc := newer.Encode(&whole{}, 0)
	doc = protowire.AppendTag(doc, 500, protowire.Fixed32Type)
	doc = protowire.AppendFixed32(doc, 5)
	doc = protowire.AppendTag(doc, 501, protowire.Fixed64Type)
	doc = protowire.AppendFixed64(doc, 6)
	doc = protowire.AppendTag(doc, 502, protowire.BytesType)
	doc = protowire.AppendString(doc, "later")
	doc = protowire.AppendTag(doc, 503, protowire.VarintType)
	doc = protowire.AppendVarint(doc, math.MaxUint64)
	var read whole
	require.NoError(t, newer.Decode(slices.Clone(doc), &read))
	require.Equal(t, doc, newer.Encode(&read, 0))
}

func TestOtherFormatsAreRefused(t *testing.T) {
	format := func(n int64) []byte {
		return protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), protowire.EncodeZigZag(n))
	}
	for name, row := range map[string]struct {
		doc  []byte
		want string
	}{
		"newer":      {format(3), "format 3 was written by a newer version of this library; this one knows 2"},
		"older":      {format(1), "format 1 was written by an earlier commit of this library, before its first release; this one knows 2"},
		"empty":      {nil, "the document is empty"},
		"other":      {[]byte{0x12, 0}, "it begins with field 2: no document of this library"},
		"cut":        {newer.Encode(&whole{Raw: []byte("abc")}, 0)[:5], "unexpected EOF"},
		"wrong type": {append(format(2), 0x10, 2), "field 2 has wire type 0"},
		"group":      {append(format(2), 0x13), "field 2 has wire type 3"},
		"number 0":   {append(format(2), 0x02, 0), "a field has the number 0"},
		"negative":   {append(format(2), 0x38, 1), "field 7 holds -1"},
	} {
		t.Run(name, func(t *testing.T) {
			require.EqualError(t, newer.Decode(row.doc, new(whole)), row.want)
		})
	}
	require.ErrorIs(t, newer.Decode(format(3), new(whole)), document.ErrNewer)
	require.ErrorIs(t, newer.Decode(format(1), new(whole)), document.ErrOlder)
}

func TestATableGivesANumberOnce(t *testing.T) {
	field := func(n document.Number) document.Field[part] {
		return document.Text(n, func(p *part) *string { return &p.Name })
	}
	require.Panics(t, func() { document.New(nil, field(2), field(2)) })
	require.Panics(t, func() { document.New(nil, field(1)) })
}

// FuzzDecode: whatever comes in, it is read or refused; and what was read is
// written back so that it reads the same.
func FuzzDecode(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 10 {
		w := random(r)
		f.Add(newer.Encode(&w, 0))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var first, second whole
		if older.Decode(slices.Clone(doc), &first) != nil {
			return
		}
		require.NoError(t, older.Decode(older.Encode(&first, 0), &second))
		require.Empty(t, cmp.Diff(first, second, cmpopts.EquateEmpty()))
	})
}
