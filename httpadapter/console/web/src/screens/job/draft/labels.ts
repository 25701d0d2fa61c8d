/** What the members of a definition are called in the form. */

const labels: Record<string, string> = {
  cronExpression: 'Cron expression',
  cronTimezone: 'Time zone',
  concurrencyPolicy: 'When a run is still going',
  missedSchedulePolicy: 'When ticks were missed',
  maxConcurrentRuns: 'Runs at once',
  jitterSeconds: 'Jitter',
  config: 'Config',
  'config.sql': 'SQL',
  'config.sql.source': 'SQL',
  'config.python': 'Python',
  'config.python.source': 'Python',
  parameters: 'Parameters',
  dependsOn: 'Waits for',
  clusterId: 'Cluster',
  description: 'Description',
  timeoutSeconds: 'Timeout',
  retry: 'Retry',
  'retry.maxAttempts': 'Attempts in all',
  'retry.backoffSeconds': 'First wait',
  'retry.maxBackoffSeconds': 'Longest wait',
  jobType: 'Type',
  sourceConfig: 'Source of the code',
};

/** labelOf names a member by its path: config.sql.source, /config/sql/source, dependsOn[0].jobKey. */
export function labelOf(path: string): string {
  const name = path.replace(/^\//, '').replaceAll('/', '.').replace(/\[\d+\].*/, '');
  const outer = name.split('.')[0] ?? name;
  if (labels[name]) return labels[name];
  return outer === 'parameters' ? `Parameter ${name.slice(11)}` : (labels[outer] ?? name);
}
