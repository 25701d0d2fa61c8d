/** The frame around the screens: who is signed in, where one is, what is live. */

import { QueryClient, QueryClientProvider } from '@tanstack/preact-query';
import { Router } from 'wouter-preact';

import { Problem } from '../api/client';
import { config } from '../config';
import { SignIn } from '../screens/signin';
import { Frame } from './frame';
import { LiveProvider } from './live';
import { Screens } from './screens';
import { useSession } from './session';
import { Toasts } from './toasts';
import { Tips } from '../ui/tip';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      // What the API refuses is refused again; only silence is worth another try.
      retry: (count, error) => error instanceof Problem && error.away && count < 2,
      retryDelay: (count) => Math.min(1000 * 2 ** count, 8000),
    },
  },
});

export function App() {
  const session = useSession();
  if (config.asksForToken && !session.token) {
    client.clear();
    return <SignIn refused={session.refused} />;
  }
  return (
    <QueryClientProvider client={client}>
      <Router base={config.base}>
        <LiveProvider>
          <Frame>
            <Screens />
          </Frame>
        </LiveProvider>
      </Router>
      <Toasts />
      <Tips />
    </QueryClientProvider>
  );
}
