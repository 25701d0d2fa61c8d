/** Arrows move among the marks of a calendar or a grid, of which one can be reached by Tab. */

const keys: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** moveFocus moves by one mark, or to the nearest of another row. */
export function moveFocus(event: KeyboardEvent) {
  const by = keys[event.key];
  if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
  const marks = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>('[data-mark]')];
  const at = marks.findIndex((mark) => mark === document.activeElement);
  const to = marks[at] && (by[0] ? marks[at + by[0]] : nearest(marks, marks[at], by[1]));
  if (!to) return;
  event.preventDefault();
  marks[at]?.setAttribute('tabindex', '-1');
  to.setAttribute('tabindex', '0');
  to.focus();
}

/** nearest is the mark of the next row up or down that is the least to the side. */
function nearest(marks: HTMLElement[], from: HTMLElement, by: number): HTMLElement | undefined {
  const here = from.getBoundingClientRect();
  const places = marks.map((mark) => ({ mark, box: mark.getBoundingClientRect() }));
  const beyond = places.filter(({ box }) => (by < 0 ? box.bottom <= here.top + 1 : box.top >= here.bottom - 1));
  const row = by < 0 ? Math.max(...beyond.map(({ box }) => box.bottom)) : Math.min(...beyond.map(({ box }) => box.top));
  const inRow = beyond.filter(({ box }) => Math.abs((by < 0 ? box.bottom : box.top) - row) < here.height);
  return inRow.sort((a, b) => Math.abs(a.box.left - here.left) - Math.abs(b.box.left - here.left))[0]?.mark;
}
