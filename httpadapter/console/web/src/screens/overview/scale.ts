/** The line of time that the timeline and its lanes share. */

import { timeText } from '../../ui/time';

export type Scale = {
  from: number;
  until: number;
  now: number;
  zone: string;
  hours: { at: number; day: boolean }[];
  /** Where a time stands, and how wide a length of time is. */
  x: (at: number) => string;
  share: (ms: number) => string;
};

export function scaleOf(from: number, until: number, zone: string): Scale {
  const share = (ms: number) => `${((Math.max(0, ms) / (until - from)) * 100).toFixed(2)}%`;
  return { from, until, now: Date.now(), zone, hours: sixes(from, until, zone), share, x: (at) => share(at - from) };
}

/** sixes are the hours 0, 6, 12 and 18 of a zone between two times. */
function sixes(from: number, until: number, zone: string): { at: number; day: boolean }[] {
  const list: { at: number; day: boolean }[] = [];
  const first = Math.ceil(from / 1_800_000) * 1_800_000;
  for (let at = first; at < until; at += 1_800_000) {
    const [hour = '', minute] = timeText(new Date(at), zone, 'clock').split(':');
    if (minute === '00' && Number(hour) % 6 === 0) list.push({ at, day: Number(hour) === 0 });
  }
  return list;
}
