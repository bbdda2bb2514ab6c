import { createContext, type ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Guard } from "../parts/states.tsx";
import { Foreign } from "../parts/text.tsx";
import { visible } from "../visible.ts";

type Content = (close: () => void) => ComponentChildren;

/**
 * Opens a dialog. It belongs to the page: what it is about may leave the page when it is done, and its outcome stays.
 */
export const OpenDialog = createContext<(content: Content) => void>(() => {});

export function DialogOutlet({ children }: { readonly children: ComponentChildren }) {
  const [content, setContent] = useState<Content | undefined>();
  const open = useCallback((next: Content) => setContent(() => next), []);
  const close = useCallback(() => setContent(undefined), []);
  useEffect(() => {
    // A link inside leads away from it.
    addEventListener("hashchange", close);
    return () => removeEventListener("hashchange", close);
  }, [close]);
  return (
    <OpenDialog.Provider value={open}>
      {children}
      {content?.(close)}
    </OpenDialog.Provider>
  );
}

/** The end of a dialog that has done its work. The focus was on what is gone now. */
export function CloseFooter({ onClose }: { readonly onClose: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <footer class="actions">
      <button type="button" ref={button} onClick={onClose}>
        Close
      </button>
    </footer>
  );
}

/** A dialog over the page. The browser keeps the focus inside, closes it with Escape and gives the focus back. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    // What the person came for comes before the button that closes it.
    const find = (what: string) => dialog.current?.querySelector<HTMLElement>(what);
    (find("textarea, input") ?? find("h2"))?.focus();
    return () => {
      // A button of its own takes the dialog off the page before the browser could give the focus back.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-label={visible(title)} onClose={onClose}>
      <header class="card-head">
        <h2 tabIndex={-1}>
          <Foreign text={title} />
        </h2>
        <button type="button" class="quiet" aria-label="Close" onClick={() => dialog.current?.close()}>
          ×
        </button>
      </header>
      <Guard>{children}</Guard>
    </dialog>
  );
}
