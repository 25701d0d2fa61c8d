import type { ComponentChildren } from 'preact';

/** A column's heading. Hidden ones are for screen readers alone. */
export type Column = { name: string; class?: string | undefined; hidden?: boolean; sorted?: 'ascending' | 'descending' | undefined };

type TableProps = {
  label: string;
  class?: string;
  columns: (Column | string)[];
  /** The rows, each with role="row" and cells with role="cell": a table that becomes blocks stays a table. */
  children: ComponentChildren;
};

/** Table is a table whose rows become blocks where it is narrow. */
export function Table({ label, class: className = '', columns, children }: TableProps) {
  return (
    <table class={`table flow ${className}`.trim()} role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((given) => {
            const column: Column = typeof given === 'string' ? { name: given } : given;
            return (
              <th key={column.name} role="columnheader" scope="col" class={column.class} aria-sort={column.sorted}>
                {column.hidden ? <span class="vh">{column.name}</span> : column.name}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  );
}
