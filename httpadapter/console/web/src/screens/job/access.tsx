import { useQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';

import { useAction, useUndo } from '../../api/actions';
import { answered, api } from '../../api/client';
import { may, meQuery } from '../../api/queries';
import { Loading } from '../../app/screens';
import { toast } from '../../app/toasts';
import { Dialog } from '../../ui/dialog';
import { Failed } from '../../ui/empty';
import { Field } from '../../ui/field';
import type { TabProps } from '.';

const roles: [string, string][] = [
  ['viewer', 'sees the job, its runs and its ticks'],
  ['contributor', 'also runs it, cancels, pauses, edits drafts, publishes and goes back'],
  ['admin', 'also deletes it and changes which teams it is granted to'],
];

/** AccessTab says which teams the job is granted to, and what a role in one may do. */
export function AccessTab({ described }: TabProps) {
  const { job } = described;
  const [asks, setAsks] = useState(false);
  const me = useQuery(meQuery()).data;
  const teams = useQuery({
    queryKey: ['job', job.id, 'teams'],
    queryFn: ({ signal }) => answered(api.GET('/workloads/jobs/{job}/teams', { params: { path: { job: job.id } }, signal })),
  });
  const mayGrant = may(job, 'grant');
  const grant = (teamIds: string[]) => answered(api.POST('/workloads/jobs/{job}/teams', { params: { path: { job: job.id } }, body: { teamIds } }));
  const undo = useUndo();
  const revoke = useAction(
    (team: string) => answered(api.DELETE('/workloads/jobs/{job}/teams/{team}', { params: { path: { job: job.id, team } } })).then(() => team),
    (team) => toast({ glyph: 'ok', text: `${team} no longer sees ${job.jobKey}.`, action: undo('Grant again', () => grant([team])) }),
  );
  if (teams.isError && !teams.data) return <Failed error={teams.error} again={() => void teams.refetch()} />;
  if (!teams.data) return <Loading what="teams" />;
  const granted = teams.data.items;
  const mine = new Map(me?.teams.map((team) => [team.id, team.role]));
  return (
    <div class="cols">
      <section class="section access-teams" aria-labelledby="h-teams">
        <div class="section-head">
          <h2 id="h-teams">Teams</h2>
          <span class="s q">their members see the job</span>
          {mayGrant && (
            <span class="end">
              <button class="btn" type="button" onClick={() => setAsks(true)}>
                Add teams…
              </button>
            </span>
          )}
        </div>
        <table class="table flow" role="table" aria-label="Teams that the job is granted to">
          <thead role="rowgroup">
            <tr role="row">
              {['Team', 'Your role', 'Members'].map((name) => (
                <th key={name} role="columnheader" scope="col">
                  {name}
                </th>
              ))}
              <th role="columnheader" scope="col">
                <span class="vh">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {granted.map(({ team, memberCount }) => (
              <tr role="row" key={team.id}>
                <td role="cell">
                  <span class="key">{team.name || team.id}</span>
                  {team.name && <span class="q s"> {team.id}</span>}
                </td>
                <td role="cell">{mine.get(team.id) ?? me?.allTeams ?? 'none'}</td>
                <td role="cell">
                  {memberCount.toLocaleString('en')}
                </td>
                <td role="cell">
                  {mayGrant && granted.length > 1 && (
                    <button
                      class="btn plain"
                      type="button"
                      disabled={revoke.isPending}
                      onClick={() => revoke.mutate(team.id, { onError: (error) => toast({ glyph: 'fail', text: error.message }) })}
                    >
                      Remove
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section class="section access-roles" aria-labelledby="h-roles">
        <div class="section-head">
          <h2 id="h-roles">Who may do what</h2>
        </div>
        <dl class="kv">
          {roles.map(([role, what]) => (
            <>
              <dt>{role}</dt>
              <dd>{what}</dd>
            </>
          ))}
          <dt>You</dt>
          <dd>{job.permissions?.join(', ')}</dd>
        </dl>
      </section>
      {asks && <GrantDialog jobKey={job.jobKey} grant={grant} onClose={() => setAsks(false)} />}
    </div>
  );
}

type GrantDialogProps = { jobKey: string; grant: (teamIds: string[]) => Promise<unknown>; onClose: () => void };

function GrantDialog({ jobKey, grant, onClose }: GrantDialogProps) {
  const [text, setText] = useState('');
  const ids = text.split(/[\s,]+/).filter(Boolean);
  const add = useAction(
    () => grant(ids),
    () => {
      toast({ glyph: 'ok', text: `${ids.join(' and ')} now ${ids.length === 1 ? 'sees' : 'see'} ${jobKey}.` });
      onClose();
    },
  );
  return (
    <Dialog
      title={`Add teams to ${jobKey}`}
      onClose={onClose}
      onSubmit={() => add.mutate(undefined)}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Close
          </button>
          <button class="btn primary" type="submit" disabled={!ids.length || add.isPending}>
            Add
          </button>
        </>
      }
    >
      <Field label="IDs of teams" help="With spaces or commas between them." fault={add.error?.fields[0]?.detail}>
        {(input) => <input {...input} class="input mono" spellcheck={false} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
      </Field>
      {add.error && <p class="err-line">{add.error.message}</p>}
    </Dialog>
  );
}
