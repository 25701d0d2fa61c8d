/** Who is signed in: a token that is kept in this tab only, and forgotten with it. */

import { useSyncExternalStore } from 'preact/compat';

import { config } from '../config';

const key = `jobledger-token ${config.base}`;
const listeners = new Set<() => void>();

export type Session = { token: string | null; refused: boolean };

let session: Session = { token: config.asksForToken ? sessionStorage.getItem(key) : null, refused: false };

function set(next: Session) {
  session = next;
  listeners.forEach((tell) => tell());
}

export const currentSession = () => session;

export function signIn(token: string) {
  sessionStorage.setItem(key, token);
  set({ token, refused: false });
}

export function signOut() {
  sessionStorage.removeItem(key);
  set({ token: null, refused: false });
}

/** refuse notes that the API does not know the token, or no longer. */
export function refuse() {
  sessionStorage.removeItem(key);
  set({ token: null, refused: true });
}

function subscribe(tell: () => void) {
  listeners.add(tell);
  return () => {
    listeners.delete(tell);
  };
}

export const useSession = () => useSyncExternalStore(subscribe, currentSession);
