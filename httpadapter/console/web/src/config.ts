/** What the server says of itself, in the page's one meta element. */

export type DemoToken = { token: string; name: string; about: string };

export type Config = {
  /** The path that every path of the console begins with, without a slash at its end. */
  base: string;
  /** The URL of the API, without a slash at its end. */
  api: string;
  /** Whether the console asks for a token; else the browser sends what the embedder needs. */
  asksForToken: boolean;
  tokens: DemoToken[];
};

function read(): Config {
  const base = new URL('.', document.baseURI).pathname.replace(/\/+$/, '');
  const text = document.querySelector('meta[name="jobledger-console"]')?.getAttribute('content') || '{}';
  const given = JSON.parse(text) as { api?: string; signIn?: string; tokens?: DemoToken[] };
  return {
    base,
    api: new URL(given.api || '/api/v1', document.baseURI).href.replace(/\/+$/, ''),
    asksForToken: given.signIn === 'token',
    tokens: given.tokens ?? [],
  };
}

export const config = read();
