import type { Job } from '../../api/queries';
import { tableDuration } from '../../ui/duration';
import { type Fate, fateOfRun } from '../../ui/fate';
import { Glyph } from '../../ui/glyph';
import { Time } from '../../ui/time';
import { startedBy } from '../job/runs/row';
import type { Run } from './query';

type State = { at: string; fate: Fate; what: string };

function statesOf(job: Job, run: Run): State[] {
  const name = `Run ${run.number}`;
  const all: (State | false)[] = [
    run.attempt === 1 && !!run.nominalAt && run.trigger === 'schedule' && { at: run.nominalAt, fate: 'plan', what: 'The tick was due.' },
    { at: run.createdAt, fate: 'wait', what: `${name} was made, ${run.attempt > 1 ? `attempt ${run.attempt}` : startedBy(run)}.` },
    !!run.runAt && { at: run.runAt, fate: 'wait', what: 'The time came that it was to wait for.' },
    !!run.dispatchedAt && { at: run.dispatchedAt, fate: 'run', what: `${name} was handed to cluster ${job.clusterId}.` },
    !!run.runnerStartedAt && { at: run.runnerStartedAt, fate: 'run', what: `${name} began.` },
    !!run.cancelRequestedAt && { at: run.cancelRequestedAt, fate: 'cancel', what: `${name} was asked to stop.` },
    !!run.finishedAt && { at: run.finishedAt, fate: fateOfRun(run.status), what: `${name} ${endOf(run)}` },
    !!run.cleanedAt && { at: run.cleanedAt, fate: 'ok', what: 'The engine has freed what it held.' },
  ];
  return all.filter((s): s is State => !!s);
}

const endOf = (run: Run) =>
  ({ succeeded: 'succeeded.', failed: 'failed.', timeout: 'took longer than it may, and was ended.', cancelled: 'was cancelled.' })[run.status as string] ?? '';

export function States({ job, attempts }: { job: Job; attempts: Run[] }) {
  const states = attempts
    .flatMap((run) => statesOf(job, run))
    .map((state, i) => [state, i] as const)
    .sort(([a, i], [b, j]) => Date.parse(a.at) - Date.parse(b.at) || i - j)
    .map(([state]) => state);
  return (
    <section class="section" aria-labelledby="h-states">
      <div class="section-head">
        <h2 id="h-states">States</h2>
      </div>
      <table class="table flow stt" role="table" aria-label="States of the run and its earlier attempts">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              At
            </th>
            <th role="columnheader" scope="col">
              <span class="vh">State</span>
            </th>
            <th role="columnheader" scope="col">
              What happened
            </th>
            <th role="columnheader" scope="col" class="num">
              After
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {states.map((state, i) => {
            const before = states[i - 1];
            return (
              <tr role="row" key={`${state.at} ${state.what}`}>
                <td role="cell">
                  <Time at={state.at} zone={job.cronTimezone} shape="clocks" bare />
                </td>
                <td role="cell">
                  <Glyph name={state.fate} fate />
                </td>
                <td role="cell">{state.what}</td>
                <td role="cell" class="num">
                  <span class="q num">{before && tableDuration(Date.parse(state.at) - Date.parse(before.at))}</span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
