/** Names and values as lines of text: name=value. */

export const linesOf = (map: Record<string, string>): string =>
  Object.entries(map)
    .map(([name, value]) => (value ? `${name}=${value}` : name))
    .join('\n');

/** fitLines says whether each value can stand in a line of its own. */
export const fitLines = (map: Record<string, string>): boolean => Object.values(map).every((value) => !/[\r\n]/.test(value));

export function pairsOf(text: string): Record<string, string> {
  const map: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (!line.trim()) continue;
    const at = line.indexOf('=');
    map[(at < 0 ? line : line.slice(0, at)).trim()] = at < 0 ? '' : line.slice(at + 1);
  }
  return map;
}
