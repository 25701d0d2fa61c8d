import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { Glyph } from './glyph';

export type MenuItem = { label: string; run: () => void };

/** Menu is a button that opens a list of actions. Arrows move, Enter chooses, Esc closes. */
export function Menu({ label, items }: { label: string; items: MenuItem[] }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLUListElement>(null);

  useLayoutEffect(() => {
    if (!open) return;
    (list.current?.querySelector('button') as HTMLElement | null)?.focus();
    const outside = (event: Event) => {
      if (!whole.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const onKey = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (event.key === 'Escape') {
      setOpen(false);
      button.current?.focus();
    } else if (to === undefined) {
      return;
    } else {
      buttons[(to + buttons.length) % buttons.length]?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="menu" ref={whole} onKeyDown={open ? onKey : undefined}>
      <button
        ref={button}
        class="btn icon"
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        <Glyph name="more" />
      </button>
      {open && (
        <ul ref={list} id={id} class="menu-list" role="menu" aria-label={label}>
          {items.map((item) => (
            <li key={item.label} role="none">
              <button
                class="btn plain"
                type="button"
                role="menuitem"
                onClick={() => {
                  setOpen(false);
                  button.current?.focus(); // where the focus comes back to from a dialog
                  item.run();
                }}
              >
                {item.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
