import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

type DialogProps = {
  title: string;
  onClose: () => void;
  /** What the form does when it is sent. */
  onSubmit?: () => void;
  children: ComponentChildren;
  actions: ComponentChildren;
  /** Has room for a table. */
  wide?: boolean;
};

/** Dialog asks before something is done. It is there for as long as it is open. */
export function Dialog({ title, onClose, onSubmit, children, actions, wide }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const dialog = element.current;
    dialog?.showModal();
    return () => {
      dialog?.close(); // what is behind an open one cannot be focused
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={wide ? 'dialog wide-dialog' : 'dialog'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit?.();
        }}
      >
        <h2 id={id}>{title}</h2>
        {children}
        <div class="actions">{actions}</div>
      </form>
    </dialog>
  );
}
