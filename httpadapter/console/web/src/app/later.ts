/** What a page does not show first is asked for once what it shows first has come. */

import { useIsFetching } from '@tanstack/preact-query';
import { createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';

export const Later = createContext(true);
export const useLater = () => useContext(Later);

/** How long the rest waits at most. */
const patience = 3000;

/** useFirstCame is true for good once the first screen has its answers. */
export function useFirstCame(): boolean {
  const open = useIsFetching({ predicate: ({ queryKey: [what] }) => what !== 'me' });
  const asked = useRef(false);
  const [came, setCame] = useState(false);
  useEffect(() => {
    if (open > 0) asked.current = true;
    else if (asked.current) setCame(true);
  }, [open]);
  useEffect(() => {
    const timer = setTimeout(() => setCame(true), patience);
    return () => clearTimeout(timer);
  }, []);
  return came;
}
