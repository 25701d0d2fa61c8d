import type { Job } from '../../api/queries';
import { tableDuration } from '../../ui/duration';
import { type Fate, fateOfRun } from '../../ui/fate';
import { Glyph } from '../../ui/glyph';
import { waitInWords } from '../../ui/reason';
import { Table } from '../../ui/table';
import { Time } from '../../ui/time';
import { startedBy } from '../job/runs/row';
import type { Run } from './query';

type State = { at: string; fate: Fate; what: string };

/** What takes less is one step: it is told with what came before. */
const instant = 1000;

const apart = (a: string | null, b: string | null) => !!a && !!b && Date.parse(b) - Date.parse(a) >= instant;

function statesOf(job: Job, run: Run, next: Run | undefined): State[] {
  const name = `Run ${run.number}`;
  const made = run.attempt > 1 ? `${name} was made, attempt ${run.attempt}` : run.trigger === 'schedule' ? `The tick was due. ${name} was made` : `${name} was made ${startedBy(run)}`;
  const handed = `handed to cluster ${job.clusterId}`;
  const waited = apart(run.createdAt, run.dispatchedAt);
  const all: (State | false)[] = [
    apart(run.nominalAt, run.createdAt) && run.attempt === 1 && run.trigger === 'schedule' && { at: run.nominalAt ?? '', fate: 'plan', what: 'The tick was due.' },
    { at: run.createdAt, fate: 'wait', what: run.dispatchedAt && !waited ? `${made}, and ${handed}.` : `${made}.` },
    !!run.runAt && { at: run.runAt, fate: 'wait', what: 'The time came that it was to wait for.' },
    !!run.dispatchedAt && waited && { at: run.dispatchedAt, fate: 'run', what: `${name} was ${handed}.` },
    !!run.runnerStartedAt && { at: run.runnerStartedAt, fate: 'run', what: `${name} began.` },
    !!run.cancelRequestedAt && { at: run.cancelRequestedAt, fate: 'cancel', what: `${name} was asked to stop.` },
    !!run.finishedAt && { at: run.finishedAt, fate: fateOfRun(run.status), what: `${name} ${endOf(run)}${retryOf(next)}` },
    !!run.cleanedAt && apart(run.finishedAt, run.cleanedAt) && { at: run.cleanedAt, fate: 'ok', what: 'The engine has freed what it held.' },
    !run.finishedAt && !!run.waitingFor && { at: new Date().toISOString(), fate: 'wait', what: waitInWords(run.waitingFor) },
  ];
  return all.filter((s): s is State => !!s);
}

const retryOf = (next: Run | undefined) => (next && next.attempt > 1 ? ` Run ${next.number} is attempt ${next.attempt}.` : '');

function endOf(run: Run): string {
  if (run.status === 'succeeded') return 'succeeded.';
  const how = { failed: 'failed', timeout: 'took longer than it may, and was ended', cancelled: 'was cancelled' }[run.status as string] ?? 'ended';
  const said = run.status === 'failed' && run.statusMessage ? run.statusMessage.split('\n')[0]?.trim() : '';
  return said && said.length < 160 ? `${how}: ${said.replace(/\.?$/, '.')}` : `${how}.`;
}

export function States({ job, attempts }: { job: Job; attempts: Run[] }) {
  const states = attempts
    .flatMap((run, i) => statesOf(job, run, attempts[i + 1]))
    .map((state, i) => [state, i] as const)
    .sort(([a, i], [b, j]) => Date.parse(a.at) - Date.parse(b.at) || i - j)
    .map(([state]) => state);
  return (
    <section class="section" aria-labelledby="h-states">
      <div class="section-head">
        <h2 id="h-states">States</h2>
      </div>
      <Table label="States of the run and its earlier attempts" class="stt" columns={['At', { name: 'State', hidden: true }, 'What happened', { name: 'After', class: 'num' }]}>
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
                <span class="q num">{before && apart(before.at, state.at) && tableDuration(Date.parse(state.at) - Date.parse(before.at))}</span>
              </td>
            </tr>
          );
        })}
      </Table>
    </section>
  );
}
