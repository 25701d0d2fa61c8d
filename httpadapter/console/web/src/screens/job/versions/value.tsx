import { exactText } from '../../../api/exact';

/** isLong says whether a value is a text that is compared line by line. */
export const isLong = (value: unknown): value is string => typeof value === 'string' && (value.includes('\n') || value.length > 80);

/** textOf is a value as the text that it is, with each digit of a number. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none';
  return typeof value === 'string' ? value : exactText(value, 0);
}

export const countLines = (text: string) => (text.includes('\n') ? `${text.split('\n').length} lines` : '1 line');

export function Value({ value, kind }: { value: unknown; kind: 'was' | 'now' }) {
  if (value === undefined || value === null || value === '') return <span class="q">none</span>;
  if (isLong(value)) return <span class="q">{countLines(value)}</span>;
  if (Array.isArray(value) && value.every((d) => typeof (d as { jobKey?: unknown }).jobKey === 'string')) {
    return <code class={kind}>{value.map((d: { jobKey: string }) => d.jobKey).join(', ') || 'none'}</code>;
  }
  return <code class={kind}>{textOf(value)}</code>;
}
