import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';

import { may } from '../../../api/queries';
import { Loading } from '../../../app/screens';
import { Empty, Failed } from '../../../ui/empty';
import type { TabProps } from '..';
import { BackfillDialog } from './backfill';
import { Coming } from './coming';
import { Hours } from './hours';
import { Month } from './month';
import { Other } from './other';
import { firedQuery, previewQuery, type Fired } from './query';
import { TickDetail } from './tick';

const day = 86_400_000;

/** More than so many ticks a day are drawn as days by hours. */
const fewADay = 4;

/** ScheduleTab shows each tick with its fate, and the fires that come. */
export function ScheduleTab({ described }: TabProps) {
  const { job } = described;
  const [back, setBack] = useState(0); // months
  const [chosen, setChosen] = useState<Fired[]>([]);
  const [days, setDays] = useState<number | null>(null);
  const [backfill, setBackfill] = useState<{ from: string; until: string } | null>(null);
  const preview = useQuery(previewQuery(job.id, 100));
  const dense = isDense(preview.data?.items ?? []);
  const first = monthStart(back);
  const some = daysAtOnce(preview.data?.items ?? []);
  const shown = days ?? some;
  const fired = useQuery({ ...firedQuery(job.id, dense ? Date.now() - (shown - 1) * day - (Date.now() % day) : first.getTime() - 7 * day), enabled: preview.isSuccess, placeholderData: keepPreviousData });
  if (fired.isError && !fired.data) return <Failed error={fired.error} again={() => void fired.refetch()} />;
  if (!fired.data || !preview.data) return <Loading what="ticks" />;
  const mayBackfill = may(job, 'operate') && !!job.cronExpression;
  if (!job.cronExpression && fired.data.length === 0) {
    return <Empty title="No schedule">{job.dependsOn.length ? 'It runs when the jobs that it depends on have succeeded.' : 'It runs when someone asks. A new version can give it a schedule.'}</Empty>;
  }
  const props = { job, fired: fired.data, coming: preview.data.items, chosen: chosen.flatMap((old) => fired.data.find((f) => f.at === old.at) ?? old), onChoose: setChosen };
  const onEarlier = shown < some * 4 ? () => setDays(shown + some) : undefined;
  return (
    <div class={dense ? 's-hours s-schedule' : 's-schedule'}>
      <div class={dense ? undefined : 'sch'}>
        <section aria-labelledby="h-ticks">
          {dense ? <Hours {...props} onEarlier={onEarlier} /> : <Month {...props} first={first} onMove={(by) => (setChosen([]), setBack(Math.min(1, back + by)))} />}
          {props.chosen.map((one) => (
            <TickDetail key={one.at} job={job} fired={one} onBackfill={mayBackfill ? setBackfill : undefined} />
          ))}
        </section>
        {!dense && <Coming described={described} fires={preview.data.items} />}
      </div>
      <Other job={job} fired={fired.data} onBackfill={mayBackfill ? () => setBackfill({ from: '', until: '' }) : undefined} />
      {backfill && <BackfillDialog described={described} range={backfill} onClose={() => setBackfill(null)} />}
    </div>
  );
}

function isDense(items: { nominalAt: string }[]): boolean {
  const first = items[0];
  const later = items[fewADay];
  return !!first && !!later && Date.parse(later.nominalAt) - Date.parse(first.nominalAt) < day;
}

/** daysAtOnce is how many days of ticks are read for the grid: about 400 ticks. */
function daysAtOnce(items: { nominalAt: string }[]): number {
  const [first, last] = [items[0], items.at(-1)];
  if (!first || !last || first === last) return 14;
  const perDay = ((items.length - 1) * day) / (Date.parse(last.nominalAt) - Date.parse(first.nominalAt));
  return Math.max(2, Math.min(14, Math.round(400 / perDay)));
}

function monthStart(back: number): Date {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth() + back, 1);
}
