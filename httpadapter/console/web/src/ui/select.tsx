type SelectProps<T extends string> = {
  label: string;
  value: T | '';
  /** What stands for no choice. */
  any: string;
  options: Record<string, string>;
  onChange: (value: T | '') => void;
};

/** Select narrows a list to one of few. */
export function Select<T extends string>({ label, value, any, options, onChange }: SelectProps<T>) {
  return (
    <select class="select" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value as T | '')}>
      <option value="">{any}</option>
      {Object.entries(options).map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  );
}
