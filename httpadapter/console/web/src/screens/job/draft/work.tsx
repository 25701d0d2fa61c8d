import { useState } from 'preact/hooks';

import { exactText, type Exact, parseExact } from '../../../api/exact';
import type { Job } from '../../../api/queries';
import { Field } from '../../../ui/field';
import type { DraftWithTag } from '.';
import { Line } from './inputs';
import { linesOf, pairsOf } from './pairs';
import type { DraftPatch } from './save';

type WorkPartProps = {
  job: Job;
  draft: DraftWithTag;
  patch: DraftPatch;
  set: (part: DraftPatch) => void;
  fault: (name: string) => string | undefined;
};

/** The texts of a config that are edited as texts, not as JSON. */
const sources = [
  ['sql', 'SQL'],
  ['python', 'Python'],
] as const;

/** WorkPart is what runs: the config as the text that it is, its parameters, what it waits for. */
export function WorkPart({ draft, patch, set, fault }: WorkPartProps) {
  const config = (patch.config ?? draft.exact.config) as Exact;
  const [parameters, setParameters] = useState(() => linesOf(draft.version.parameters));
  const [dependsOn, setDependsOn] = useState(() => draft.version.dependsOn.map((d) => d.jobKey).join('\n'));
  return (
    <div class="part" role="group" aria-label="Work">
      <h3 class="part-title">Work</h3>
      {sources.map(([name, label]) => (
        <Source key={name} name={name} label={label} config={config} set={set} fault={fault} />
      ))}
      <Config config={config} set={set} fault={fault} />
      <div class="row">
        <Field label="Parameters" help="One a line, name=default. A run may set these." fault={fault('parameters')}>
          {(input) => (
            <textarea
              {...input}
              rows={3}
              spellcheck={false}
              value={parameters}
              onInput={(event) => {
                setParameters(event.currentTarget.value);
                set({ parameters: pairsOf(event.currentTarget.value) });
              }}
            />
          )}
        </Field>
        <Field label="Waits for" help="Keys of jobs, one a line." fault={fault('dependsOn')}>
          {(input) => (
            <textarea
              {...input}
              rows={3}
              spellcheck={false}
              value={dependsOn}
              onInput={(event) => {
                setDependsOn(event.currentTarget.value);
                const keys = event.currentTarget.value.split('\n').map((key) => key.trim());
                set({ dependsOn: keys.filter(Boolean).map((jobKey) => ({ jobKey })) });
              }}
            />
          )}
        </Field>
      </div>
      <div class="row">
        <Line label="Cluster" value={String(patch.clusterId ?? draft.version.clusterId)} fault={fault('clusterId')} onInput={(clusterId) => set({ clusterId })} />
        <Line label="Description" value={String(patch.description ?? draft.version.description)} fault={fault('description')} onInput={(description) => set({ description })} />
      </div>
    </div>
  );
}

type PartOfConfig = Pick<WorkPartProps, 'set' | 'fault'> & { config: Exact };

/** Source is the text of a statement or a program, where the config holds one. */
function Source({ name, label, config, set, fault }: PartOfConfig & { name: string; label: string }) {
  const part = config[name] as Exact | undefined;
  if (typeof part?.source !== 'string') return null;
  return (
    <Field label={label} fault={fault(`config.${name}`)}>
      {(input) => (
        <textarea
          {...input}
          rows={Math.min(20, Math.max(6, (part.source as string).split('\n').length + 1))}
          spellcheck={false}
          value={part.source as string}
          onInput={(event) => set({ config: { ...config, [name]: { ...part, source: event.currentTarget.value } } })}
        />
      )}
    </Field>
  );
}

/** Config is the whole config as JSON. */
function Config({ config, set, fault }: PartOfConfig) {
  const [typed, setTyped] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | undefined>();
  const hasSource = sources.some(([name]) => typeof (config[name] as Exact | undefined)?.source === 'string');
  const field = (
    <Field label="Config" help="JSON, kept as it is written." fault={wrong ?? fault('config')}>
      {(input) => (
        <textarea
          {...input}
          rows={10}
          spellcheck={false}
          value={typed ?? exactText(config)}
          onBlur={() => !wrong && setTyped(null)}
          onInput={(event) => {
            const text = event.currentTarget.value;
            setTyped(text);
            try {
              set({ config: parseExact(text) });
              setWrong(undefined);
            } catch (error) {
              setWrong(`This is not JSON yet: ${error instanceof Error ? error.message : ''}`);
            }
          }}
        />
      )}
    </Field>
  );
  if (!hasSource) return field;
  return (
    <details>
      <summary>The whole config as JSON</summary>
      {field}
    </details>
  );
}
