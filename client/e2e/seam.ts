/** What journeys reach through the page's test seam (`localStorage['vicinal.test']`, CONTRIBUTING.md). */
import type { Page } from 'playwright-core';
import type { Person } from './harness.ts';

interface SeamWindow {
  __vicinal?: {
    readonly rooms: { openRoom(room: string): { exportHtml(): Promise<string>; close(): Promise<void> } };
    readonly mesh: { restartIce(peer: string): Promise<void>; counters(): Readonly<Record<string, number>> };
  };
}

/** Before the person's first page: makes the product expose its seam. */
export const useTestSeam = (person: Person): Promise<void> =>
  person.context
    .addInitScript(() => {
      try {
        localStorage.setItem('vicinal.test', '1');
      } catch {
        // about:blank has no storage
      }
    })
    .then(() => undefined);

/** Canonical HTML of the open document. */
export const exportedHtml = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const seam = (globalThis as SeamWindow).__vicinal;
    if (!seam) throw new Error('the test seam is not there');
    const session = seam.rooms.openRoom(location.pathname.split('/')[2] ?? '');
    const html = await session.exportHtml();
    await session.close();
    return html;
  });

/** What the mesh of the page counted: links, refused input. */
export const meshCounters = (page: Page): Promise<Readonly<Record<string, number>>> =>
  page.evaluate(() => {
    const seam = (globalThis as SeamWindow).__vicinal;
    if (!seam) throw new Error('the test seam is not there');
    return seam.mesh.counters();
  });
