/** Calls of the public API, typed by its OpenAPI document. */

import createClient, { type Middleware } from 'openapi-fetch';

import { sentence } from '../ui/reason';
import { currentSession, refuse } from '../app/session';
import { config } from '../config';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type FieldFault = { field: string; detail: string };

/** Problem is an answer of the API that is no success, or no answer at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly fields: FieldFault[] = [],
  ) {
    super(detail);
    this.name = 'Problem';
  }

  /** Whether the API cannot answer now, so that asking again may help. */
  get away() {
    return this.status === 0 || this.status === 503;
  }

  field(name: string) {
    return this.fields.find((f) => f.field === name)?.detail;
  }
}

const authorize: Middleware = {
  onRequest({ request }) {
    const { token } = currentSession();
    if (token) request.headers.set('Authorization', `Bearer ${token}`);
    return request;
  },
};

export const api = createClient<paths>({
  baseUrl: config.api,
  credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: false } },
});
api.use(authorize);

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** answered waits for an answer, and throws a {@link Problem} when it is none that was hoped for. */
export async function answered<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await withResponse(call)).data;
}

export async function withResponse<T>(call: Promise<Answer<T>>): Promise<{ data: T; response: Response }> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Problem(0, 'unreachable', 'The API cannot be reached.');
  }
  const { response } = answer;
  if (response.ok) return { data: answer.data as T, response };
  if (response.status === 401 && config.asksForToken) refuse();
  throw problemOf(response.status, answer.error);
}

export function problemOf(status: number, body: unknown): Problem {
  const p = (typeof body === 'object' && body ? body : {}) as Partial<Schemas['Problem']>;
  const detail = p.detail || (status === 503 ? 'The API cannot answer now.' : `The API answered ${status}.`);
  const faults = (p.errors as FieldFault[] | undefined) ?? [];
  return new Problem(status, p.code ?? '', sentence(detail), faults.map((f) => ({ ...f, detail: sentence(f.detail) })));
}
