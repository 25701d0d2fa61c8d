import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

import { Glyph } from './glyph';

type FieldProps = {
  label: string;
  help?: ComponentChildren;
  /** What is wrong, in place of the help. */
  fault?: string | undefined;
  /** What it was before, when it differs. */
  was?: ComponentChildren;
  children: (input: { id: string; 'aria-describedby': string; 'aria-invalid'?: 'true' }) => JSX.Element;
};

/** Field is a label above, its control, and help or what is wrong below. */
export function Field({ label, help, fault, was, children }: FieldProps) {
  const id = useId();
  const below = `${id}-below`;
  return (
    <div class={was ? 'field is-changed' : 'field'}>
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': below, ...(fault ? { 'aria-invalid': 'true' } : {}) })}
      <div id={below}>
        {fault ? (
          <p class="err">
            <Glyph name="fail" />
            <span>{fault}</span>
          </p>
        ) : (
          help && <p class="help">{help}</p>
        )}
        {was && <p class="changed">{was}</p>}
      </div>
    </div>
  );
}
