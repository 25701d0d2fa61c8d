package httpadapter

// list writes the elements of a JSON array one by one. It sends the first
// elements of a long array before the last are made.
type list[T any] struct {
	x       *exchange
	element func(b []byte, item *T) []byte
	// opened is true once part has written what comes before the elements, and
	// begun once there is an element.
	opened, begun bool
}

func (l *list[T]) add(item *T) error {
	if l.begun {
		l.x.out.body = append(l.x.out.body, ',')
	}
	l.begun = true
	l.x.out.body = l.element(l.x.out.body, item)
	return l.x.spill()
}

func (l *list[T]) addAll(items []T) error {
	for i := range items {
		if err := l.add(&items[i]); err != nil {
			return err
		}
	}
	return nil
}

// part writes the next part of {total, items}. The total is the same in each
// part.
func (l *list[T]) part(total int, items []T) error {
	if !l.opened {
		l.opened = true
		l.x.out.body = append(appendTotal(l.x.out.body, total), `,"items":[`...)
	}
	return l.addAll(items)
}

// appendTotal writes a total; null when the items were not counted.
func appendTotal(b []byte, total int) []byte {
	if total < 0 {
		return append(b, `{"total":null`...)
	}
	return appendNumber(b, `{"total":`, total)
}

// end writes what comes after the elements.
func (l *list[T]) end(text string) { l.x.out.body = append(l.x.out.body, text...) }

// showItems prepares the answer {items}.
func showItems[T any](x *exchange, items []T, element func([]byte, *T) []byte) error {
	l := list[T]{x: x, element: element}
	x.out.body = append(x.out.body, `{"items":[`...)
	err := l.addAll(items)
	l.end("]}")
	return err
}

// showMarked prepares the answer {items, marker}.
func showMarked[T any](x *exchange, items []T, marker string, element func([]byte, *T) []byte) error {
	l := list[T]{x: x, element: element}
	x.out.body = append(x.out.body, `{"items":[`...)
	err := l.addAll(items)
	x.out.body = append(appendOptional(x.out.body, `],"marker":`, marker), '}')
	return err
}
