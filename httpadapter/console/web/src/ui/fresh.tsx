/** New rows of a list collect behind a button while the list is read: nothing moves under the pointer. */

import { useRef, useState } from 'preact/hooks';

export type Fresh<T> = {
  shown: T[];
  /** How many rows are newer than those that are shown. */
  hidden: number;
  reveal: () => void;
  /** For the element around the list. */
  watch: { onPointerEnter: () => void; onPointerLeave: () => void };
};

/** useFresh takes the newest rows first. Rows that were replaced as a whole, by another filter, are shown at once. */
export function useFresh<T>(rows: T[], keyOf: (row: T) => string | number): Fresh<T> {
  const [read, setRead] = useState(false);
  const top = useRef<string | number>();
  const held = top.current === undefined ? -1 : rows.findIndex((row) => keyOf(row) === top.current);
  const hidden = read && held > 0 ? held : 0;
  if (!hidden) top.current = rows[0] && keyOf(rows[0]);
  return {
    shown: hidden ? rows.slice(hidden) : rows,
    hidden,
    reveal: () => setRead(false),
    watch: { onPointerEnter: () => setRead(true), onPointerLeave: () => setRead(false) },
  };
}

/** FreshButton offers what is new: "4 new runs". */
export function FreshButton({ fresh: { hidden, reveal }, one, many }: { fresh: Fresh<never> | Fresh<unknown>; one: string; many: string }) {
  if (!hidden) return null;
  return (
    <button class="btn fresh" type="button" onClick={reveal}>
      {hidden === 1 ? `1 new ${one}` : `${hidden.toLocaleString('en')} new ${many}`}
    </button>
  );
}
