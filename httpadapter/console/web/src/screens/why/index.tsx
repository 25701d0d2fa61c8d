import { useInfiniteQuery } from '@tanstack/preact-query';
import { useMemo } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';

import { Loading } from '../../app/screens';
import { Empty, Failed } from '../../ui/empty';
import { FateMark, wordOf } from '../../ui/fate';
import { Seg } from '../../ui/seg';
import { ownZone, Time, timeText } from '../../ui/time';
import { useTitle } from '../../ui/title';
import { gathered, type Group } from './gather';
import { fateOf, parseSearch, searchText, whyQuery } from './query';
import { Reasons } from './reasons';
import { causeOf, sentenceOf } from './words';

/** Why shows every tick that made no run and every run that failed, newest first, with reasons. */
export function Why() {
  useTitle('Why');
  const [, go] = useLocation();
  const search = parseSearch(useSearch());
  const change = (part: Partial<typeof search>) => go(`/why?${searchText({ ...search, ...part })}`, { replace: true });
  const list = useInfiniteQuery(whyQuery(search.fate));
  const events = useMemo(
    () => (list.data?.pages.flatMap((page) => page.items) ?? []).filter((event) => !search.q || (event.jobKey ?? '').startsWith(search.q)),
    [list.data, search.q],
  );
  const groups = useMemo(() => gathered(events), [events]);
  return (
    <div class="s-why">
      <div class="head">
        <div>
          <h1>What did not run, and why</h1>
          <p class="lede">Every tick that made no run, and every run that failed. Days and times in your zone, {ownZone}.</p>
        </div>
      </div>
      <div class="wy">
        <section aria-label="Ticks and runs">
          <form class="filters" onSubmit={(event) => event.preventDefault()}>
            <Seg
              label="Fate"
              value={search.fate}
              options={{ all: 'All', failed: 'Failed', skipped: 'Skipped', missed: 'Missed', paused: 'Paused' }}
              onChange={(fate) => change({ fate })}
            />
            <input
              class="input"
              type="search"
              aria-label="Key begins with"
              placeholder="Key begins with…"
              spellcheck={false}
              value={search.q}
              onInput={(event) => change({ q: event.currentTarget.value })}
            />
          </form>
          {list.isError && !list.data ? (
            <Failed error={list.error} again={() => void list.refetch()} />
          ) : !list.data ? (
            <Loading what="what did not run" />
          ) : groups.length === 0 ? (
            <Empty title={search.q || search.fate !== 'all' ? 'Nothing matches' : 'Everything ran'}>
              {search.q || search.fate !== 'all' ? 'Among what is loaded, nothing is so.' : 'No tick was left without its run, and no run failed, for as long as the journal is kept.'}
            </Empty>
          ) : (
            <Table groups={groups} />
          )}
          <div class="pager">
            <span>Kept as long as the journal is</span>
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

function Table({ groups }: { groups: Group[] }) {
  let day = '';
  return (
    <table class="table flow wt" role="table" aria-label="What did not run, newest first">
      <thead role="rowgroup">
        <tr role="row">
          {['When', 'Fate', 'Job', 'Why', 'Cause'].map((name) => (
            <th key={name} role="columnheader" scope="col">
              <span class="vh">{name}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {groups.map((group) => {
          const at = timeText(new Date(group.last), ownZone, 'day');
          const begins = at !== day;
          day = at;
          return (
            <>
              {begins && (
                <tr role="row" class="group">
                  <th role="rowheader" scope="rowgroup" colSpan={5}>
                    {at === timeText(new Date(), ownZone, 'day') ? `Today, ${at}` : at}
                  </th>
                </tr>
              )}
              <GroupRow key={group.events[0]?.seq} group={group} />
            </>
          );
        })}
      </tbody>
    </table>
  );
}

/** beginning is when a group begins, with its day where that is another. */
function beginning(group: Group): string {
  const [first, last] = [new Date(group.first), new Date(group.last)];
  const sameDay = timeText(first, ownZone, 'day') === timeText(last, ownZone, 'day');
  return timeText(first, ownZone, sameDay ? 'clock' : 'moment');
}

function GroupRow({ group }: { group: Group }) {
  const newest = group.events[0];
  if (!newest) return null;
  const fate = fateOf(newest);
  const cause = causeOf(newest);
  return (
    <tr role="row">
      <td role="cell">
        <span class="nowrap">
          {group.first !== group.last && `${beginning(group)} to `}
          <Time at={new Date(group.last).toISOString()} shape="clock" />
        </span>
      </td>
      <td role="cell">
        <FateMark fate={fate} word={newest.kind === 'hold.set' ? 'Held' : newest.kind === 'hold.lifted' ? 'Hold ended' : wordOf(fate)} />
        {group.count > 1 && <span class="times"> ×{group.count.toLocaleString('en')}</span>}
      </td>
      <td role="cell">
        {newest.jobId ? (
          <Link class="key" href={`/jobs/${newest.jobId}`}>
            {newest.jobKey}
          </Link>
        ) : (
          <b class="nowrap">all jobs</b>
        )}
      </td>
      <td role="cell">{sentenceOf(newest, group)}</td>
      <td role="cell">{cause && <Link href={cause.href}>{cause.text}</Link>}</td>
    </tr>
  );
}
