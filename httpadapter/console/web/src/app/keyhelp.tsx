import { useState } from 'preact/hooks';

import { Dialog } from '../ui/dialog';
import { keysAreOff, switchKeys } from './keys';

const keys: [string, string][] = [
  ['/', 'Find a job'],
  ['j k', 'Down and up in a list'],
  ['Enter', 'Open'],
  ['r', 'Run now'],
  ['p', 'Pause or resume'],
  ['g o', 'Overview'],
  ['g j', 'Jobs'],
  ['g w', 'Why'],
  ['g g', 'Graph'],
  ['Esc', 'Close'],
  ['?', 'This list'],
];

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const [off, setOff] = useState(keysAreOff());
  return (
    <Dialog
      title="Keys"
      onClose={onClose}
      onSubmit={onClose}
      actions={
        <button class="btn" type="submit">
          Close
        </button>
      }
    >
      <dl class="kv">
        {keys.map(([key, what]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={!off}
          onChange={(event) => {
            setOff(!event.currentTarget.checked);
            switchKeys(!event.currentTarget.checked);
          }}
        />
        Single keys do something
      </label>
    </Dialog>
  );
}
