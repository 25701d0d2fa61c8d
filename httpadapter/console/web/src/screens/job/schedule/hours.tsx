import type { Job } from '../../../api/queries';
import { type Fate, wordOf } from '../../../ui/fate';
import { Legend } from '../../../ui/legend';
import { lengthOf } from '../../../ui/strip';
import { timeText } from '../../../ui/time';
import { HourMark } from './mark';
import { moveFocus } from './move';
import { dayOf, type Fired, planned } from './query';

type HoursProps = {
  job: Job;
  fired: Fired[];
  coming: { nominalAt: string; shifted: boolean }[];
  chosen: Fired[];
  onChoose: (fired: Fired[]) => void;
  /** Shows more days; absent when no more are read. */
  onEarlier: (() => void) | undefined;
};

/** Hours shows days by hours: one bar a tick, as high as its run was long. */
export function Hours({ job, fired, coming, chosen, onChoose, onEarlier }: HoursProps) {
  const zone = job.cronTimezone;
  const tomorrow = dayOf(Date.now() + 86_400_000, zone);
  const settled = fired.flatMap(eachOf);
  const all: Shown[] = [...settled, ...planned(fired, coming).map((f) => ({ ...f, of: f }))].filter((f) => dayOf(f.at, zone) <= tomorrow);
  const days = new Map<string, Shown[]>();
  for (const f of all.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))) {
    const day = dayOf(f.at, zone);
    days.set(day, [...(days.get(day) ?? []), f]);
  }
  const longest = scaleOf(all);
  const pitch = pitchOf(all);
  const fates = [...new Set(all.map((f) => f.fate))];
  return (
    <>
      <div class="section-head">
        <h2 id="h-ticks">Days and hours</h2>
        <span class="s q">one bar a tick, as high as its run was long, with a tail past the next; {zone}</span>
        {onEarlier && (
          <span class="end actions">
            <button class="btn" type="button" onClick={onEarlier}>
              Earlier
            </button>
          </span>
        )}
      </div>
      <div class="hg" onKeyDown={moveFocus}>
        <div class="ax" />
        <div class="ax">
          <svg class="chart" height="20" aria-hidden="true">
            {[0, 3, 6, 9, 12, 15, 18, 21].map((hour) => (
              <text key={hour} x={`${(hour / 24) * 100}%`} y="13" class={hour % 6 ? 'mid' : ''}>
                {String(hour).padStart(2, '0')}:00
              </text>
            ))}
          </svg>
        </div>
        <div class="ax" />
        {[...days].map(([day, list], i) => (
          <HourRow key={day} zone={zone} day={day} list={list.toReversed()} pitch={pitch} longest={longest} chosen={chosen} onChoose={onChoose} entry={i === 0} />
        ))}
      </div>
      <Legend fates={fates} />
    </>
  );
}

/** A tick as it is drawn; one row of the API may stand for several. */
type Shown = Fired & { of: Fired };

function eachOf(f: Fired): Shown[] {
  const step = f.count > 1 ? (Date.parse(f.until) - Date.parse(f.at)) / (f.count - 1) : 0;
  return Array.from({ length: f.count }, (_, i) => {
    const at = new Date(Date.parse(f.at) + i * step).toISOString();
    return { ...f, at: i ? at : f.at, until: i ? at : f.at, count: 1, of: f };
  });
}

/** scaleOf is the length that is drawn at full height: what is far beyond the usual does not flatten the rest. */
function scaleOf(all: Fired[]): number {
  const lengths = all.flatMap((f) => (f.run?.dispatchedAt ? [lengthOf(f.run)] : [])).sort((a, b) => a - b);
  return Math.max(1, Math.min(lengths.at(-1) ?? 1, 2 * (lengths[Math.floor(lengths.length / 2)] ?? 1)));
}

/** pitchOf is the time between two ticks, as a share of a day. */
function pitchOf(all: Fired[]): number {
  const times = all.map((f) => Date.parse(f.at)).sort((a, b) => a - b);
  const gaps = times.slice(1).map((at, i) => at - (times[i] ?? at));
  return Math.min(1 / 24, Math.max(1 / 480, Math.min(...gaps.filter((gap) => gap > 0)) / 86_400_000));
}

/** placeOf is where in its day a time stands, as a share, by the clock of the zone. */
function placeOf(at: string, zone: string): number {
  const [hours = 0, minutes = 0] = timeText(new Date(at), zone, 'clock').split(':').map(Number);
  return (hours + minutes / 60) / 24;
}

type HourRowProps = Pick<HoursProps, 'chosen' | 'onChoose'> & { zone: string; day: string; list: Shown[]; pitch: number; longest: number; entry: boolean };

function HourRow({ zone, day, list, pitch, longest, chosen, onChoose, entry }: HourRowProps) {
  const now = Date.now();
  const isToday = day === dayOf(now, zone);
  const future = day > dayOf(now, zone) ? 0 : isToday ? placeOf(new Date(now).toISOString(), zone) : null;
  return (
    <>
      <div class="hd">
        <span class="key">{timeText(new Date(list[0]?.at ?? day), zone, 'day')}</span>
        {isToday && <span class="s q">today</span>}
      </div>
      <div class="hl">
        <svg class="chart" height="30" role="group" aria-label={`${day}: ${inWords(list)}`}>
          {future !== null && <rect class="future" x={`${future * 100}%`} y="0" width={`${(1 - future) * 100}%`} height="30" />}
          {[6, 12, 18].map((hour) => (
            <line key={hour} class="grid" x1={`${(hour / 24) * 100}%`} x2={`${(hour / 24) * 100}%`} y1="0" y2="30" />
          ))}
          <line class="m-line" x1="0" x2="100%" y1="22.5" y2="22.5" />
          {list.map((f, i) => (
            <HourMark key={f.at} fired={f} zone={zone} x={placeOf(f.at, zone)} pitch={pitch} longest={longest} chosen={chosen.some((c) => c.at === f.of.at)} entry={entry && i === 0} onChoose={() => onChoose([f.of])} />
          ))}
        </svg>
      </div>
      <div class="hn">
        <span class="s q">{future === 0 ? 'to come' : trouble(list)}</span>
      </div>
    </>
  );
}

function counts(list: Fired[]): Map<Fate, number> {
  const found = new Map<Fate, number>();
  for (const f of list) found.set(f.fate, (found.get(f.fate) ?? 0) + f.count);
  return found;
}

const inWords = (list: Fired[]) => [...counts(list)].map(([fate, n]) => `${n} ${wordOf(fate).toLowerCase()}`).join(', ');
const calm: Fate[] = ['ok', 'plan', 'run', 'wait'];
const trouble = (list: Fired[]) => inWords(list.filter((f) => !calm.includes(f.fate)));
