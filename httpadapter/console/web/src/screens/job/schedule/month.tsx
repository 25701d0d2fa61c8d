import type { Job } from '../../../api/queries';
import { sentenceDuration } from '../../../ui/duration';
import { FateMark } from '../../../ui/fate';
import { reasonOfTick, sentence } from '../../../ui/reason';
import { lengthOf } from '../../../ui/strip';
import { timeText } from '../../../ui/time';
import { dayOf, type Fired } from './query';

type MonthProps = {
  job: Job;
  fired: Fired[];
  coming: { nominalAt: string; shifted: boolean }[];
  chosen: Fired | null;
  onChoose: (fired: Fired) => void;
  first: Date;
  onMove: (by: number) => void;
};

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const bad = ['fail', 'timeout', 'skip-f', 'miss', 'coal', 'sup', 'pause', 'cancel', 'run', 'wait', 'ok', 'plan'];

/** daysOf are the days that a month's page shows: whole weeks, Monday first. */
function daysOf(first: Date): Date[] {
  const begin = new Date(first.getFullYear(), first.getMonth(), 1 - ((first.getDay() + 6) % 7));
  const last = new Date(first.getFullYear(), first.getMonth() + 1, 0);
  const weeks = Math.ceil((Math.round((last.getTime() - begin.getTime()) / 86_400_000) + 1) / 7);
  return Array.from({ length: weeks * 7 }, (_, i) => new Date(begin.getFullYear(), begin.getMonth(), begin.getDate() + i));
}

const pad = (n: number) => String(n).padStart(2, '0');
const keyOf = (d: Date) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;

export function Month({ job, fired, coming, chosen, onChoose, first, onMove }: MonthProps) {
  const zone = job.cronTimezone;
  const byDay = new Map<string, Fired[]>();
  const put = (day: string, f: Fired) => byDay.set(day, [...(byDay.get(day) ?? []), f]);
  for (const f of fired) {
    const until = dayOf(f.until, zone);
    for (let at = Date.parse(f.at), n = 0; n < 62; at += 86_400_000, n++) {
      put(dayOf(at, zone), f);
      if (dayOf(at, zone) >= until) break;
    }
  }
  const latest = Math.max(0, ...fired.map((f) => Date.parse(f.until)));
  for (const c of coming) {
    if (Date.parse(c.nominalAt) > latest) {
      put(dayOf(c.nominalAt, zone), { at: c.nominalAt, until: c.nominalAt, count: 1, fate: 'plan', shifted: c.shifted, tick: null, run: null });
    }
  }
  const today = dayOf(Date.now(), zone);
  return (
    <>
      <div class="section-head">
        <h2 id="h-ticks">{first.toLocaleDateString('en-GB', { month: 'long', year: 'numeric' })}</h2>
        <span class="s q">ticks in {zone}</span>
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
        {daysOf(first).map((date, i) => {
          const key = keyOf(date);
          return <Day key={key} date={date} weekday={weekdays[i % 7] ?? ''} first={i === 0} today={key === today} all={byDay.get(key) ?? []} job={job} chosen={chosen} onChoose={onChoose} />;
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

type DayProps = {
  date: Date;
  weekday: string;
  first: boolean;
  today: boolean;
  all: Fired[];
  job: Job;
  chosen: Fired | null;
  onChoose: (fired: Fired) => void;
};

function Day({ date, weekday, first, today, all, job, chosen, onChoose }: DayProps) {
  const name = date.getDate() === 1 || first ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }) : String(date.getDate());
  // The worst of a day stands for it.
  const shown = all.toSorted((a, b) => bad.indexOf(a.fate) - bad.indexOf(b.fate))[0];
  const head = (
    <>
      <span class="vh">{weekday} </span>
      <span class="dn">
        {name}
        {today && <span class="td">today</span>}
      </span>
    </>
  );
  if (!shown) {
    return (
      <li class={`day ${today ? 'today' : ''}`}>
        <a>{head}</a>
      </li>
    );
  }
  const more = all.length > 1 ? `, ${all.length} ticks` : '';
  return (
    <li class={`day ${shown.fate} ${shown.fate === 'ok' && !more ? 'calm' : ''} ${today ? 'today' : ''} ${all.includes(chosen as Fired) ? 'sel' : ''}`}>
      <a
        href="#tick"
        onClick={(event) => {
          event.preventDefault();
          onChoose(shown);
        }}
      >
        {head}
        <FateMark fate={shown.fate} word={shown.fate === 'plan' ? timeText(new Date(shown.at), job.cronTimezone, 'clock') : undefined} />
        <span class="sub">{subOf(shown, job) + more}</span>
      </a>
    </li>
  );
}

function subOf(fired: Fired, job: Job): string {
  if (fired.fate === 'ok') return fired.run ? sentenceDuration(Math.round(lengthOf(fired.run) / 60_000) * 60_000 || lengthOf(fired.run)) : '';
  if (fired.fate === 'plan') return fired.shifted ? 'clock change' : '';
  if (fired.run) return sentence(fired.run.statusMessage ?? '').slice(0, 60);
  return fired.tick ? (reasonOfTick(fired.tick, job).split(/[;,.]/)[0] ?? '') : '';
}

/** moveFocus moves by a day or a week. */
function moveFocus(event: KeyboardEvent) {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
  const list = event.currentTarget as HTMLElement;
  if (!by) return;
  const days = [...list.children];
  const at = days.findIndex((day) => day.contains(document.activeElement));
  for (let to = at + by; to >= 0 && to < days.length; to += by) {
    const link = days[to]?.querySelector<HTMLElement>('a[href]');
    if (link) {
      link.focus();
      event.preventDefault();
      return;
    }
  }
}
