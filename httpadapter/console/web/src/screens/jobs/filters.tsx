import { useEffect, useState } from 'preact/hooks';

import { Glyph } from '../../ui/glyph';
import type { JobsSearch } from './query';

type FiltersProps = {
  search: JobsSearch;
  change: (part: Partial<JobsSearch>) => void;
  total: number | null | undefined;
};

/** Filters stand in the page's URL, and the API applies them. */
export function Filters({ search, change, total }: FiltersProps) {
  const [text, setText] = useState(search.q);
  useEffect(() => setText(search.q), [search.q]);
  useEffect(() => {
    if (text === search.q) return;
    const timer = setTimeout(() => change({ q: text }), 250);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <input
        class="input"
        type="search"
        aria-label="Key begins with"
        placeholder="Key begins with…"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Choice label="Status" value={search.status} any="Active and paused" options={{ active: 'Active', paused: 'Paused' }} onChange={(status) => change({ status })} />
      <Choice
        label="Last outcome"
        value={search.outcome}
        any="Any outcome"
        options={{ succeeded: 'Succeeded', failed: 'Failed or timed out', cancelled: 'Cancelled' }}
        onChange={(outcome) => change({ outcome })}
      />
      {search.label && (
        <span class="chip">
          {search.label}
          <a
            href="#"
            role="button"
            aria-label={`Any label, not only ${search.label}`}
            onClick={(event) => {
              event.preventDefault();
              change({ label: '' });
            }}
          >
            <Glyph name="x" />
          </a>
        </span>
      )}
      {total !== undefined && (
        <span class="q s mid count-all">
          {total === null ? 'more than 1,000 jobs' : total === 1 ? '1 job' : `${total.toLocaleString('en')} jobs`}
          {search.label || search.outcome ? '' : ', by key'}
        </span>
      )}
    </form>
  );
}

type ChoiceProps<T extends string> = {
  label: string;
  value: T | '';
  any: string;
  options: Record<T, string>;
  onChange: (value: T | '') => void;
};

function Choice<T extends string>({ label, value, any, options, onChange }: ChoiceProps<T>) {
  return (
    <select class="select" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value as T | '')}>
      <option value="">{any}</option>
      {Object.entries<string>(options).map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  );
}
