import { useMutation, useQuery, useQueryClient } from '@tanstack/preact-query';

import { answered, api } from '../api/client';
import { holdQuery } from '../api/queries';
import { Glyph } from '../ui/glyph';
import { Time } from '../ui/time';
import { useLater } from './later';
import { toast } from './toasts';

/** HoldBanner says that all schedules of the organization are held. */
export function HoldBanner() {
  const client = useQueryClient();
  const hold = useQuery({ ...holdQuery(), enabled: useLater() }).data;
  const lift = useMutation({
    mutationFn: () => answered(api.DELETE('/workloads/hold')),
    onSuccess: () => toast({ glyph: 'ok', text: 'The hold has ended. What was due during it is recorded as paused.' }),
    onError: (error) => toast({ glyph: 'fail', text: `The hold goes on: ${error.message}` }),
    onSettled: () => client.invalidateQueries(),
  });
  if (!hold?.since) return null;
  return (
    <div class="banner" role="status">
      <Glyph name="pause" fate />
      <span>
        <b>All schedules are held</b> since <Time at={hold.since} /> by {hold.memberId}: “{hold.reason}”. Manual runs work.
      </span>
      <button class="end btn" type="button" disabled={lift.isPending} onClick={() => lift.mutate()}>
        End the hold
      </button>
    </div>
  );
}
