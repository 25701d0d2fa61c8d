/** Lengths of time, for tables ("11m 19s") and for sentences ("11 min 19 s"). */

const units = [
  ['d', 'd', 86_400],
  ['h', 'h', 3_600],
  ['m', 'min', 60],
  ['s', 's', 1],
] as const;

function parts(ms: number): [number, string, string][] {
  let left = Math.max(0, Math.round(ms / 1000));
  const all: [number, string, string][] = [];
  for (const [short, long, seconds] of units) {
    const n = Math.floor(left / seconds);
    left -= n * seconds;
    if (n > 0 || all.length > 0) all.push([n, short, long]);
  }
  return all.length ? all.slice(0, 2) : [[0, 's', 's']];
}

const two = (n: number) => String(n).padStart(2, '0');

/** tableDuration has no width that changes with each second: its second part has two digits. */
export function tableDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))}ms`;
  return parts(ms)
    .map(([n, unit], i) => (i ? two(n) : n) + unit)
    .join(' ');
}

export function sentenceDuration(ms: number): string {
  if (ms > 0 && ms < 1000) return `${Math.round(ms)} ms`;
  return parts(ms)
    .filter(([n], i) => i === 0 || n > 0)
    .map(([n, , unit]) => `${n} ${unit}`)
    .join(' ');
}

/** roughly is a length of time in its largest unit but one: 34 min, 1 h 19 min. */
export function roughly(ms: number): string {
  const unit = ms < 90_000 ? 1000 : 60_000;
  return sentenceDuration(Math.round(ms / unit) * unit);
}

/** untilWords is how long it is until a time, roughly: "19 min", "1 h 19 min", "16 h 49 min". */
export function untilWords(ms: number): string {
  if (ms < 60_000) return `${Math.max(0, Math.round(ms / 1000))} s`;
  return sentenceDuration(Math.round(ms / 60_000) * 60_000);
}

/** agoWords is how long ago something was, in its largest unit: "11 min ago", "29 h ago", "5 d ago". */
export function agoWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} d ago`;
}
