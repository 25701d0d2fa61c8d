import { exactText, type Exact } from '../../../api/exact';
import type { Job } from '../../../api/queries';
import type { Edits } from './edits';
import type { Was } from './inputs';
import type { DraftWithTag } from './query';

export type FormProps = { job: Job; draft: DraftWithTag; active: Exact; edits: Edits; readOnly: boolean };

/** valuesOf reads the members of a draft with what was written over them, and what they were. */
export function valuesOf({ job, draft, active, edits }: FormProps) {
  const value = (name: string): unknown => (name in edits.patch ? edits.patch[name] : draft.exact[name]);
  const was = (name: string): Was =>
    exactText(value(name), 0) === exactText(active[name], 0) ? undefined : { text: textOf(active[name]), version: job.currentVersion, back: () => edits.set({ [name]: active[name] }) };
  return { value, was, text: (name: string) => String(value(name) ?? '') };
}

const textOf = (value: unknown): string => (value === null || value === undefined || value === '' ? 'none' : typeof value === 'object' ? exactText(value, 0) : String(value));

/** numberOf is a whole number, or the text as it is, for the API to refuse. */
export const numberOf = (text: string): number | string => (/^\d{1,15}$/.test(text.trim()) ? Number(text) : text);
