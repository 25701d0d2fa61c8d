import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';

import { useAction } from '../../api/actions';
import { answered, api, type Schemas } from '../../api/client';
import { exactText, parseExact } from '../../api/exact';
import type { Team } from '../../api/queries';
import { toast } from '../../app/toasts';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';
import { ownZone } from '../../ui/time';

type CreateProps = {
  teams: Team[];
  /** Clusters that the jobs in sight run on. */
  clusters: string[];
  onClose: () => void;
};

const begin = '{\n  "sql": { "source": "select 1" }\n}';

/** Create makes a job: its version 1 is published at once, and can be edited as any other. */
export function Create({ teams, clusters, onClose }: CreateProps) {
  const [, go] = useLocation();
  const [key, setKey] = useState('');
  const [team, setTeam] = useState(teams[0]?.id ?? '');
  const [cluster, setCluster] = useState(clusters[0] ?? '');
  const [cron, setCron] = useState('');
  const [zone, setZone] = useState(ownZone);
  const [config, setConfig] = useState(begin);
  const [paused, setPaused] = useState(false);
  const create = useAction(
    () => {
      const body = {
        jobKey: key,
        clusterId: cluster,
        teamIds: [team],
        config: parseExact(config),
        ...(cron.trim() && { cronExpression: cron.trim(), cronTimezone: zone }),
        ...(paused && { status: 'paused' }),
      };
      return answered(api.POST('/workloads/jobs', { body: body as Schemas['NewJob'], bodySerializer: () => exactText(body, 0) }));
    },
    (made) => {
      const { id } = made;
      toast({ glyph: 'ok', text: `${key} is made, and its version 1 is published.` });
      onClose();
      go(`/jobs/${id}/${cron ? 'schedule' : ''}`);
    },
  );
  const fault = (name: string) => create.error?.fields?.find((f) => f.field === name || f.field.startsWith(`${name}.`) || f.field.startsWith(`${name}[`))?.detail;
  const badJSON = faultOf(config);
  return (
    <Dialog
      title="New job"
      onClose={onClose}
      onSubmit={() => !badJSON && create.mutate(undefined)}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Close
          </button>
          <button class="btn primary" type="submit" disabled={!key || !team || !cluster || !!badJSON || create.isPending}>
            Make the job
          </button>
        </>
      }
    >
      <div class="form">
        <Line label="Key" help="Unique in the organization, such as nightly-sales." mono value={key} fault={fault('jobKey')} onInput={setKey} />
        <div class="row">
          <Line label="Team" help={teams.find((t) => t.id === team)?.name || 'Who sees it.'} list={teams.map((t) => [t.id, t.name ?? ''])} value={team} fault={fault('teamIds')} onInput={setTeam} />
          <Line label="Cluster" help="Where it runs." list={clusters.map((c) => [c, ''])} value={cluster} fault={fault('clusterId')} onInput={setCluster} />
        </div>
        <div class="row">
          <Line label="Cron expression" help="Empty for one that is run by hand." mono value={cron} fault={fault('cronExpression')} onInput={setCron} />
          <Line label="Time zone" help="An IANA zone, such as Europe/Berlin." value={zone} fault={fault('cronTimezone')} onInput={setZone} />
        </div>
        <Field label="Config" help="A JSON object. It is kept as it is written." fault={badJSON ?? fault('config')}>
          {(input) => <textarea {...input} class="mono" rows={6} spellcheck={false} value={config} onInput={(event) => setConfig(event.currentTarget.value)} />}
        </Field>
        <label class="check">
          <input type="checkbox" checked={paused} onChange={(event) => setPaused(event.currentTarget.checked)} />
          Begin paused: nothing runs by schedule until someone resumes it
        </label>
      </div>
      {create.error && !create.error.fields?.length && <p class="err-line">{create.error.message}</p>}
    </Dialog>
  );
}

function faultOf(config: string): string | undefined {
  try {
    parseExact(config);
    return undefined;
  } catch (error) {
    return `This is not JSON yet: ${error instanceof Error ? error.message : ''}`;
  }
}

type LineProps = { label: string; help: string; value: string; fault: string | undefined; mono?: boolean; list?: [string, string][]; onInput: (value: string) => void };

function Line({ label, help, value, fault, mono, list, onInput }: LineProps) {
  const id = `of-${label.toLowerCase().replace(/\W/g, '-')}`;
  return (
    <Field label={label} help={help} fault={fault}>
      {(input) => (
        <>
          <input
            {...input}
            class={mono ? 'input mono' : 'input'}
            list={list && id}
            spellcheck={false}
            autocomplete="off"
            value={value}
            onInput={(event) => onInput(event.currentTarget.value.trim() === '' ? '' : event.currentTarget.value)}
          />
          {list && (
            <datalist id={id}>
              {list.map(([of, name]) => (
                <option key={of} value={of}>
                  {name}
                </option>
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}
