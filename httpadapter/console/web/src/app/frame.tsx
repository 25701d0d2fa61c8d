import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Link, useLocation, useRoute } from 'wouter-preact';

import { meQuery, needsLookQuery } from '../api/queries';
import { config } from '../config';
import { Glyph } from '../ui/glyph';
import type { GlyphName } from '../ui/glyphs';
import { ownZone, timeText, zoneName } from '../ui/time';
import { Find } from './find';
import { HoldBanner } from './hold';
import { KeyHelp } from './keyhelp';
import { useKeys } from './keys';
import { useLater } from './later';
import { useLive } from './live';
import { Mark } from './mark';
import { signOut } from './session';

const places: { path: string; under: string; name: string; glyph: GlyphName; key: string }[] = [
  { path: '/', under: '/', name: 'Overview', glyph: 'overview', key: 'o' },
  { path: '/jobs', under: '/jobs/*?', name: 'Jobs', glyph: 'jobs', key: 'j' },
  { path: '/why', under: '/why', name: 'Why', glyph: 'why', key: 'w' },
  { path: '/graph', under: '/graph', name: 'Graph', glyph: 'graph', key: 'g' },
];

export function Frame({ children }: { children: ComponentChildren }) {
  const [, go] = useLocation();
  const [open, setOpen] = useState<'find' | 'keys' | null>(null);
  const main = useRef<HTMLElement>(null);
  useKeys({
    '/': () => setOpen('find'),
    '?': () => setOpen('keys'),
    ...Object.fromEntries(places.map((p) => [`g ${p.key}`, () => go(p.path)])),
  });
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      <div class="app">
        <header class="side">
          <Link class="brand" href="/" aria-label="jobledger, Overview">
            <Mark />
            <span>jobledger</span>
          </Link>
          <button class="find" type="button" aria-label="Find a job" onClick={() => setOpen('find')}>
            <Glyph name="search" />
            <span>Find a job</span>
            <kbd>/</kbd>
          </button>
          <nav class="nav" aria-label="Main">
            {places.map((p) => (
              <Place key={p.path} place={p} />
            ))}
          </nav>
          <Foot />
        </header>
        <main class="main" id="main" tabIndex={-1} ref={main}>
          <NotLive />
          <HoldBanner />
          {children}
        </main>
      </div>
      {open === 'find' && <Find onClose={() => setOpen(null)} />}
      {open === 'keys' && <KeyHelp onClose={() => setOpen(null)} />}
    </>
  );
}

function Place({ place: { path, under, name, glyph } }: { place: (typeof places)[number] }) {
  const [here] = useRoute(under);
  const later = useLater();
  const look = useQuery({ ...needsLookQuery(), enabled: path === '/' && later });
  const count = path === '/' ? (look.data?.total ?? 0) : 0;
  return (
    <Link href={path} aria-current={here ? 'page' : undefined}>
      <Glyph name={glyph} />
      {name}
      {count > 0 && (
        <span class="count" title={`${count} jobs need a look`}>
          {count}
        </span>
      )}
    </Link>
  );
}

function Foot() {
  const me = useQuery(meQuery()).data;
  const live = useLive();
  const now = new Date();
  const words = { opening: 'Connecting', live: 'Live', paused: 'Paused', lost: 'Not live' }[live.state];
  return (
    <div class="side-foot">
      {me && (
        <>
          <dl>
            <div>
              <dt>Organization</dt>
              <dd>{me.organizationId}</dd>
            </div>
          </dl>
          <dl>
            <div>
              <dt>You</dt>
              <dd>{me.memberId}</dd>
            </div>
            <div>
              <dd class="q">{rolesInWords(me)}</dd>
            </div>
          </dl>
        </>
      )}
      <dl>
        <div>
          <dt>Your zone</dt>
          <dd>
            {ownZone}, {zoneName(now, ownZone)}
          </dd>
        </div>
      </dl>
      {config.asksForToken && (
        <dl>
          <div>
            <dd>
              <button class="btn plain" type="button" onClick={signOut}>
                Sign out
              </button>
            </dd>
          </div>
        </dl>
      )}
      <div class="live" role="status" data-state={live.state === 'live' ? undefined : 'paused'}>
        {words}
      </div>
    </div>
  );
}

function rolesInWords(me: { allTeams: string | null | boolean; teams: { id: string; role: string }[] }): string {
  if (me.allTeams) return typeof me.allTeams === 'string' ? `${me.allTeams} in every team` : 'in every team';
  return me.teams.map((t) => `${t.role} in ${t.id}`).join(', ') || 'in no team';
}

/** NotLive says, for the whole page, that what it shows may be old. */
function NotLive() {
  const live = useLive();
  if (live.state !== 'lost' || Date.now() - live.heardAt < 3000) return null;
  const at = new Date(live.heardAt);
  return (
    <div class="banner" role="status">
      <Glyph name="clock" />
      <span>
        <b>Not live.</b> Last heard at {timeText(at, ownZone, 'second').split(' ').pop()} {zoneName(at, ownZone)}; asking again every
        10 s.
      </span>
    </div>
  );
}

