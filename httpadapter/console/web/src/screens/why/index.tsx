import { useInfiniteQuery, useQuery } from '@tanstack/preact-query';
import { Fragment } from 'preact';
import { useMemo } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';

import { Loading } from '../../app/screens';
import { Empty, Failed } from '../../ui/empty';
import { fateOfRun, wordOf } from '../../ui/fate';
import { FreshButton, useFresh } from '../../ui/fresh';
import { Search } from '../../ui/search';
import { Seg } from '../../ui/seg';
import { Table as List } from '../../ui/table';
import { ownZone, Time } from '../../ui/time';
import { useTitle } from '../../ui/title';
import { countOf, dayOf, gathered, type Group } from './gather';
import { type JournalEvent, type NamedJob, namedQuery, parseSearch, searchText, whyQuery } from './query';
import { Reasons } from './reasons';
import { GroupRow } from './row';

const lastDay = (events: JournalEvent[]) =>
  events.filter((event) => !event.kind.startsWith('hold.') && Date.parse(event.at) > Date.now() - 86_400_000).reduce((n, event) => n + countOf(event), 0);

/** Why shows every tick that made no run and every run that failed, newest first, with reasons. */
export function Why() {
  useTitle('Why');
  const [, go] = useLocation();
  const search = parseSearch(useSearch());
  const change = (part: Partial<typeof search>) => go(`/why?${searchText({ ...search, ...part })}`, { replace: true });
  const named = useQuery({ ...namedQuery(search.q), enabled: search.q !== '' }).data;
  const list = useInfiniteQuery(whyQuery(search.fate, search.q && named ? named.job.id : undefined));
  const events = useMemo(
    () => (list.data?.pages.flatMap((page) => page.items) ?? []).filter((event) => !search.q || (event.jobKey ?? '').startsWith(search.q)),
    [list.data, search.q],
  );
  const fresh = useFresh(events, (event) => event.seq);
  const groups = useMemo(() => gathered(fresh.shown), [fresh.shown[0]?.seq, fresh.shown.length]);
  return (
    <div class="s-why">
      <div class="head">
        <div>
          <h1>What did not run, and why</h1>
          <p class="lede">
            Every tick that made no run, and every run that failed. {list.data && `${lastDay(events)} in the last 24 hours. `}Days and times in your zone, {ownZone}.
          </p>
        </div>
      </div>
      <div class="wy">
        <section aria-label="Ticks and runs" {...fresh.watch}>
          <form class="filters" onSubmit={(event) => event.preventDefault()}>
            <Seg
              label="Fate"
              value={search.fate}
              options={{ all: 'All', failed: 'Failed', skipped: 'Skipped', missed: 'Missed', paused: 'Paused' }}
              onChange={(fate) => change({ fate })}
            />
            <Search label="Key begins with" value={search.q} onChange={(q) => change({ q })} />
          </form>
          {search.q && named && <Named {...named} />}
          {list.isError && !list.data ? (
            <Failed error={list.error} again={() => void list.refetch()} />
          ) : !list.data ? (
            <Loading what="what did not run" />
          ) : groups.length === 0 ? (
            <Empty title={search.q && named && search.fate === 'all' ? `${named.job.jobKey} ran each time` : search.q || search.fate !== 'all' ? 'Nothing matches' : 'Everything ran'}>
              {search.q && named ? <>Each of its ticks that is kept made a run, and no run failed{search.fate !== 'all' && ' so'}. <Link href={`/jobs/${named.job.id}/schedule`}>Its schedule</Link> shows all ticks.</> : search.q || search.fate !== 'all' ? 'Among what is loaded, nothing is so.' : 'No tick was left without its run, and no run failed, for as long as the journal is kept.'}
            </Empty>
          ) : (
            <>
              <FreshButton fresh={fresh} one="event" many="events" />
              <Table groups={groups} />
            </>
          )}
          <div class="pager">
            <span>{list.hasNextPage ? 'The newest are shown.' : 'The journal has no older ones.'}</span>
            <div class="end">
              {list.hasNextPage && (
                <button class="btn" type="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  Older
                </button>
              )}
            </div>
          </div>
        </section>
        <Reasons events={events} />
      </div>
    </div>
  );
}

/** Named says how the one job that is looked for did last, and when it fires next. */
function Named({ job, last }: NamedJob) {
  return (
    <p class="q named">
      <Link class="key" href={`/jobs/${job.id}`}>
        {job.jobKey}
      </Link>
      {job.status === 'paused' ? ' is paused.' : ''} Last run:{' '}
      {last ? (
        <>
          <Link href={`/jobs/${job.id}/runs/${last.id}`}>{wordOf(fateOfRun(last.status)).toLowerCase()}</Link>, made <Time at={last.createdAt} />.
        </>
      ) : (
        'none yet.'
      )}{' '}
      {job.nextRunAt && job.status !== 'paused' && (
        <>
          Next: <Time at={job.nextRunAt} />.
        </>
      )}
    </p>
  );
}

function Table({ groups }: { groups: Group[] }) {
  let day = '';
  return (
    <List label="What did not run, newest first" class="wt" columns={['When', 'Fate', 'Job', 'Why', 'Cause'].map((name) => ({ name, hidden: true }))}>
      {groups.map((group) => {
        const on = dayOf(group.last);
        const begins = on !== day;
        day = on;
        return (
          <Fragment key={`${group.head.kind} ${group.events.at(-1)?.seq ?? group.head.seq}`}>
            {begins && (
              <tr role="row" class="group">
                <th role="rowheader" scope="rowgroup" colSpan={5}>
                  {on === dayOf(Date.now()) ? `Today, ${on}` : on}
                </th>
              </tr>
            )}
            <GroupRow group={group} />
          </Fragment>
        );
      })}
    </List>
  );
}
