/** Keys of the whole page. Single keys do nothing in a field, and can be switched off. */

import { useLayoutEffect } from 'preact/hooks';

const offKey = 'jobledger-keys-off';

export const keysAreOff = () => localStorage.getItem(offKey) === '1';
export const switchKeys = (off: boolean) => (off ? localStorage.setItem(offKey, '1') : localStorage.removeItem(offKey));

type Bindings = Record<string, (event: KeyboardEvent) => void>;

function inField(target: EventTarget | null) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

let before = '';
let beforeAt = 0;

/** nameOf is the key that was pressed, with the `g` before it when that came just before. */
function nameOf(event: KeyboardEvent) {
  const afterG = before === 'g' && event.timeStamp - beforeAt < 1200;
  return afterG ? `g ${event.key}` : event.key;
}

/** useKeys binds keys, such as "/" or "g o", for as long as the component is there. */
export function useKeys(bindings: Bindings) {
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (inField(event.target) || keysAreOff() || document.querySelector('dialog[open]')) return;
      // A link or a button that has the focus does what Enter does to it.
      if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('a, button, summary')) return;
      const run = bindings[nameOf(event)];
      if (!run) return;
      event.preventDefault();
      run(event);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  });
}

// After all listeners of the document: a later key sees what came before it.
window.addEventListener('keydown', (event) => {
  before = before === 'g' && event.key === 'g' ? '' : event.key;
  beforeAt = event.timeStamp;
});
