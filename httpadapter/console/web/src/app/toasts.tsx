/** Toasts say what was done and how to undo it. One stays for 8 s, and as long as it is hovered or focused. */

import { useEffect, useRef, useState } from 'preact/hooks';

import { Glyph } from '../ui/glyph';
import type { GlyphName } from '../ui/glyphs';

export type Toast = {
  glyph: GlyphName;
  text: string;
  action?: { label: string; run: () => void };
};

type Shown = Toast & { id: number };

const stays = 8000;
let show: (toast: Toast) => void = () => {};

export const toast = (t: Toast) => show(t);

export function Toasts() {
  const [list, setList] = useState<Shown[]>([]);
  const last = useRef(0);
  useEffect(() => {
    show = (t) => setList((all) => [...all.slice(-2), { ...t, id: ++last.current }]);
    return () => {
      show = () => {};
    };
  }, []);
  const drop = (id: number) => setList((all) => all.filter((t) => t.id !== id));
  return (
    <div class="toasts" role="status" aria-live="polite">
      {list.map((t) => (
        <One key={t.id} toast={t} onEnd={() => drop(t.id)} />
      ))}
    </div>
  );
}

function One({ toast: t, onEnd }: { toast: Shown; onEnd: () => void }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(onEnd, stays);
    return () => clearTimeout(timer);
  }, [held]);
  return (
    <div
      class="toast"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocusCapture={() => setHeld(true)}
      onBlurCapture={() => setHeld(false)}
    >
      <Glyph name={t.glyph} fate />
      <span>{t.text}</span>
      <span class="end">
        {t.action && (
          <button
            class="btn plain"
            type="button"
            onClick={() => {
              t.action?.run();
              onEnd();
            }}
          >
            {t.action.label}
          </button>
        )}
        <button class="btn plain icon" type="button" aria-label="Dismiss" onClick={onEnd}>
          <Glyph name="x" />
        </button>
      </span>
    </div>
  );
}
