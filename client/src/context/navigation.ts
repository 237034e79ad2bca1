/**
 * Titles and focus on route changes: the new page's heading takes the focus, except on the first load. Going back
 * returns the focus to what had it when that page was left.
 */
import { createRenderEffect } from 'solid-js';
import { t } from '../i18n/messages.ts';

/** A list may still be loading when its page is back. */
const RETURN_WITHIN_MS = 4000;
/** A page that is not shown by then was left again. */
const MAX_FRAMES = 120;

let hasNavigated = false;
let isTracking = false;
let returningTo: string | undefined;
const lastFocus = new Map<unknown, string>();

/** Called by the router's root for every change after the first page. */
export function markNavigated(): void {
  hasNavigated = true;
}

/** Keeps the browser's title at `page`. Nothing resets it: the next page's title may come before this one leaves. */
export function setPageTitle(page: () => string): void {
  createRenderEffect(() => {
    document.title = t('app.title', { page: page() });
  });
}

/** `ref` of a page's `h1`. Needs `tabindex="-1"`. */
export function focusHeading(heading: HTMLElement): void {
  if (!hasNavigated) return;
  const focus = (tries: number): void => {
    // Built, but the router shows a page only when all of it is there.
    if (!heading.isConnected && tries > 0) {
      requestAnimationFrame(() => focus(tries - 1));
      return;
    }
    heading.focus({ preventScroll: true });
    if (returningTo !== undefined) focusWhenThere(returningTo);
  };
  queueMicrotask(() => focus(MAX_FRAMES));
}

/** Remembers, per entry of the history, what had the focus: the router numbers entries in `_depth`. Called before the router starts, to hear first that somebody goes back. */
export function trackFocus(): void {
  if (isTracking) return;
  isTracking = true;
  const entry = (): unknown => (history.state as { _depth?: unknown } | null)?._depth; // written by the router
  document.addEventListener('focusin', (event) => {
    // While a page is coming back, what takes the focus is the page that leaves, or parts of the one being built.
    if (!(event.target instanceof HTMLElement) || event.target.matches('h1') || returningTo !== undefined) return;
    const selector = selectorOf(event.target);
    if (selector === undefined) lastFocus.delete(entry());
    else lastFocus.set(entry(), selector);
  });
  // Whoever moved on meanwhile is left alone.
  for (const input of ['keydown', 'pointerdown'] as const)
    document.addEventListener(input, () => (returningTo = undefined), { capture: true });
  window.addEventListener('popstate', () => {
    returningTo = lastFocus.get(entry());
  });
}

function selectorOf(element: HTMLElement): string | undefined {
  const place = element.closest('[data-region] main') === null ? '' : 'main ';
  const key = element.dataset['focusKey'];
  if (key !== undefined) return `${place}[data-focus-key="${CSS.escape(key)}"]`;
  const href = element.getAttribute('href');
  return href === null ? undefined : `${place}a[href="${CSS.escape(href)}"]`;
}

/** The page may be built more than once until all of it is loaded: its headings come and go meanwhile. */
function focusWhenThere(selector: string): void {
  const tryNow = (): void => {
    const { activeElement } = document;
    if (activeElement !== null && activeElement !== document.body && !activeElement.matches('h1')) return;
    [...document.querySelectorAll<HTMLElement>(selector)]
      .find((found) => found.checkVisibility())
      ?.focus({ preventScroll: true });
  };
  tryNow();
  const observer = new MutationObserver(() => {
    if (returningTo === selector) tryNow();
    else observer.disconnect();
  });
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => {
    observer.disconnect();
    if (returningTo === selector) returningTo = undefined;
  }, RETURN_WITHIN_MS);
}
