/** Times, each with its zone's abbreviation; UTC and the viewer's own stand on hover and focus. */

export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

type Shape = 'moment' | 'clock' | 'clocks' | 'day' | 'second';

const shapes: Record<Shape, Intl.DateTimeFormatOptions> = {
  moment: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  second: {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  clocks: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  day: { weekday: 'short', day: 'numeric', month: 'short' },
};

const made = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, shape: Shape) {
  const key = `${zone} ${shape}`;
  let f = made.get(key);
  if (!f) {
    f = new Intl.DateTimeFormat('en-GB', { ...shapes[shape], timeZone: known(zone) ? zone : 'UTC' });
    made.set(key, f);
  }
  return f;
}

/** Each English knows the abbreviations of its own part of the world. */
const englishes = ['en-GB', 'en-US', 'en-AU', 'en-IN', 'en-ZA'];
const names = new Map<string, Intl.DateTimeFormat[]>();

/** zoneName is the abbreviation of a zone at a time: CET in winter, CEST in summer. */
export function zoneName(at: Date, zone: string): string {
  let list = names.get(zone);
  if (!list) {
    list = known(zone) ? englishes.map((locale) => new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' })) : [];
    names.set(zone, list);
  }
  const found = list.map((f) => f.formatToParts(at).find((p) => p.type === 'timeZoneName')?.value ?? zone);
  return found.find((name) => !/^(GMT|UTC)[+-]/.test(name)) ?? found[0] ?? 'UTC';
}

function known(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone });
    return true;
  } catch {
    return false; // times are shown in UTC then
  }
}

export function timeText(at: Date, zone: string, shape: Shape = 'moment'): string {
  const p: Record<string, string> = {};
  for (const { type, value } of formatter(zone, shape).formatToParts(at)) p[type] = value;
  const clock = [p.hour, p.minute, p.second].filter(Boolean).join(':');
  const year = at.getFullYear() === new Date().getFullYear() ? '' : p.weekday ? ` ${yearIn(at, zone)}` : '';
  return [p.weekday, p.day, p.month].filter(Boolean).join(' ') + year + (p.weekday && clock ? ' ' : '') + clock;
}

function yearIn(at: Date, zone: string) {
  return new Intl.DateTimeFormat('en-GB', { year: 'numeric', timeZone: zone }).format(at);
}

export const timeWithZone = (at: Date, zone: string, shape: Shape = 'moment') =>
  `${timeText(at, zone, shape)} ${zoneName(at, zone)}`;

function tip(at: Date, zone: string): string {
  const lines = [`${timeText(at, 'UTC', 'second')} UTC`];
  const own = zoneName(at, ownZone);
  lines.push(
    own === zoneName(at, zone)
      ? 'This time and you are in the same zone'
      : `${timeText(at, ownZone, 'second')} ${own}, your zone`,
  );
  return lines.join('\n');
}

type TimeProps = {
  /** An RFC 3339 time. */
  at: string;
  zone?: string | undefined;
  shape?: Shape;
  /** Leaves the zone's abbreviation out, where it stands in the heading. */
  bare?: boolean;
  /** Says "Today" for the day that it is in the zone. */
  today?: boolean;
};

export function Time({ at, zone = ownZone, shape = 'moment', bare, today }: TimeProps) {
  const date = new Date(at);
  return (
    <time class="t" dateTime={at} tabIndex={0} data-tip={tip(date, zone)}>
      {today && timeText(date, zone, 'day') === timeText(new Date(), zone, 'day') ? `Today ${timeText(date, zone, 'clock')}` : timeText(date, zone, shape)}
      {!bare && (
        <>
          {' '}
          <span class="z">{zoneName(date, zone)}</span>
        </>
      )}
    </time>
  );
}
