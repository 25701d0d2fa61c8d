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

/** lineChanges says in words how many lines differ: "2 added, 1 changed". */
export function lineChanges(a: string, b: string): string {
  const rows = rowsOf(a, b).filter((row) => !row.same);
  const counts: [number, string][] = [
    [rows.filter((row) => !row.left).length, 'added'],
    [rows.filter((row) => !row.right).length, 'removed'],
    [rows.filter((row) => row.left && row.right).length, 'changed'],
  ];
  const said = counts.filter(([n]) => n > 0).map(([n, word], i) => (i === 0 ? `${n} ${n === 1 ? 'line' : 'lines'} ${word}` : `${n} ${word}`));
  return said.join(', ') || 'the same';
}

const around = 3;

type TextDiffProps = { from: string; to: string; fromTitle: ComponentChildren; toTitle: ComponentChildren; label: string; oneColumn?: boolean };

export function TextDiff({ from, to, fromTitle, toTitle, label, oneColumn }: TextDiffProps) {
  const [unfolded, setUnfolded] = useState(false);
  const rows = rowsOf(from, to);
  const near = rows.map((_, i) => rows.slice(Math.max(0, i - around), i + around + 1).some((row) => !row.same));
  let folded = 0;
  return (
    <table class={oneColumn ? 'diff one' : 'diff'} aria-label={label}>
      <colgroup>
        <col class="ln" />
        {!oneColumn && <col />}
        <col class="ln" />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th colSpan={oneColumn ? 3 : 2} scope="colgroup">
            {fromTitle}
            {oneColumn && <> to {toTitle}</>}
          </th>
          {!oneColumn && (
            <th colSpan={2} scope="colgroup">
              {toTitle}
            </th>
          )}
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
                <td colSpan={oneColumn ? 3 : 4}>
                  <button class="btn plain" type="button" onClick={() => setUnfolded(true)}>
                    {n === 1 ? '1 line is the same' : `${n} lines are the same`}
                  </button>
                </td>
              </tr>
            );
          }
          if (oneColumn) return <OneLine key={i} row={row} />;
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

/** OneLine is a pair of lines below each other; the same line stands once. */
function OneLine({ row: { left, right, same } }: { row: Row }) {
  if (same) {
    return (
      <tr>
        <td class="ln">{left?.line}</td>
        <td class="ln">{right?.line}</td>
        <td class="same">{left?.text}</td>
      </tr>
    );
  }
  return (
    <>
      {left && (
        <tr>
          <td class="ln">{left.line}</td>
          <td class="ln" />
          <td class="del">
            <Words side={left} kind="del" />
          </td>
        </tr>
      )}
      {right && (
        <tr>
          <td class="ln" />
          <td class="ln">{right.line}</td>
          <td class="add">
            <Words side={right} kind="add" />
          </td>
        </tr>
      )}
    </>
  );
}

function Words({ side, kind }: { side: NonNullable<Side>; kind: 'same' | 'add' | 'del' }) {
  const Word = kind === 'add' ? 'ins' : 'del';
  return <>{side.words?.length ? side.words.map((w, i) => (w.differs ? <Word key={i}>{w.text}</Word> : w.text)) : side.text}</>;
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
  return (
    <>
      <td class="ln">{side.line}</td>
      <td class={kind}>
        <Words side={side} kind={kind} />
      </td>
    </>
  );
}
