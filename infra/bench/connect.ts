/**
 * Joining a warm room: one browser has the document open, another one joins with an empty profile. Both sides run the
 * same editor in Chromium processes of their own; the clock runs in the joining page, from opening the signaling
 * socket until the text is in the editor.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, chromiumPath } from '../testing/chromium.ts';
import { startTestStack } from '../testing/stack.ts';
import type { BenchOptions } from './bench.ts';
import { startPeer } from './peer-y-webrtc/server.ts';
import { type Row, spreadOf } from './statistics.ts';

/** About a page of text, so that a round transfers something. */
export const BENCH_TEXT = Array.from(
  { length: 40 },
  (_, i) => `Line ${i + 1} of a page about tides and harbours.`,
).join(' ');
const MARK = 'The last sentence of the page.';
const ROUND_TIMEOUT_MS = 30_000;

interface Contender {
  /** Opens the document in a profile of its own and resolves to the time from socket to text. */
  join(page: Page): Promise<void>;
  close(): Promise<void>;
}

interface TimedWindow extends Window {
  __bench?: { socketAt: number | undefined; textAt: number | undefined };
}

/** Init script: watches for the first socket and for the text. */
function installTimer(mark: string): void {
  const page = window as TimedWindow;
  const times: NonNullable<TimedWindow['__bench']> = { socketAt: undefined, textAt: undefined };
  page.__bench = times;
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(target, args: [string, string?], newTarget) {
      times.socketAt ??= performance.now();
      return Reflect.construct(target, args, newTarget) as WebSocket; // what the constructor makes
    },
  });
  const look = (): void => {
    if (
      times.textAt === undefined &&
      document.querySelector('[contenteditable]')?.textContent?.includes(mark) === true
    ) {
      times.textAt = performance.now();
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}

interface Browser {
  readonly context: BrowserContext;
  readonly page: Page;
  close(): Promise<void>;
}

async function launch(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'vicinal-bench-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...CHROMIUM_FLAGS],
    headless: true,
  });
  await context.addInitScript(installTimer, MARK);
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    context,
    page,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function typeText(page: Page): Promise<void> {
  const editor = page.locator('[contenteditable]').first();
  await editor.click();
  await page.keyboard.insertText(`${BENCH_TEXT} ${MARK}`);
}

async function startOurs(): Promise<Contender> {
  const stack = await startTestStack();
  const writer = await launch();
  const { page } = writer;
  await page.goto((await stack.setupLink()) ?? '');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByLabel('Workspace name').fill('Bench');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.waitForURL(/\/w\//);
  await stack.archiverReady();
  await page.getByRole('button', { name: 'New document' }).first().click();
  await page.waitForURL(/\/d\//);
  await typeText(page);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByLabel('Link role').selectOption('editor');
  await page.getByRole('button', { name: 'Create link' }).click();
  const link = await page.getByRole('textbox', { name: 'Invite link' }).first().inputValue();
  return {
    async join(joining) {
      await joining.goto(link);
      await joining.getByRole('textbox', { name: 'Nickname' }).fill('Grace');
      await joining.getByRole('button', { name: 'Join' }).click();
    },
    async close() {
      await writer.close();
      await stack.close();
    },
  };
}

async function startTheirs(): Promise<Contender & { version: string }> {
  const peer = await startPeer();
  const writer = await launch();
  await writer.page.goto(peer.address);
  await typeText(writer.page);
  return {
    version: peer.version,
    async join(joining) {
      await joining.goto(peer.address);
    },
    async close() {
      await writer.close();
      await peer.close();
    },
  };
}

/** ms from the socket to the text; undefined when it did not arrive in time. */
async function measure(contender: Contender): Promise<number | undefined> {
  const browser = await launch();
  try {
    await contender.join(browser.page);
    await browser.page.waitForFunction(() => (window as TimedWindow).__bench?.textAt !== undefined, undefined, {
      timeout: ROUND_TIMEOUT_MS,
    });
    const times = await browser.page.evaluate(() => (window as TimedWindow).__bench);
    return times?.textAt === undefined || times.socketAt === undefined ? undefined : times.textAt - times.socketAt;
  } catch {
    return undefined; // counted as a failure
  } finally {
    await browser.close();
  }
}

export async function benchConnect({ rounds, say }: BenchOptions): Promise<readonly Row[]> {
  const ours = await startOurs();
  const theirs = await startTheirs();
  const results: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  const failures = { ours: 0, peer: 0 };
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const [side, contender] of [
        ['ours', ours],
        ['peer', theirs],
      ] as const) {
        const ms = await measure(contender);
        if (ms === undefined) failures[side]++;
        else results[side].push(ms);
        say(`connect, round ${round}, ${side}: ${ms === undefined ? 'failed' : `${ms.toFixed(0)} ms`}`);
      }
    }
  } finally {
    await ours.close();
    await theirs.close();
  }
  const spread = { ours: spreadOf(results.ours), peer: spreadOf(results.peer) };
  const ratio = spread.ours.median / spread.peer.median;
  return [
    {
      id: 'connect',
      metric: 'join of a warm room → text on screen',
      unit: 'ms',
      rounds,
      ours: spread.ours,
      peer: {
        ...spread.peer,
        name: 'y-webrtc',
        version: theirs.version,
        configuration: 'its own signaling server, no STUN (its best on one host), same editor',
      },
      ratio,
      goal: 'p50 ≤ 300, p95 ≤ 800, ≤ 0.6× of the peer',
      met: spread.ours.median <= 300 && spread.ours.p95 <= 800 && ratio <= 0.6,
      failures,
    },
  ];
}
