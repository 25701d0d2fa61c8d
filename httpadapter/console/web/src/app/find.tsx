/** Find opens a job by the beginning of its key. */

import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';

import { jobsQuery } from '../api/queries';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';

const few = 8;

export function Find({ onClose }: { onClose: () => void }) {
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const [at, setAt] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text.trim()), 120);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useQuery({
    ...jobsQuery(asked ? { keyPrefix: asked, limit: few } : { limit: few, sortBy: 'jobKey' }),
    placeholderData: keepPreviousData,
  });
  const wanted = text.trim();
  const settled = asked === wanted && !found.isPlaceholderData;
  // Until the answer is there, only what was known before and begins so is shown.
  const jobs = (found.data?.jobs ?? []).filter(({ job }) => job.jobKey.startsWith(wanted));
  const [enters, setEnters] = useState(false);
  const open = (id: string | undefined) => {
    if (!id) return;
    onClose();
    go(`/jobs/${id}`);
  };
  useEffect(() => {
    if (!enters || !(settled || found.isError)) return;
    setEnters(false);
    open(jobs[at]?.job.id);
  }, [enters, settled, found.isError]);
  const move = (by: number) => setAt((n) => Math.min(Math.max(0, n + by), Math.max(0, jobs.length - 1)));
  return (
    <Dialog
      title="Find a job"
      onClose={onClose}
      onSubmit={() => {
        setAsked(wanted);
        setEnters(true);
      }}
      actions={
        <>
          <button class="btn" type="button" onClick={onClose}>
            Close
          </button>
          <button class="btn primary" type="submit">
            Open
          </button>
        </>
      }
    >
      <Field label="Its key begins with" help={jobs.length ? 'Arrows choose, Enter opens.' : settled ? `No key begins with “${asked}”.` : ''}>
        {(input) => (
          <input
            {...input}
            class="input mono"
            role="combobox"
            aria-expanded={jobs.length > 0}
            aria-controls="found"
            aria-activedescendant={jobs[at] ? `found-${at}` : undefined}
            autocomplete="off"
            spellcheck={false}
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') move(1);
              else if (event.key === 'ArrowUp') move(-1);
              else return;
              event.preventDefault();
            }}
          />
        )}
      </Field>
      <ul id="found" role="listbox" aria-label="Jobs" class="found">
        {jobs.map(({ job }, i) => (
          <li key={job.id} id={`found-${i}`} role="option" aria-selected={i === at} onClick={() => open(job.id)}>
            {job.jobKey}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
