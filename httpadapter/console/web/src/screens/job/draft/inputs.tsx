import type { ComponentChildren } from 'preact';

import { Field } from '../../../ui/field';

/** What a member says in the active version, when the draft says something else. */
export type Was = { text: string; how?: string; version: number; back: () => void } | undefined;

export const changed = (was: Was) =>
  was && (
    <>
      {was.how ? `${was.how} since` : was.text.includes('\n') || was.text.length > 60 ? 'It differs from' : <>Was <code>{was.text}</code> in</>} version {was.version}.{' '}
      <button class="btn plain take-back" type="button" onClick={was.back}>
        Take back
      </button>
    </>
  );

type Common = { label: string; value: string; was?: Was; fault?: string | undefined; help?: ComponentChildren; onInput: (value: string) => void };

type LineProps = Common & { mono?: boolean; numeric?: boolean };

/** Line is a field of one line; what changed since the active version can be taken back. */
export function Line({ label, value, was, fault, help, mono, numeric, onInput }: LineProps) {
  return (
    <Field label={label} help={help} fault={fault} was={changed(was)}>
      {(input) => (
        <input
          {...input}
          class={mono ? 'input mono' : 'input'}
          inputMode={numeric ? 'numeric' : undefined}
          spellcheck={false}
          autocomplete="off"
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

type LinesProps = Common & { rows: number; onBlur?: () => void; readOnly?: boolean };

/** Lines is a field of several lines, kept as they are typed. */
export function Lines({ label, value, was, fault, help, rows, readOnly, onInput, onBlur }: LinesProps) {
  return (
    <Field label={label} help={help} fault={fault} was={changed(was)}>
      {(input) => <textarea {...input} rows={rows} spellcheck={false} readOnly={readOnly} value={value} onBlur={onBlur} onInput={(event) => onInput(event.currentTarget.value)} />}
    </Field>
  );
}

type ChoiceProps = { label: string; value: string; was?: Was; fault?: string | undefined; options: Record<string, string>; onChange: (value: string) => void };

export function Choice({ label, value, was, fault, options, onChange }: ChoiceProps) {
  const before = was && { ...was, text: options[was.text] ?? was.text };
  return (
    <Field label={label} fault={fault} was={changed(before)}>
      {(input) => (
        <select {...input} class="select" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          {Object.entries(options).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
