import type { Job } from '../../../api/queries';
import { roughly } from '../../../ui/duration';
import { FateMark } from '../../../ui/fate';
import { reasonOfTick, sentence } from '../../../ui/reason';
import { lengthOf } from '../../../ui/strip';
import { timeText } from '../../../ui/time';
import { moveFocus } from './move';
import { dayOf, type Fired, planned, worstFirst } from './query';

type MonthProps = {
  job: Job;
  fired: Fired[];
  coming: { nominalAt: string; shifted: boolean }[];
  chosen: Fired[];
  onChoose: (fired: Fired[]) => void;
  first: Date;
  onMove: (by: number) => void;
};

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** daysOf are the days that a month's page shows: whole weeks, Monday first. */
function daysOf(first: Date): Date[] {
  const begin = new Date(first.getFullYear(), first.getMonth(), 1 - ((first.getDay() + 6) % 7));
  const last = new Date(first.getFullYear(), first.getMonth() + 1, 0);
  const weeks = Math.ceil((Math.round((last.getTime() - begin.getTime()) / 86_400_000) + 1) / 7);
  return Array.from({ length: weeks * 7 }, (_, i) => new Date(begin.getFullYear(), begin.getMonth(), begin.getDate() + i));
}

const pad = (n: number) => String(n).padStart(2, '0');
const keyOf = (d: Date) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;

/** byDays puts ticks to their days; several ticks in a row that share a fate stand on each of theirs. */
function byDays(all: Fired[], zone: string): Map<string, Fired[]> {
  const days = new Map<string, Fired[]>();
  const put = (day: string, f: Fired) => days.set(day, [...(days.get(day) ?? []), f]);
  for (const f of all) {
    const until = dayOf(f.until, zone);
    for (let at = Date.parse(f.at), n = 0; n < 62; at += 86_400_000, n++) {
      const day = dayOf(at, zone);
      put(day > until ? until : day, f);
      if (day >= until) break;
    }
  }
  return days;
}

/** Month shows the ticks of a month by their days. */
export function Month({ job, fired, coming, chosen, onChoose, first, onMove }: MonthProps) {
  const zone = job.cronTimezone;
  const all = [...fired, ...planned(fired, coming)];
  const days = byDays(all, zone);
  const clocks = [...new Set(coming.map((c) => timeText(new Date(c.nominalAt), zone, 'clock')))].sort();
  const today = dayOf(Date.now(), zone);
  const shown = daysOf(first);
  const entry = shown.find((date) => keyOf(date) === today && days.has(today)) ?? shown.find((date) => days.has(keyOf(date)));
  return (
    <>
      <div class="section-head">
        <h2 id="h-ticks" aria-live="polite">
          {first.toLocaleDateString('en-GB', { month: 'long', year: 'numeric' })}
        </h2>
        <span class="s q">
          ticks {clocks.length > 0 && clocks.length <= 4 ? `of ${clocks.join(', ')}, ` : 'in '}
          {zone}
        </span>
        <span class="end actions">
          <button class="btn icon" type="button" aria-label="Earlier" onClick={() => onMove(-1)}>
            <Arrow d="M10 3L5 8l5 5" />
          </button>
          <button class="btn icon" type="button" aria-label="Later" onClick={() => onMove(1)}>
            <Arrow d="M6 3l5 5-5 5" />
          </button>
        </span>
      </div>
      <ul class="wd" aria-hidden="true">
        {weekdays.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
      <ol class="cal" aria-label="Ticks by day" onKeyDown={moveFocus}>
        {shown.map((date, i) => {
          const key = keyOf(date);
          return <Day key={key} date={date} weekday={weekdays[i % 7] ?? ''} first={i === 0} today={key === today} entry={date === entry} all={days.get(key) ?? []} job={job} chosen={chosen} onChoose={onChoose} />;
        })}
      </ol>
    </>
  );
}

const Arrow = ({ d }: { d: string }) => (
  <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
    <path d={d} fill="none" stroke="currentColor" stroke-width="1.6" />
  </svg>
);

type DayProps = Pick<MonthProps, 'job' | 'chosen' | 'onChoose'> & { date: Date; weekday: string; first: boolean; today: boolean; entry: boolean; all: Fired[] };

function Day({ date, weekday, first, today, entry, all, job, chosen, onChoose }: DayProps) {
  const name = date.getDate() === 1 || first ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }) : String(date.getDate());
  const worst = worstFirst(all)[0]; // the worst of a day colours it
  const selected = all.length > 0 && chosen.length === all.length && all.every((f) => chosen.some((c) => c.at === f.at));
  const head = (
    <>
      <span class="vh">{weekday} </span>
      <span class="dn">
        {name}
        {today && <span class="td">today</span>}
      </span>
    </>
  );
  if (!worst) {
    return (
      <li class={`day ${today ? 'today' : ''}`}>
        <a>{head}</a>
      </li>
    );
  }
  const one = all.length === 1;
  return (
    <li class={`day ${worst.fate} ${worst.fate === 'ok' && one ? 'calm' : ''} ${today ? 'today' : ''} ${selected ? 'sel' : ''}`}>
      <a
        href="#tick"
        data-mark
        tabIndex={entry || selected ? 0 : -1}
        aria-current={selected ? 'true' : undefined}
        onClick={(event) => {
          event.preventDefault();
          onChoose(all);
        }}
      >
        {head}
        {one ? (
          <>
            <FateMark fate={worst.fate} word={worst.fate === 'plan' ? timeText(new Date(worst.at), job.cronTimezone, 'clock') : undefined} />
            <span class="sub">{subOf(worst, job)}</span>
          </>
        ) : (
          <span class="several">
            {all.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).map((f) => (
              <span key={f.at}>
                <FateMark fate={f.fate} quiet /> <span class="clock">{timeText(new Date(f.at), job.cronTimezone, 'clock')}</span>
              </span>
            ))}
          </span>
        )}
      </a>
    </li>
  );
}

/** subOf is the second line of a day, in a few words. */
function subOf(fired: Fired, job: Job): string {
  if (fired.fate === 'ok') return fired.run?.dispatchedAt ? roughly(lengthOf(fired.run)) : '';
  if (fired.fate === 'plan') return fired.shifted ? 'clock change' : '';
  if (fired.tick && fired.tick.verdict !== 'fired') return (reasonOfTick(fired.tick, job).split(/[;,.]/)[0] ?? '').toLowerCase();
  return sentence(fired.run?.statusMessage ?? '').replace(/\.$/, '').slice(0, 60);
}
