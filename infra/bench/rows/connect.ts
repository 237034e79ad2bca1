/**
 * Joining a warm room: one browser has the document open, another one joins with an empty profile. Both sides run the
 * same editor in Chromium processes of their own; the clock runs in the joining page, from opening the signaling
 * socket until the text is in the editor.
 */
import type { Page } from 'playwright-core';
import { startTestStack } from '../../testing/stack.ts';
import type { BenchOptions } from '../bench.ts';
import { createDocument, joinDocument, launchBrowser } from '../browsers.ts';
import type { PageServer } from '../peers/page-server.ts';
import { startPageServer } from '../peers/page-server.ts';
import { startYWebrtc } from '../peers/servers.ts';
import { type Row, spreadOf } from '../statistics.ts';

/** About a page of text, so that a round transfers something. */
export const BENCH_TEXT = Array.from(
  { length: 40 },
  (_, i) => `Line ${i + 1} of a page about tides and harbours.`,
).join(' ');
const MARK = 'The last sentence of the page.';
const ROUND_TIMEOUT_MS = 30_000;

interface Contender {
  readonly name: string;
  /** Opens the document in a profile of its own and resolves to the time from socket to text. */
  join(page: Page): Promise<void>;
  close(): Promise<void>;
}

type Described = Pick<Row['peer'], 'name' | 'version' | 'configuration'>;

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

async function typeText(page: Page): Promise<void> {
  const editor = page.locator('[contenteditable]').first();
  await editor.click();
  await page.keyboard.insertText(`${BENCH_TEXT} ${MARK}`);
}

async function startOurs(): Promise<Contender> {
  const stack = await startTestStack();
  const writer = await launchBrowser();
  const link = await createDocument(stack, writer.page);
  await typeText(writer.page);
  return {
    name: 'ours',
    join: (joining) => joinDocument(joining, link),
    async close() {
      await writer.close();
      await stack.close();
    },
  };
}

async function startTheirs(pages: PageServer, isDefault: boolean): Promise<Contender & { peer: Described }> {
  const server = await startYWebrtc({ isDefault });
  const address = `${pages.origin}/#${server.provider}/${server.port}`;
  const writer = await launchBrowser();
  await writer.page.goto(address);
  await typeText(writer.page);
  return {
    name: server.provider,
    peer: server,
    async join(joining) {
      await joining.goto(address);
    },
    async close() {
      await writer.close();
      await server.close();
    },
  };
}

/** ms from the socket to the text; undefined when it did not arrive in time. */
async function measure(contender: Contender): Promise<number | undefined> {
  const browser = await launchBrowser();
  await browser.context.addInitScript(installTimer, MARK);
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
  const pages = await startPageServer();
  const ours = await startOurs();
  const theirs = [await startTheirs(pages, false), await startTheirs(pages, true)];
  const results = new Map<Contender, { values: number[]; failures: number }>();
  for (const contender of [ours, ...theirs]) results.set(contender, { values: [], failures: 0 });
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const [contender, result] of results) {
        const ms = await measure(contender);
        if (ms === undefined) result.failures++;
        else result.values.push(ms);
        say(`connect, round ${round}, ${contender.name}: ${ms === undefined ? 'failed' : `${ms.toFixed(0)} ms`}`);
      }
    }
  } finally {
    for (const contender of results.keys()) await contender.close();
    await pages.close();
  }
  const own = results.get(ours) ?? { values: [], failures: 0 };
  const spread = spreadOf(own.values);
  return theirs.map((contender): Row => {
    const { values, failures } = results.get(contender) ?? { values: [], failures: 0 };
    const { name, version, configuration } = contender.peer;
    const peer = spreadOf(values);
    const ratio = spread.median / peer.median;
    return {
      id: 'connect',
      metric: 'join of a warm room → text on screen',
      unit: 'ms',
      rounds,
      ours: spread,
      peer: { ...peer, name, version, configuration },
      ratio,
      goal: 'p50 ≤ 300, p95 ≤ 800, ≤ 0.6× of the peer',
      met: own.failures === 0 && spread.median <= 300 && spread.p95 <= 800 && ratio <= 0.6,
      failures: { ours: own.failures, peer: failures },
    };
  });
}
