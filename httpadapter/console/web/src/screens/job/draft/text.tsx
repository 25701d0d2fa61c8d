import { useState } from 'preact/hooks';

import type { Problem } from '../../../api/client';
import { exactText, parseExact } from '../../../api/exact';
import type { Job } from '../../../api/queries';
import { Field } from '../../../ui/field';
import type { DraftWithTag } from '.';
import { type DraftPatch, useSave } from './save';

type DraftTextProps = { job: Job; draft: DraftWithTag; readOnly: boolean; onProblem: (p: Problem | null) => void };

const left = ['jobId', 'version', 'basedOnVersion', 'status', 'jobType', 'memberId', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy'];

/** What a definition says, as text. */
export function definitionText(exact: DraftWithTag['exact']): string {
  return exactText(Object.fromEntries(Object.entries(exact).filter(([name]) => !left.includes(name))));
}

/** DraftText edits the whole definition as JSON. */
export function DraftText({ job, draft, readOnly, onProblem }: DraftTextProps) {
  const [text, setText] = useState(() => definitionText(draft.exact));
  const [touched, setTouched] = useState(false);
  const parsed = parse(text);
  const save = useSave(job.id, draft, touched && !('fault' in parsed) ? parsed.value : null, onProblem);
  const fault = 'fault' in parsed ? parsed.fault : save.error ? [save.error.message, ...save.error.fields.map((f) => `${f.field}: ${f.detail}`)].join(' ') : undefined;
  return (
    <Field label="Definition" help={{ saved: 'Saved.', waiting: 'Saved in a moment.', saving: 'Saving.' }[save.state]} fault={fault}>
      {(input) => (
        <textarea
          {...input}
          rows={30}
          spellcheck={false}
          readOnly={readOnly}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setTouched(true);
          }}
        />
      )}
    </Field>
  );
}

function parse(text: string): { value: DraftPatch } | { fault: string } {
  try {
    const value = parseExact(text);
    if (typeof value !== 'object' || !value || Array.isArray(value)) return { fault: 'It must be a JSON object.' };
    return { value: value as DraftPatch };
  } catch (error) {
    return { fault: `This is not JSON yet: ${error instanceof Error ? error.message : ''}` };
  }
}
