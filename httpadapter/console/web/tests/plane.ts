/** The real control plane, on an SQLite file of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Programs are built by "make test-console", which says where they are. */
export const program = (name: 'CONTROLPLANE' | 'CONSOLETEST'): string => {
  const path = process.env[name];
  if (!path) throw new Error(`${name} names no program: run make test-console`);
  return path;
};

/** printed waits for the line of a program's output that matches, and until it says that it is ready. */
export async function printed(child: ChildProcess, wanted: RegExp, ready = wanted): Promise<RegExpMatchArray> {
  const said: string[] = [];
  child.stderr?.on('data', (text) => said.push(String(text)));
  let found: RegExpMatchArray | null = null;
  for await (const line of createInterface({ input: child.stdout! })) {
    found ??= line.match(wanted);
    if (found && ready.test(line)) {
      child.stdout!.resume(); // or the program would wait for a reader
      return found;
    }
  }
  throw new Error(`the program ended before it was ready: ${said.join('')}`);
}

export type Call = { method?: string; token?: string; headers?: Record<string, string>; body?: string | object };

/** Server is a program that serves the API. */
export class Server {
  constructor(
    protected child: ChildProcess,
    public url: string,
  ) {}

  /** call asks the API, as the admin of the demo unless another token is given. */
  async call(path: string, { method = 'GET', token = 'demo-admin', headers = {}, body }: Call = {}): Promise<any> {
    const text = await this.text(path, { method, token, headers, ...(body && { body }) });
    return text ? JSON.parse(text) : null;
  }

  /** text is an answer as it was written, with every digit. */
  async text(path: string, { method = 'GET', token = 'demo-admin', headers = {}, body }: Call = {}): Promise<string> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
      ...(body ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  }

  /** makeJob makes a job of the demo's first team and returns its ID. */
  async makeJob(jobKey: string, more: object | string = {}): Promise<string> {
    const job = { jobKey, clusterId: 'CLUSTERDEM', teamIds: ['TEAMDEMO01'], config: { sql: { source: 'select 1' } }, ...(more as object) };
    const made = await this.call('/workloads/jobs', { method: 'POST', body: typeof more === 'string' ? more : job });
    return (made.id ?? made.included.jobs[0].id) as string;
  }

  /** job is a job as it is described. */
  job = (id: string) => this.call(`/workloads/jobs/${id}`).then((answer) => answer.included.jobs[0]);

  /** jobID is the ID of the job of a key. */
  jobID = (jobKey: string): Promise<string> => this.call(`/me/jobs?key=${jobKey}`).then((answer) => answer.included.jobs[0].id);

  /** kill ends the program as a power cut does. */
  async kill() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((done) => this.child.once('exit', done));
    this.child.kill('SIGKILL');
    await gone;
  }
}

/** Mounts serves the console at several paths, and any config. */
export class Mounts extends Server {
  private constructor(child: ChildProcess, url: string, readonly jobPath: string, readonly runPath: string) {
    super(child, url);
  }

  static async start(): Promise<Mounts> {
    const child = spawn(program('CONSOLETEST'), ['mounts'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [, url, jobPath, runPath] = await printed(child, /^(http:\S+) (\S+) (\S+)$/);
    return new Mounts(child, url!, jobPath!, `${jobPath}/${runPath}`);
  }
}

/** Plane is the control plane, which may be killed and begun anew. */
export class Plane extends Server {
  private constructor(child: ChildProcess, url: string, private readonly folder: string, private readonly flags: string[]) {
    super(child, url);
  }

  /** start begins a control plane with the demo, and waits until it works. */
  static async start(...flags: string[]): Promise<Plane> {
    const folder = await mkdtemp(join(tmpdir(), 'jobledger-console-'));
    const all = ['-store', 'sqlite:jobs.db', ...flags];
    const { child, url } = await Plane.begin(folder, [...all, '-addr', '127.0.0.1:0']);
    return new Plane(child, url, folder, all);
  }

  private static async begin(folder: string, flags: string[]) {
    const child = spawn(program('CONTROLPLANE'), flags, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const [, url] = await printed(child, /^jobledger listens on (http:\S+)\/api\/v1,/, /^Jobs run now/);
    return { child, url: url! };
  }

  /** again begins it anew at the same address. */
  async again() {
    ({ child: this.child } = await Plane.begin(this.folder, [...this.flags, '-addr', new URL(this.url).host]));
  }

  async stop() {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}
