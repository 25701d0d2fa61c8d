import type { ComponentChildren } from 'preact';

import { Field } from '../../../ui/field';

type Was = { text: string; back: () => void } | undefined;

const changed = (was: Was) =>
  was && (
    <>
      Was <code>{was.text}</code>.{' '}
      <button class="btn plain" type="button" onClick={was.back}>
        Take back
      </button>
    </>
  );

type LineProps = {
  label: string;
  value: string;
  was?: Was;
  fault?: string | undefined;
  help?: ComponentChildren;
  mono?: boolean;
  numeric?: boolean;
  onInput: (value: string) => void;
};

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

type ChoiceProps = { label: string; value: string; was?: Was; options: Record<string, string>; onChange: (value: string) => void };

export function Choice({ label, value, was, options, onChange }: ChoiceProps) {
  const before = was && { ...was, text: options[was.text] ?? was.text };
  return (
    <Field label={label} was={changed(before)}>
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
