/** The tip of what is hovered or focused: the text of its data-tip. It turns at the edge of the window, and Esc ends it. */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const gap = 4;
const margin = 8;
/** How long the pointer may be on its way from a thing to its tip. */
const grace = 150;

export function Tips() {
  const [about, setAbout] = useState<Element | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = () => setAbout(null);
    const over = (event: Event) => {
      const found = event.target instanceof Element ? event.target.closest('[data-tip], .tip') : null;
      clearTimeout(timer);
      if (!found) timer = setTimeout(end, grace);
      else if (!found.matches('.tip')) setAbout(found);
    };
    const focus = (event: Event) => {
      const found = event.target instanceof Element && event.target.matches(':focus-visible') ? event.target.closest('[data-tip]') : null;
      clearTimeout(timer);
      setAbout(found);
    };
    const key = (event: KeyboardEvent) => event.key === 'Escape' && end();
    document.addEventListener('pointerover', over);
    document.addEventListener('focusin', focus);
    document.addEventListener('keydown', key);
    document.addEventListener('scroll', end, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', over);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('keydown', key);
      document.removeEventListener('scroll', end, true);
    };
  }, []);
  useLayoutEffect(() => {
    const tip = box.current;
    if (!about || !tip) return;
    tip.showPopover?.(); // above dialogs
    const at = about.getBoundingClientRect();
    const below = at.bottom + gap + tip.offsetHeight + margin < innerHeight;
    tip.style.left = `${Math.max(margin, Math.min(at.left, innerWidth - tip.offsetWidth - margin))}px`;
    tip.style.top = `${below ? at.bottom + gap : Math.max(margin, at.top - gap - tip.offsetHeight)}px`;
  }, [about]);
  const text = about?.getAttribute('data-tip');
  if (!text) return null;
  return (
    <div class="tip" role="tooltip" popover="manual" ref={box}>
      {text}
    </div>
  );
}
