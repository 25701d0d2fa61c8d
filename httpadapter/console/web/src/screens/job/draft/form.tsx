import { sentenceDuration } from '../../../ui/duration';
import { Choice, Line } from './inputs';
import { ScheduleHelp } from './preview';
import { RetryPart } from './retry';
import { type FormProps, numberOf, valuesOf } from './values';
import { WorkPart } from './work';

/** DraftForm edits the draft field by field; each is saved a moment after it is written. */
export function DraftForm(props: FormProps) {
  const { job, edits, readOnly } = props;
  const { text, was } = valuesOf(props);
  const field = (name: string) => ({ value: text(name), was: was(name), fault: edits.fault(name) });
  const count = (name: string) => ({ ...field(name), numeric: true, onInput: (value: string) => edits.set({ [name]: numberOf(value) }) });
  const timeout = Number(text('timeoutSeconds'));
  return (
    <fieldset disabled={readOnly} class="form">
      <div class="part" role="group" aria-label="Schedule">
        <h3 class="part-title">Schedule</h3>
        <div class="row">
          <Line
            label="Cron expression"
            mono
            {...field('cronExpression')}
            help={<ScheduleHelp job={job} expression={text('cronExpression')} zone={text('cronTimezone')} />}
            onInput={(value) => edits.set({ cronExpression: value.trim() ? value : null })}
          />
          <Line label="Time zone" {...field('cronTimezone')} help="An IANA zone, such as Europe/Berlin. Fires follow its clock changes." onInput={(cronTimezone) => edits.set({ cronTimezone: cronTimezone.trim() })} />
        </div>
        <div class="row">
          <Choice
            label="When a run is still going"
            {...field('concurrencyPolicy')}
            options={{ skip: 'Skip the tick', allow: 'Run beside it', replace: 'Cancel it and run' }}
            onChange={(concurrencyPolicy) => edits.set({ concurrencyPolicy })}
          />
          <Choice
            label="When ticks were missed"
            {...field('missedSchedulePolicy')}
            options={{ latest: 'Run once for the latest', skip: 'Let them go', all: 'Run for each' }}
            onChange={(missedSchedulePolicy) => edits.set({ missedSchedulePolicy })}
          />
        </div>
        <div class="row">
          <Line label="Runs at once" {...count('maxConcurrentRuns')} help="Counts where runs may go beside each other." />
          <Line label="Jitter, seconds" {...count('jitterSeconds')} help="A run starts up to so much later, the same for the same tick." />
        </div>
      </div>
      <WorkPart {...props} />
      <div class="part" role="group" aria-label="Limits and retries">
        <h3 class="part-title">Limits and retries</h3>
        <RetryPart {...props} timeout={<Line label="Timeout, seconds" {...count('timeoutSeconds')} help={timeout > 0 ? `${sentenceDuration(timeout * 1000)}.` : '0 for none.'} />} />
      </div>
    </fieldset>
  );
}
