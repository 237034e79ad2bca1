/** "/" and Ctrl or Cmd with K lead to the search field, unless what has the focus takes them. */

const takesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));

/** Returns the way to stop listening. */
export function createSearchKeys(open: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    // The editor has used it: with a selection it makes a link.
    if (event.defaultPrevented || event.isComposing || event.altKey || event.shiftKey) return;
    const isCommand = event.key.toLowerCase() === 'k' && event.ctrlKey !== event.metaKey;
    const isSlash = event.key === '/' && !event.ctrlKey && !event.metaKey && !takesText(event.target);
    if (!isCommand && !isSlash) return;
    if (document.querySelector('[role="dialog"]:not([data-closed]), [role="menu"]:not([data-closed])') !== null) return;
    event.preventDefault();
    open();
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}
