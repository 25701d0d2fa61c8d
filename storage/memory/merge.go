package memory

import (
	"container/heap"

	"github.com/tidwall/btree"
)

// walk visits the items of several ordered indexes in one order. It begins at
// the item from, inclusive, or at the beginning when from is nil. It ends when
// visit returns false. No item may be in two of the indexes.
func walk[T any](trees []*btree.BTreeG[T], from *T, descending bool, visit func(T) bool) {
	m := &merger[T]{descending: descending}
	for _, tree := range trees {
		c := new(cursor[T])
		c.Init(tree, false)
		if c.start(tree, from, descending) {
			m.cursors = append(m.cursors, c)
			m.less = tree.Less
		}
	}
	heap.Init(m)
	for len(m.cursors) > 0 && visit(m.cursors[0].Item()) {
		if m.cursors[0].advance(descending) {
			heap.Fix(m, 0)
		} else {
			heap.Pop(m)
		}
	}
}

// cursor is a position in one index.
type cursor[T any] struct {
	btree.IterG[T]
}

// start moves to the first item to visit, if there is one.
func (c *cursor[T]) start(tree *btree.BTreeG[T], from *T, descending bool) bool {
	switch {
	case from == nil && descending:
		return c.Last()
	case from == nil:
		return c.First()
	case !descending:
		return c.Seek(*from)
	case !c.Seek(*from):
		return c.Last()
	case tree.Less(*from, c.Item()):
		return c.Prev()
	}
	return true
}

func (c *cursor[T]) advance(descending bool) bool {
	if descending {
		return c.Prev()
	}
	return c.Next()
}

// merger is a heap of cursors; the one whose item comes next is on top.
type merger[T any] struct {
	cursors    []*cursor[T]
	less       func(a, b T) bool
	descending bool
}

func (m *merger[T]) Len() int      { return len(m.cursors) }
func (m *merger[T]) Swap(i, j int) { m.cursors[i], m.cursors[j] = m.cursors[j], m.cursors[i] }

func (m *merger[T]) Less(i, j int) bool {
	if m.descending {
		i, j = j, i
	}
	return m.less(m.cursors[i].Item(), m.cursors[j].Item())
}

// Push is part of [heap.Interface]. It is never called.
func (m *merger[T]) Push(c any) { m.cursors = append(m.cursors, c.(*cursor[T])) }

func (m *merger[T]) Pop() any {
	last := len(m.cursors) - 1
	c := m.cursors[last]
	m.cursors = m.cursors[:last]
	return c
}
