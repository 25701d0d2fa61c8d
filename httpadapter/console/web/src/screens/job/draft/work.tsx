import { useState } from 'preact/hooks';

import { exactText, type Exact, parseExact } from '../../../api/exact';
import { lineChanges } from '../../../ui/textdiff';
import { Line, Lines } from './inputs';
import { fitLines, linesOf, pairsOf } from './pairs';
import { type FormProps, valuesOf } from './values';

/** The texts of a config that are edited as texts, not as JSON. */
const sources = [
  ['sql', 'SQL'],
  ['python', 'Python'],
] as const;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const sourceOf = (config: Exact | undefined, name: string): string | undefined => {
  const source = (config?.[name] as Exact | undefined)?.source;
  return typeof source === 'string' ? source : undefined;
};

/** WorkPart is what runs: the config as the text that it is, its parameters, what it waits for. */
export function WorkPart(props: FormProps) {
  const { edits } = props;
  const { text, was } = valuesOf(props);
  const line = (name: string) => ({ value: text(name), was: was(name), fault: edits.fault(name), onInput: (value: string) => edits.set({ [name]: value }) });
  return (
    <div class="part" role="group" aria-label="Work">
      <h3 class="part-title">Work</h3>
      {sources.map(([name, label]) => (
        <Source key={name} {...props} name={name} label={label} />
      ))}
      <Config {...props} />
      <div class="row">
        <Parameters {...props} />
        <WaitsFor {...props} />
      </div>
      <div class="row">
        <Line label="Cluster" {...line('clusterId')} />
        <Line label="Description" {...line('description')} />
      </div>
    </div>
  );
}

function Parameters(props: FormProps) {
  const { edits } = props;
  const { value, was } = valuesOf(props);
  const map = (value('parameters') ?? {}) as Record<string, string>;
  const [typed, setTyped] = useState<string | null>(null);
  const before = was('parameters');
  const fits = fitLines(map);
  return (
    <Lines
      label="Parameters"
      rows={3}
      readOnly={!fits}
      value={typed ?? linesOf(map)}
      was={before && { ...before, text: linesOf((props.active.parameters ?? {}) as Record<string, string>) || 'none', back: () => (setTyped(null), before.back()) }}
      fault={edits.fault('parameters')}
      help={fits ? 'One a line, name=default. A run may set these: Run now asks for them.' : 'A value has several lines: edit it as JSON.'}
      onInput={(text) => {
        setTyped(text);
        edits.set({ parameters: pairsOf(text) });
      }}
    />
  );
}

type Dependencies = { jobKey: string }[];
const keysOf = (list: unknown) => ((list ?? []) as Dependencies).map((d) => d.jobKey).join('\n');

function WaitsFor(props: FormProps) {
  const { edits, active } = props;
  const { value, was } = valuesOf(props);
  const [typed, setTyped] = useState<string | null>(null);
  const before = was('dependsOn');
  return (
    <Lines
      label="Waits for"
      rows={3}
      value={typed ?? keysOf(value('dependsOn'))}
      was={before && { ...before, text: keysOf(active.dependsOn) || 'none', back: () => (setTyped(null), before.back()) }}
      fault={edits.fault('dependsOn')}
      help="Keys of jobs, one a line. A tick is skipped when one of them failed."
      onInput={(text) => {
        setTyped(text);
        const keys = text.split('\n').map((key) => key.trim());
        edits.set({ dependsOn: keys.filter(Boolean).map((jobKey) => ({ jobKey })) });
      }}
    />
  );
}

/** Source is the text of a statement or a program, where the config holds one. */
function Source({ name, label, ...props }: FormProps & { name: string; label: string }) {
  const { edits, active, job } = props;
  const config = valuesOf(props).value('config') as Exact;
  const source = sourceOf(config, name);
  if (source === undefined) return null;
  const before = sourceOf(active.config as Exact, name);
  const set = (text: string) => edits.set({ config: { ...config, [name]: { ...(config[name] as Exact), source: text } } });
  return (
    <Lines
      label={label}
      rows={Math.min(20, Math.max(6, source.split('\n').length + 1))}
      value={source}
      was={before !== undefined && before !== source ? { text: before, how: capital(lineChanges(before, source)), version: job.currentVersion, back: () => set(before) } : undefined}
      fault={edits.fault(`config.${name}.source`) ?? edits.fault(`config.${name}`)}
      onInput={set}
    />
  );
}

/** Config is the whole config as JSON. */
function Config(props: FormProps) {
  const { edits } = props;
  const { value, was } = valuesOf(props);
  const config = value('config') as Exact;
  const [typed, setTyped] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | undefined>();
  const hasSource = sources.some(([name]) => sourceOf(config, name) !== undefined);
  const before = was('config');
  const field = (
    <Lines
      label="Config"
      rows={10}
      help="JSON; its numbers keep every digit."
      was={hasSource ? undefined : before && { ...before, text: exactText(props.active.config, 0), back: () => (setTyped(null), setWrong(undefined), before.back()) }}
      fault={wrong ?? edits.fault('config')}
      value={typed ?? exactText(config)}
      onBlur={() => !wrong && setTyped(null)}
      onInput={(text) => {
        setTyped(text);
        try {
          edits.set({ config: parseExact(text) });
          setWrong(undefined);
        } catch (error) {
          setWrong(`This is not JSON yet: ${error instanceof Error ? error.message : ''}`);
        }
      }}
    />
  );
  if (!hasSource) return field;
  return (
    <details open={!!wrong || undefined}>
      <summary>The whole config as JSON</summary>
      {field}
    </details>
  );
}
