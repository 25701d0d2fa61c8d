/** Screens that are loaded when they are opened. */

import type { ComponentType } from 'preact';
import { lazy } from 'preact/compat';

import { Empty } from '../ui/empty';

/** lazily is a component of a module that is loaded when it is first shown. */
export const lazily = <P,>(load: () => Promise<Record<string, unknown>>, name: string) =>
  lazy(() => load().then((m) => ({ default: m[name] as ComponentType<P> }), () => ({ default: NotLoaded as ComponentType<P> })));

/** NotLoaded stands where a screen would: the server is away, or has another version of the console by now. */
function NotLoaded() {
  return (
    <Empty
      title="This screen could not be loaded"
      actions={
        <button class="btn" type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      }
    >
      The server cannot be reached, or it has a newer console by now.
    </Empty>
  );
}
