import { dayOf } from '../schedule/query';
import { timeText } from '../../../ui/time';
import type { Fire } from './fires';

const days = 31;
const mostRows = 8;
const row = 28;

/** FiresChart draws 31 days by the times of a day: a plus for a fire that is gained, a minus for one that is lost. */
export function FiresChart({ fires, zone }: { fires: Fire[]; zone: string }) {
  const now = Date.now();
  const columns = Array.from({ length: days }, (_, i) => new Date(now + i * 86_400_000));
  const at = new Map(columns.map((day, i) => [dayOf(day, zone), i]));
  const clock = (fire: Fire) => timeText(new Date(fire.at), zone, 'clock');
  const clocks = [...new Set(fires.map(clock))].sort();
  if (clocks.length > mostRows) return null; // a list says it better
  const height = clocks.length * row + 42;
  const x = (column: number) => `${(((column + 0.5) / days) * 100).toFixed(2)}%`;
  const weekday = (day: Date) => new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: zone }).format(day);
  const count = (kind: Fire['kind']) => fires.filter((fire) => fire.kind === kind).length;
  return (
    <>
      <div class="gl">
        <svg class="chart" height={height} aria-hidden="true">
          {clocks.map((text, i) => (
            <text key={text} x="0" y={i * row + 24}>
              {text}
            </text>
          ))}
        </svg>
        <svg class="chart" height={height} role="img" aria-label={`Fires of the next 30 days, by the time of day: ${count('gained')} gained, ${count('lost')} lost, ${count('stays')} stay.`}>
          {columns.map((day, i) => /^S/.test(weekday(day)) && <rect key={i} class="future" x={`${((i / days) * 100).toFixed(2)}%`} y="0" width={`${(100 / days).toFixed(2)}%`} height={height - 24} />)}
          {clocks.map((text, i) => (
            <line key={text} class="rule" x1="0" x2="100%" y1={i * row + 34} y2={i * row + 34} />
          ))}
          {fires.map((fire) => {
            const column = at.get(dayOf(fire.at, zone));
            if (column === undefined) return null;
            return (
              <svg key={fire.at + fire.kind} x={x(column)} y={clocks.indexOf(clock(fire)) * row + 20} overflow="visible">
                <Mark kind={fire.kind} />
              </svg>
            );
          })}
          {columns.map(
            (day, i) =>
              (i === 0 || (weekday(day) === 'Mon' && i > 3)) && (
                <text key={i} x={x(i)} y={height - 6} text-anchor={i === 0 ? 'start' : i > days - 3 ? 'end' : 'middle'}>
                  {timeText(day, zone, 'day').replace(/^\w+ /, '')}
                </text>
              ),
          )}
        </svg>
      </div>
      <p class="legend" aria-hidden="true">
        {(['gained', 'lost', 'stays'] as const).map((kind) => (
          <span key={kind}>
            <svg width="14" height="14" viewBox="-7 -7 14 14">
              <Mark kind={kind} />
            </svg>
            {kind}
          </span>
        ))}
      </p>
    </>
  );
}

function Mark({ kind }: { kind: Fire['kind'] }) {
  if (kind === 'stays') return <circle class="m-quiet" r="2.5" />;
  return <path class={`mark-${kind}`} d={kind === 'gained' ? 'M-4 0h8M0-4v8' : 'M-4 0h8'} />;
}
