import type { Page } from 'playwright-core';

/** Nothing on the page has changed for this long. */
const STILL_MS = 150;
const LONGEST_MS = 5000;

/** Resolves once the page stands still: chunks that it fetches by itself have arrived and are drawn. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page.locator('h1, main').first().waitFor({ state: 'attached' });
  await page.evaluate(
    ([stillMs, longestMs]) =>
      new Promise<void>((resolve) => {
        let timer = setTimeout(finish, stillMs);
        const end = setTimeout(finish, longestMs);
        const observer = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(finish, stillMs);
        });
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
        function finish(): void {
          observer.disconnect();
          clearTimeout(timer);
          clearTimeout(end);
          resolve();
        }
      }),
    [STILL_MS, LONGEST_MS] as const,
  );
}
