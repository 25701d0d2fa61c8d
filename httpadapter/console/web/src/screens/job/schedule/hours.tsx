import type { Job } from '../../../api/queries';
import { type Fate, wordOf } from '../../../ui/fate';
import { glyphs } from '../../../ui/glyphs';
import { timeText } from '../../../ui/time';
import { dayOf, hourOf, type Fired } from './query';

type HoursProps = {
  job: Job;
  fired: Fired[];
  coming: { nominalAt: string; shifted: boolean }[];
  chosen: Fired | null;
  onChoose: (fired: Fired) => void;
};

const bad: Fate[] = ['fail', 'timeout', 'skip-f', 'miss', 'coal', 'sup', 'pause', 'cancel', 'run', 'wait', 'ok', 'plan'];

/** Hours shows the last week as days by hours; of one hour, the worst stands for all. */
export function Hours({ job, fired, coming, chosen, onChoose }: HoursProps) {
  const zone = job.cronTimezone;
  const latest = Math.max(0, ...fired.map((f) => Date.parse(f.until)));
  const all: Fired[] = [
    ...fired,
    ...coming
      .filter((c) => Date.parse(c.nominalAt) > latest)
      .map((c): Fired => ({ at: c.nominalAt, until: c.nominalAt, count: 1, fate: 'plan', shifted: c.shifted, tick: null, run: null })),
  ];
  const days = new Map<string, Fired[]>();
  for (const f of all.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))) {
    const day = dayOf(f.at, zone);
    days.set(day, [...(days.get(day) ?? []), f]);
  }
  return (
    <>
      <div class="section-head">
        <h2 id="h-ticks">By the hour</h2>
        <span class="s q">ticks in {zone}; of an hour, the worst</span>
      </div>
      <div class="hg">
        <div class="ax" />
        <svg class="chart ax" height="18" aria-hidden="true">
          {[0, 6, 12, 18].map((hour) => (
            <text key={hour} x={`${((hour + 0.5) / 24) * 100}%`} y="13" text-anchor="middle">
              {String(hour).padStart(2, '0')}:00
            </text>
          ))}
        </svg>
        <div class="ax" />
        {[...days].slice(0, 9).map(([day, list]) => (
          <HourRow key={day} job={job} day={day} list={list} chosen={chosen} onChoose={onChoose} />
        ))}
      </div>
    </>
  );
}

function HourRow({ job, day, list, chosen, onChoose }: Omit<HoursProps, 'fired' | 'coming'> & { day: string; list: Fired[] }) {
  const zone = job.cronTimezone;
  const byHour = new Map<number, Fired[]>();
  for (const f of list) {
    const hour = hourOf(f.at, zone);
    byHour.set(hour, [...(byHour.get(hour) ?? []), f]);
  }
  const trouble = list.filter((f) => !['ok', 'plan', 'run', 'wait'].includes(f.fate)).reduce((n, f) => n + f.count, 0);
  const fine = list.filter((f) => f.fate === 'ok').length;
  return (
    <>
      <div class="hd">
        <span class="key">{timeText(new Date(list[0]?.at ?? day), zone, 'day')}</span>
      </div>
      <svg class="chart hl" height="32" role="group" aria-label={`${day}: ${fine} as they should be, ${trouble} not`}>
        {[...byHour].map(([hour, ticks]) => {
          const worst = ticks.toSorted((a, b) => bad.indexOf(a.fate) - bad.indexOf(b.fate))[0];
          if (!worst) return null;
          return (
            <a
              key={hour}
              href="#tick"
              aria-label={`${String(hour).padStart(2, '0')}:00, ${wordOf(worst.fate).toLowerCase()}`}
              aria-current={ticks.includes(chosen as Fired) ? 'true' : undefined}
              onClick={(event: MouseEvent) => {
                event.preventDefault();
                onChoose(worst);
              }}
            >
              <svg x={`${((hour + 0.5) / 24) * 100}%`} y="16" overflow="visible">
                <rect x="-10" y="-12" width="20" height="24" fill="transparent" />
                <svg class={`g ${worst.fate}`} x="-7" y="-7" width="14" height="14" viewBox="0 0 16 16">
                  {glyphs[worst.fate]}
                </svg>
              </svg>
            </a>
          );
        })}
      </svg>
      <div class="hn">
        <span class="s q">{trouble ? `${fine} well, ${trouble} not` : `${fine} well`}</span>
      </div>
    </>
  );
}
