import { exactText, type Exact, parseExact } from '../../../api/exact';
import type { Job } from '../../../api/queries';
import { Field } from '../../../ui/field';
import type { DraftPatch, Edits } from './edits';
import type { DraftWithTag } from './query';

type DraftTextProps = {
  job: Job;
  draft: DraftWithTag;
  edits: Edits;
  readOnly: boolean;
  /** What was typed; null before anything is. */
  text: string | null;
  onText: (text: string) => void;
};

const left = ['jobId', 'version', 'basedOnVersion', 'status', 'jobType', 'memberId', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy'];

/** What a definition says, as text. */
export function definitionText(exact: Exact): string {
  return exactText(Object.fromEntries(Object.entries(exact).filter(([name]) => !left.includes(name))));
}

/** DraftText edits the whole definition as JSON. */
export function DraftText({ draft, edits, readOnly, text, onText }: DraftTextProps) {
  const shown = text ?? definitionText({ ...draft.exact, ...edits.patch });
  const parsed = parse(shown);
  const said = edits.problem?.fields.map((f) => `${f.field}: ${f.detail}`).join(' ') ?? '';
  const fault = 'fault' in parsed ? parsed.fault : said;
  return (
    <Field label="Definition" help="Numbers keep every digit. What is left out stays as it is." fault={fault || undefined}>
      {(input) => (
        <textarea
          {...input}
          rows={30}
          spellcheck={false}
          readOnly={readOnly}
          value={shown}
          onInput={(event) => {
            onText(event.currentTarget.value);
            const typed = parse(event.currentTarget.value);
            if ('value' in typed) edits.set(typed.value);
          }}
        />
      )}
    </Field>
  );
}

export const isWhole = (text: string) => 'value' in parse(text);

function parse(text: string): { value: DraftPatch } | { fault: string } {
  try {
    const value = parseExact(text);
    if (typeof value !== 'object' || !value || Array.isArray(value)) return { fault: 'It has to be a JSON object.' };
    return { value: value as DraftPatch };
  } catch (error) {
    return { fault: `This is not JSON yet: ${error instanceof Error ? error.message : ''}` };
  }
}
