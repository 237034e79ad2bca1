/** Titles and focus on route changes: the new page's heading takes the focus, except on the first load. */
import { createRenderEffect } from 'solid-js';
import { t } from '../i18n/messages.ts';

let hasNavigated = false;

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
  queueMicrotask(() => heading.focus({ preventScroll: true }));
}
