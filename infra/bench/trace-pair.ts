/** Two Chromium processes with one empty document between them: ours, and stock y-webrtc. */
import type { Page } from 'playwright-core';
import { startTestStack } from '../testing/stack.ts';
import { type Browser, launchBrowser, setUpWorkspace, shareNewDocument } from './browsers.ts';
import { startPageServer } from './peers/page-server.ts';
import { startYWebrtc } from './peers/servers.ts';
import { installWireMeter, readWire } from './trace-page.ts';

export interface Pair {
  readonly version: string;
  readonly writer: Page;
  readonly reader: Page;
  /** A new document, open in both, connected and quiet. */
  openDocument(): Promise<void>;
  close(): Promise<void>;
}

async function launch(): Promise<Browser> {
  const browser = await launchBrowser();
  await browser.context.addInitScript(installWireMeter);
  return browser;
}

/** Resolves once both have sent something and neither sends any more for a second. */
async function untilQuiet(pages: readonly Page[]): Promise<void> {
  const deadline = Date.now() + 30_000;
  let before: readonly number[] = [];
  for (let quiet = 0; quiet < 4;) {
    if (Date.now() > deadline)
      throw new Error(`the peers do not connect, or do not come to rest: ${before.join(', ')} bytes`);
    await new Promise((resolve) => setTimeout(resolve, 250));
    const now = await Promise.all(pages.map((page) => page.evaluate(readWire)));
    // heartbeats and presence go on: a few hundred bytes a second are quiet
    quiet = now.every((bytes, i) => bytes > 0 && bytes - (before[i] ?? 0) < 400) ? quiet + 1 : 0;
    before = now;
  }
}

/** Production build and servers; the archiver is stopped, so that both contenders have one link. */
export async function startOurPair(): Promise<Pair> {
  const stack = await startTestStack();
  const [writer, reader] = [await launch(), await launch()];
  const { page } = writer;
  await setUpWorkspace(stack, page);
  const home = page.url();
  await stack.kill('archiver');
  return {
    version: '',
    writer: page,
    reader: reader.page,
    async openDocument() {
      await page.goto(home);
      const link = await shareNewDocument(page);
      await reader.page.goto(link);
      const nickname = reader.page.getByRole('textbox', { name: 'Nickname' });
      const joinAs = reader.page.getByRole('button', { name: /^Join/ });
      await joinAs.waitFor();
      if (await nickname.isVisible()) await nickname.fill('Grace');
      await joinAs.click();
      await reader.page.waitForURL(/\/d\//);
      for (const each of [page, reader.page]) {
        await each.locator('[contenteditable=true]').first().waitFor();
        await each.locator('[data-testid=sync-status][data-peers="1"]').waitFor({ state: 'attached' });
      }
      await untilQuiet([page, reader.page]);
    },
    async close() {
      await writer.close();
      await reader.close();
      await stack.close();
    },
  };
}

export async function startTheirPair(): Promise<Pair> {
  const pages = await startPageServer();
  const peer = await startYWebrtc();
  const [writer, reader] = [await launch(), await launch()];
  let documents = 0;
  return {
    version: peer.version,
    writer: writer.page,
    reader: reader.page,
    async openDocument() {
      const address = `${pages.origin}/#${peer.provider}/${peer.port}/trace-${++documents}`;
      for (const { page } of [writer, reader]) {
        await page.goto('about:blank'); // another fragment alone loads nothing anew
        await page.goto(address);
        await page.locator('[contenteditable=true]').first().waitFor();
      }
      await untilQuiet([writer.page, reader.page]);
    },
    async close() {
      await writer.close();
      await reader.close();
      await peer.close();
      await pages.close();
    },
  };
}
