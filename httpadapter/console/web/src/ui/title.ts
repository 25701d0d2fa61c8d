import { useEffect } from 'preact/hooks';

/** useTitle names the page in the browser's tab and history. */
export function useTitle(name: string) {
  useEffect(() => {
    document.title = `${name} · jobledger`;
  }, [name]);
}
