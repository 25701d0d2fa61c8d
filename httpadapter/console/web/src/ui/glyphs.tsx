/* The glyphs, each drawn in a box of 16 by 16 in the colour of the text around it. */
import type { JSX } from 'preact';

export const glyphs = {
  'cancel': (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M4.9 8h6.2" stroke="currentColor" stroke-width="1.8"/>
    </>
  ),
  'clock': (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 4.2v4l2.6 1.6" fill="none" stroke="currentColor" stroke-width="1.5"/>
    </>
  ),
  'coal': (
    <>
      <path d="M1.8 3.5L6.3 8l-4.5 4.5M7 3.5L11.5 8 7 12.5M14.2 2.8v10.4" fill="none" stroke="currentColor" stroke-width="1.7"/>
    </>
  ),
  'fail': (
    <>
      <rect x="1" y="1" width="14" height="14" rx="2.5" fill="currentColor"/><path d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6" stroke="var(--canvas)" stroke-width="1.8"/>
    </>
  ),
  'graph': (
    <>
      <rect x="1.5" y="2" width="4.5" height="4" fill="none" stroke="currentColor" stroke-width="1.4"/><rect x="1.5" y="10" width="4.5" height="4" fill="none" stroke="currentColor" stroke-width="1.4"/><rect x="10" y="6" width="4.5" height="4" fill="none" stroke="currentColor" stroke-width="1.4"/><path d="M6 4h2v8H6M8 8h2" fill="none" stroke="currentColor" stroke-width="1.4"/>
    </>
  ),
  'jobs': (
    <>
      <path d="M2 3.5h12M2 8h12M2 12.5h12" fill="none" stroke="currentColor" stroke-width="1.5"/>
    </>
  ),
  'miss': (
    <>
      <path d="M8 14L1.6 2.8h12.8z" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linejoin="round"/>
    </>
  ),
  'more': (
    <>
      <circle cx="3" cy="8" r="1.3" fill="currentColor"/><circle cx="8" cy="8" r="1.3" fill="currentColor"/><circle cx="13" cy="8" r="1.3" fill="currentColor"/>
    </>
  ),
  'ok': (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor"/><path d="M4.8 8.4l2.1 2.1 4.4-4.8" fill="none" stroke="var(--canvas)" stroke-width="1.8"/>
    </>
  ),
  'overview': (
    <>
      <path d="M1.5 13.5h13M3.5 13.5V8M6.5 13.5V4.5M9.5 13.5V9.5M12.5 13.5V6" fill="none" stroke="currentColor" stroke-width="1.5"/>
    </>
  ),
  'pause': (
    <>
      <rect x="3" y="2.5" width="3.4" height="11" fill="currentColor"/><rect x="9.6" y="2.5" width="3.4" height="11" fill="currentColor"/>
    </>
  ),
  'plan': (
    <>
      <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.6"/>
    </>
  ),
  'play': (
    <>
      <path d="M4.5 2.8v10.4L13 8z" fill="currentColor"/>
    </>
  ),
  'run': (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-opacity=".3" stroke-width="2.4"/><path class="spin" d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" stroke-width="2.4"/><circle cx="8" cy="8" r="2.2" fill="currentColor"/>
    </>
  ),
  'search': (
    <>
      <circle cx="7" cy="7" r="4.6" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M10.5 10.5L14 14" stroke="currentColor" stroke-width="1.5"/>
    </>
  ),
  'skip-f': (
    <>
      <path d="M8 1.2L14.8 8 8 14.8 1.2 8z" fill="none" stroke="currentColor" stroke-width="1.7"/><path d="M5.4 8h5.2" stroke="currentColor" stroke-width="1.7"/>
    </>
  ),
  'sup': (
    <>
      <path d="M2 8h8M7 4l4 4-4 4M14.2 2.8v10.4" fill="none" stroke="currentColor" stroke-width="1.7"/>
    </>
  ),
  'timeout': (
    <>
      <rect x="1" y="1" width="14" height="14" rx="2.5" fill="currentColor"/><path d="M8 3.8v4.6l3 1.9" fill="none" stroke="var(--canvas)" stroke-width="1.8"/>
    </>
  ),
  'wait': (
    <>
      <circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="3.2 2.2"/>
    </>
  ),
  'why': (
    <>
      <circle cx="8" cy="8" r="6.3" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M6 6.4c.1-1.2 1-1.9 2.1-1.9 1.2 0 2.1.7 2.1 1.8 0 1.5-2 1.5-2 3" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8.1 10.7v1.5" stroke="currentColor" stroke-width="1.5"/>
    </>
  ),
  'x': (
    <>
      <path d="M4 4l8 8M12 4l-8 8" stroke="currentColor" stroke-width="1.5"/>
    </>
  ),
} satisfies Record<string, JSX.Element>;

export type GlyphName = keyof typeof glyphs;
