/** The screens by path. Each but the first is loaded when it is opened. */

import { Suspense } from 'preact/compat';
import { useEffect, useState } from 'preact/hooks';
import { Route, Switch } from 'wouter-preact';

import { Overview } from '../screens/overview';
import { NotFound } from '../ui/empty';
import { lazily } from './lazily';

const Jobs = lazily(() => import('../screens/jobs'), 'Jobs');
const Job = lazily(() => import('../screens/job'), 'Job');
const Run = lazily(() => import('../screens/run'), 'Run');
const Why = lazily(() => import('../screens/why'), 'Why');
const Graph = lazily(() => import('../screens/graph'), 'Graph');

export function Screens() {
  return (
    <Suspense fallback={<Loading what="this page" />}>
      <Switch>
        <Route path="/">
          <Overview />
        </Route>
        <Route path="/jobs">
          <Jobs />
        </Route>
        <Route path="/jobs/:jobId/runs/:runId">
          <Run />
        </Route>
        <Route path="/jobs/:jobId/:tab?">
          <Job />
        </Route>
        <Route path="/why">
          <Why />
        </Route>
        <Route path="/graph">
          <Graph />
        </Route>
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Suspense>
  );
}

/** Loading holds the place of what is not there yet, and says so when it takes long. */
export function Loading({ what }: { what: string }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 400);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="q" role="status">
      {late ? `Loading ${what}` : '\u00a0'}
    </p>
  );
}
