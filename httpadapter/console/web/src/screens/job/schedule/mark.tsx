import { tableDuration } from '../../../ui/duration';
import { type Fate, wordOf } from '../../../ui/fate';
import { glyphs } from '../../../ui/glyphs';
import { lengthOf } from '../../../ui/strip';
import { timeWithZone } from '../../../ui/time';
import type { Fired } from './query';

const baseline = 22;
const tallest = 16;

type HourMarkProps = {
  fired: Fired;
  zone: string;
  /** Where in its day it stands, and how far the next is, as shares of a day. */
  x: number;
  pitch: number;
  longest: number;
  chosen: boolean;
  /** Whether Tab leads here first. */
  entry: boolean;
  onChoose: () => void;
};

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

/** HourMark is one tick in the grid: a bar for a run, a glyph where there is none. */
export function HourMark({ fired, zone, x, pitch, longest, chosen, entry, onChoose }: HourMarkProps) {
  const length = fired.run ? lengthOf(fired.run) : 0;
  const hasBar = !!bars[fired.fate] && !!fired.run?.dispatchedAt;
  const said = `${timeWithZone(new Date(fired.at), zone)}: ${wordOf(fired.fate).toLowerCase()}${length ? `, ${tableDuration(length)}` : ''}`;
  return (
    <a
      href="#tick"
      data-mark
      data-tip={said}
      tabIndex={chosen || entry ? 0 : -1}
      aria-label={said}
      aria-current={chosen ? 'true' : undefined}
      onClick={(event: MouseEvent) => {
        event.preventDefault();
        onChoose();
      }}
    >
      <rect class={chosen ? 'hit sel' : 'hit'} x={percent(x)} y="1" width={percent(pitch)} height="28" />
      {hasBar ? (
        <Bar fate={fired.fate} x={x + pitch * 0.12} width={pitch * 0.76} length={length} share={Math.min(1, length / longest)} pitch={pitch} />
      ) : (
        <svg x={percent(x + pitch / 2)} y="11" overflow="visible" class="no-hit">
          <svg class={`g ${fired.fate}`} x="-6" y="-6" width="12" height="12" viewBox="0 0 16 16">
            {glyphs[fired.fate]}
          </svg>
        </svg>
      )}
    </a>
  );
}

const bars: Partial<Record<Fate, string>> = { ok: 'm-ok', fail: 'm-fail', timeout: 'm-timeout', cancel: 'm-cancel', run: 'm-run' };

type BarProps = { fate: Fate; x: number; width: number; length: number; share: number; pitch: number };

/** Bar stands on the line; what failed hangs below it; what lasted past the next tick has a tail. */
function Bar({ fate, x, width, length, share, pitch }: BarProps) {
  const height = fate === 'run' ? 12 : Math.max(3, Math.round(share * tallest));
  const tail = Math.min(1 - x, length / 86_400_000) - pitch;
  return (
    <g class="no-hit">
      <rect class={bars[fate]} x={percent(x)} y={baseline - height} width={percent(width)} height={height} />
      {tail > 0 && <rect class={bars[fate]} x={percent(x + width)} y={baseline - 4} width={percent(tail + pitch - width)} height="4" />}
      {(fate === 'fail' || fate === 'timeout') && <rect class="m-fail" x={percent(x)} y={baseline + 2} width={percent(width)} height="4" />}
    </g>
  );
}
