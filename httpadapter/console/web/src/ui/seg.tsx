type SegProps<T extends string> = {
  label: string;
  value: T;
  options: Partial<Record<T, string>>;
  onChange: (value: T) => void;
};

/** Seg chooses one of few. */
export function Seg<T extends string>({ label, value, options, onChange }: SegProps<T>) {
  return (
    <nav class="seg" aria-label={label}>
      {Object.entries<string | undefined>(options).map(([name, text]) => (
        <a
          key={name}
          href="#"
          role="button"
          aria-current={name === value ? 'true' : undefined}
          onClick={(event) => {
            event.preventDefault();
            onChange(name as T);
          }}
          onKeyDown={(event) => {
            if (event.key === ' ') {
              event.preventDefault();
              onChange(name as T);
            }
          }}
        >
          {text}
        </a>
      ))}
    </nav>
  );
}
