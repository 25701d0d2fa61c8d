/** Two texts side by side, line by line, with the words that differ marked. */

import { diffArrays, diffWordsWithSpace } from 'diff';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

type Side = { line: number; text: string; words?: { text: string; differs: boolean }[] } | null;
type Row = { left: Side; right: Side; same: boolean };

/** rowsOf pairs the lines of two texts. */
export function rowsOf(a: string, b: string): Row[] {
  const rows: Row[] = [];
  let [left, right] = [0, 0];
  let removed: string[] = [];
  const flush = (added: string[]) => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) {
      const [x, y] = [removed[i], added[i]];
      const words = x !== undefined && y !== undefined ? diffWordsWithSpace(x, y) : [];
      const side = (text: string | undefined, line: number, without: 'added' | 'removed'): Side =>
        text === undefined ? null : { line, text, words: words.filter((w) => !w[without]).map((w) => ({ text: w.value, differs: !!(w.added || w.removed) })) };
      rows.push({
        left: side(x, x === undefined ? left : ++left, 'added'),
        right: side(y, y === undefined ? right : ++right, 'removed'),
        same: false,
      });
    }
    removed = [];
  };
  for (const part of diffArrays(a.split('\n'), b.split('\n'))) {
    if (part.removed) {
      removed.push(...part.value);
    } else if (part.added) {
      flush(part.value);
    } else {
      flush([]);
      for (const text of part.value) rows.push({ left: { line: ++left, text }, right: { line: ++right, text }, same: true });
    }
  }
  flush([]);
  return rows;
}

const around = 3;

type TextDiffProps = { from: string; to: string; fromTitle: ComponentChildren; toTitle: ComponentChildren; label: string };

export function TextDiff({ from, to, fromTitle, toTitle, label }: TextDiffProps) {
  const [unfolded, setUnfolded] = useState(false);
  const rows = rowsOf(from, to);
  const near = rows.map((_, i) => rows.slice(Math.max(0, i - around), i + around + 1).some((row) => !row.same));
  let folded = 0;
  return (
    <table class="diff" aria-label={label}>
      <colgroup>
        <col class="ln" />
        <col />
        <col class="ln" />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th colSpan={2} scope="colgroup">
            {fromTitle}
          </th>
          <th colSpan={2} scope="colgroup">
            {toTitle}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => {
          if (!unfolded && !near[i]) {
            folded++;
            if (near[i + 1] === false) return null;
            const n = folded;
            folded = 0;
            return (
              <tr key={i} class="fold">
                <td colSpan={4}>
                  <button class="btn plain" type="button" onClick={() => setUnfolded(true)}>
                    {n === 1 ? '1 line is the same' : `${n} lines are the same`}
                  </button>
                </td>
              </tr>
            );
          }
          return (
            <tr key={i}>
              <Cell side={row.left} kind={row.same ? 'same' : 'del'} />
              <Cell side={row.right} kind={row.same ? 'same' : 'add'} />
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Cell({ side, kind }: { side: Side; kind: 'same' | 'add' | 'del' }) {
  if (!side) {
    return (
      <>
        <td class="ln void" />
        <td class="void" />
      </>
    );
  }
  const Word = kind === 'add' ? 'ins' : 'del';
  return (
    <>
      <td class="ln">{side.line}</td>
      <td class={kind}>{side.words?.length ? side.words.map((w, i) => (w.differs ? <Word key={i}>{w.text}</Word> : w.text)) : side.text}</td>
    </>
  );
}
