/** A fate is what became of a run or of a tick: a shape and a word before it is a colour. */

import { Glyph } from './glyph';
import type { GlyphName } from './glyphs';

export type Fate = Extract<
  GlyphName,
  'ok' | 'fail' | 'timeout' | 'cancel' | 'run' | 'wait' | 'skip-f' | 'miss' | 'coal' | 'sup' | 'pause' | 'plan'
>;

const words: Record<Fate, string> = {
  ok: 'Succeeded',
  fail: 'Failed',
  timeout: 'Timed out',
  cancel: 'Cancelled',
  run: 'Running',
  wait: 'Waiting',
  'skip-f': 'Skipped',
  miss: 'Missed',
  coal: 'Coalesced',
  sup: 'Superseded',
  pause: 'Paused',
  plan: 'Planned',
};

export const wordOf = (fate: Fate) => words[fate];

const ofStatus: Record<string, Fate> = {
  succeeded: 'ok',
  failed: 'fail',
  timeout: 'timeout',
  cancelled: 'cancel',
  pending: 'wait',
  ready: 'wait',
};

/** fateOfRun is the fate of a run by its status: one that is no end, and not waiting, runs. */
export const fateOfRun = (status: string): Fate => ofStatus[status] ?? 'run';

const ofVerdict: Record<string, Fate> = {
  fired: 'ok',
  skipped: 'skip-f',
  missed: 'miss',
  coalesced: 'coal',
  superseded: 'sup',
  paused: 'pause',
};

export const fateOfTick = (verdict: string): Fate => ofVerdict[verdict] ?? 'plan';

/** FateMark shows a fate with its word; with quiet, the word is for screen readers and on hover. */
export function FateMark({ fate, word, quiet }: { fate: Fate; word?: string; quiet?: boolean }) {
  const text = word ?? words[fate];
  if (quiet) {
    return (
      <span title={text}>
        <Glyph name={fate} fate />
        <span class="vh">{text}</span>
      </span>
    );
  }
  return (
    <span class={`fate ${fate}`}>
      <Glyph name={fate} />
      <span>{text}</span>
    </span>
  );
}
