import { useEffect, useState } from 'preact/hooks';

/** How long after the last key what was written counts. */
const pause = 250;

type SearchProps = { label: string; value: string; onChange: (value: string) => void };

/** Search is a field that tells a moment after the last key. */
export function Search({ label, value, onChange }: SearchProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => onChange(text.trim()), pause);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <input
      class="input"
      type="search"
      aria-label={label}
      placeholder={`${label}…`}
      spellcheck={false}
      value={text}
      onInput={(event) => setText(event.currentTarget.value)}
    />
  );
}
