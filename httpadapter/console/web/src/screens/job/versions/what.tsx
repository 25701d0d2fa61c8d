import { useQuery } from '@tanstack/preact-query';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { Job } from '../../../api/queries';
import { sentenceDuration } from '../../../ui/duration';
import { lineChanges } from '../../../ui/textdiff';
import { labelOf } from '../draft/labels';
import { type Diff, diffQuery } from './query';
import { isLong, textOf } from './value';

/** useSeen says whether an element has been in view. */
function useSeen() {
  const ref = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true), { rootMargin: '200px' });
    if (ref.current) watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  return [ref, seen] as const;
}

/** WhatChanged says what a version does differently from another. It asks when it comes into view. */
export function WhatChanged({ job, from, to }: { job: Job; from: number; to: number }) {
  const [ref, seen] = useSeen();
  const diff = useQuery({ ...diffQuery(job, from, to), enabled: seen });
  const names = [...new Set(diff.data?.changes.map((change) => labelOf(change.path)))];
  return (
    <div ref={ref} class="what-changed">
      {diff.isError ? (
        <span class="q">{diff.error.message}</span>
      ) : !diff.data ? (
        '\u00a0'
      ) : names.length === 0 ? (
        <span class="q">Nothing</span>
      ) : (
        <>
          {capital(names.map((name, i) => (i && !/^[A-Z]{2}/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name)).join(', '))}
          <br />
          <span class="s q">{diff.data.changes.map(inShort).filter(Boolean).join('; ')}</span>
        </>
      )}
    </div>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

type Change = Diff['changes'][number];
type Named = Record<string, unknown>;

/** inShort is a change in a few words: "30 min → 45 min". */
function inShort({ path, from, to }: Change): string {
  if (isLong(from) || isLong(to)) return `${labelOf(path)}: ${lineChanges(textOf(from), textOf(to))}`;
  switch (path) {
    case '/timeoutSeconds':
      return arrow(seconds(from), seconds(to));
    case '/retry':
      return arrow(attempts(from), attempts(to));
    case '/dependsOn': {
      const [a, b] = [keysIn(from), keysIn(to)];
      return [...b.filter((key) => !a.includes(key)).map((key) => `+ ${key}`), ...a.filter((key) => !b.includes(key)).map((key) => `− ${key}`)].join(', ');
    }
    case '/parameters':
      return Object.entries((to ?? {}) as Named).map(([name, value]) => `${name} = ${textOf(value)}`).join(', ') || 'none any more';
  }
  if (path.startsWith('/parameters/')) return to === null ? `no ${path.slice(12)}` : `${path.slice(12)} = ${textOf(to)}`;
  const short = arrow(textOf(from), textOf(to));
  return short.length > 80 ? '' : short;
}

const arrow = (from: string, to: string) => `${from} → ${to}`;
const seconds = (value: unknown) => (Number(value) ? sentenceDuration(Number(value) * 1000) : 'none');
const attempts = (value: unknown) => (value ? `${textOf((value as Named).maxAttempts)} attempts` : 'no retry');
const keysIn = (value: unknown) => ((value ?? []) as Named[]).map((d) => textOf(d.jobKey));
