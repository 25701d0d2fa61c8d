import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';

import { Problem } from '../api/client';

type EmptyProps = { title: string; children?: ComponentChildren; actions?: ComponentChildren; /** Whether it is all that the screen shows. */ whole?: boolean };

export function Empty({ title, children, actions, whole }: EmptyProps) {
  return (
    <div class="empty">
      {whole ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children && <p class="q">{children}</p>}
      {actions && <p class="actions">{actions}</p>}
    </div>
  );
}

/** NotFound is what a path shows that names nothing, or nothing that the viewer may see. */
export function NotFound() {
  return (
    <Empty
      whole
      title="There is nothing here"
      actions={
        <Link class="btn" href="/jobs">
          All jobs
        </Link>
      }
    >
      It does not exist, it was deleted, or you may not see it.
    </Empty>
  );
}

/** Failed says why something cannot be shown, and offers to ask again. */
export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  if (error instanceof Problem && error.status === 404) return <NotFound />;
  const away = error instanceof Problem && error.away;
  return (
    <Empty
      title={away ? 'The API cannot answer now' : 'This cannot be shown'}
      actions={
        again && (
          <button class="btn" type="button" onClick={again}>
            Ask again
          </button>
        )
      }
    >
      {error instanceof Error ? error.message : 'Something went wrong in this page.'}
      {away && ' It is asked again by itself.'}
    </Empty>
  );
}
