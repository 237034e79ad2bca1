/**
 * From a key to the screen of another person: two Chromium processes, one types at 10 keys a second, the clock runs from
 * the input event in one page until the frame that shows the letter in the other page is painted.
 */
import type { Page } from 'playwright-core';
import { startTestStack } from '../../testing/stack.ts';
import type { BenchOptions } from '../bench.ts';
import { type Browser, createDocument, joinDocument, launchBrowser } from '../browsers.ts';
import { type DelayProxy, startDelayProxy } from '../delay-proxy.ts';
import { startPageServer, type PageServer } from '../peers/page-server.ts';
import { type PeerServer, startHocuspocus, startYWebrtc, startYWebsocket } from '../peers/servers.ts';
import { type Row, spreadOf } from '../statistics.ts';

const KEY_INTERVAL_MS = 100;
/** Keys do not keep step with frames: each is later by a part of one, in turn. */
const FRAME_PARTS_MS = [0, 9, 3, 14, 6, 11, 2, 16];
const WARM_UP_KEYS = 5;
const LOST_AFTER_MS = 5000;
/** The letter typed; names shown beside carets do not have it. */
const KEY = 'x';

interface Contender {
  readonly name: string;
  readonly peer: PeerServer | undefined;
  readonly writer: Page;
  readonly reader: Page;
}
interface Result {
  readonly values: number[];
  failures: number;
}

interface MeteredWindow extends Window {
  __keys?: { inputs: number[]; paints: number[]; shown: number };
}

/**
 * In every page: when keys went down, and when each further letter had been painted, ms since the epoch. A message posted
 * inside an animation frame is handled after that frame is painted; a second animation frame would add the wait for it.
 */
function installMeter(key: string): void {
  const page = window as MeteredWindow;
  const meter = (page.__keys = { inputs: [] as number[], paints: [] as number[], shown: 0 });
  window.addEventListener(
    'keydown',
    (event) => {
      if (event.key === key) meter.inputs.push(performance.timeOrigin + event.timeStamp);
    },
    { capture: true },
  );
  const look = (): void => {
    const count = (document.querySelector('[contenteditable]')?.textContent ?? '').split(key).length - 1;
    const fresh = count - meter.shown;
    if (fresh <= 0) return;
    meter.shown = count;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const now = performance.timeOrigin + performance.now();
        for (let i = 0; i < fresh; i++) meter.paints.push(now);
      };
      channel.port2.postMessage(undefined);
    });
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}

const startMeter = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const meter = (window as MeteredWindow).__keys;
    if (meter !== undefined) [meter.inputs, meter.paints] = [[], []];
  });
const shown = (page: Page): Promise<number> => page.evaluate(() => (window as MeteredWindow).__keys?.shown ?? 0);

async function type(page: Page, keys: number): Promise<void> {
  const startedAt = performance.now();
  for (let i = 0; i < keys; i++) {
    const at = startedAt + i * KEY_INTERVAL_MS + (FRAME_PARTS_MS[i % FRAME_PARTS_MS.length] ?? 0);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));
    await page.keyboard.press(KEY);
  }
}

/** Whether the reader shows as many letters as the writer, in time. */
async function isLevel({ writer, reader }: Contender, timeoutMs: number): Promise<boolean> {
  for (const deadline = performance.now() + timeoutMs; performance.now() < deadline;) {
    if ((await shown(writer)) > 0 && (await shown(writer)) === (await shown(reader))) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

async function measure(contender: Contender, keys: number, result: Result): Promise<void> {
  const { writer, reader } = contender;
  await reader.bringToFront();
  await writer.bringToFront();
  // over the text in every page, or in ours alone, where a button was clicked, each frame would look for what is under it
  for (const page of [reader, writer]) await page.locator('[contenteditable]').first().hover();
  await writer.locator('[contenteditable=true]').first().focus();
  await type(writer, WARM_UP_KEYS);
  if (!(await isLevel(contender, LOST_AFTER_MS * 4))) {
    result.failures += keys;
    return;
  }
  await startMeter(writer);
  await startMeter(reader);
  await type(writer, keys);
  await isLevel(contender, LOST_AFTER_MS);
  const inputs = await writer.evaluate(() => (window as MeteredWindow).__keys?.inputs ?? []);
  const paints = await reader.evaluate(() => (window as MeteredWindow).__keys?.paints ?? []);
  inputs.forEach((at, i) => {
    const painted = paints[i];
    if (painted === undefined) result.failures++;
    else result.values.push(painted - at);
  });
}

async function openOurs(roundTripMs: number, writer: Browser, reader: Browser, closers: Closers): Promise<Contender> {
  const stack = await startTestStack({
    wrapSignaling: async (port) => (await delayed(port, roundTripMs, closers)).port,
  });
  closers.push(() => stack.close());
  const link = await createDocument(stack, writer.page);
  await joinDocument(reader.page, link);
  for (const { page } of [writer, reader])
    await page.locator('[data-testid=sync-status][data-peers="1"]').waitFor({ state: 'attached' });
  return { name: 'ours', peer: undefined, writer: writer.page, reader: reader.page };
}

async function openTheirs(
  peer: PeerServer,
  pages: PageServer,
  roundTripMs: number,
  [writer, reader]: readonly [Browser, Browser],
  closers: Closers,
): Promise<Contender> {
  closers.push(() => peer.close());
  const { port } = await delayed(peer.port, roundTripMs, closers);
  const open = async ({ context }: Browser): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${pages.origin}/#${peer.provider}/${port}`);
    await page.locator('[contenteditable=true]').first().waitFor();
    return page;
  };
  return { name: `${peer.name}, ${peer.configuration}`, peer, writer: await open(writer), reader: await open(reader) };
}

type Closers = (() => Promise<void>)[];

async function delayed(port: number, roundTripMs: number, closers: Closers): Promise<Pick<DelayProxy, 'port'>> {
  if (roundTripMs === 0) return { port };
  const proxy = await startDelayProxy(port, roundTripMs);
  closers.push(() => proxy.close());
  return proxy;
}

interface Variant {
  readonly id: string;
  readonly metric: string;
  /** Between everybody and the servers; the peers themselves are on one host. */
  readonly roundTripMs: number;
  readonly servers: readonly (() => Promise<PeerServer>)[];
  readonly goal: (peer: PeerServer) => string;
  readonly isMet: (ours: Row['ours'], ratio: number, peer: PeerServer) => boolean;
}

async function bench(variant: Variant, { rounds, isQuick, say }: BenchOptions): Promise<readonly Row[]> {
  const { id, metric, roundTripMs } = variant;
  const closers: Closers = [];
  try {
    const pages = await startPageServer();
    closers.push(() => pages.close());
    const browsers = [await launchBrowser(), await launchBrowser()] as const;
    for (const browser of browsers) {
      closers.push(() => browser.close());
      await browser.context.addInitScript(installMeter, KEY);
    }
    const ours = await openOurs(roundTripMs, ...browsers, closers);
    const theirs: (Contender & { readonly peer: PeerServer })[] = [];
    for (const start of variant.servers) {
      const peer = await start();
      theirs.push({ ...(await openTheirs(peer, pages, roundTripMs, browsers, closers)), peer });
    }
    const results = new Map<Contender, Result>();
    for (const contender of [ours, ...theirs]) results.set(contender, { values: [], failures: 0 });
    const keys = isQuick ? 10 : 60;
    for (let round = 1; round <= rounds; round++)
      for (const [contender, result] of results) {
        const before = result.values.length;
        await measure(contender, keys, result);
        const values = result.values.slice(before);
        const text =
          values.length === 0 ? 'failed' : `median ${spreadOf(values).median.toFixed(1)} ms of ${values.length}`;
        say(`${id}, round ${round}, ${contender.name}: ${text}`);
      }
    const own = results.get(ours) ?? { values: [], failures: 0 };
    const spread = spreadOf(own.values);
    return theirs.flatMap((contender): Row[] => {
      const { values, failures } = results.get(contender) ?? { values: [], failures: 0 };
      if (values.length === 0) {
        say(`${id}: nothing arrived with ${contender.name}`);
        return [];
      }
      const { name, version, configuration } = contender.peer;
      const peer = spreadOf(values);
      const ratio = spread.median / peer.median;
      return [
        {
          ...{ id, metric, unit: 'ms', rounds },
          ours: spread,
          peer: { ...peer, name, version, configuration },
          ratio,
          goal: variant.goal(contender.peer),
          met: own.failures === 0 && variant.isMet(spread, ratio, contender.peer),
          failures: { ours: own.failures, peer: failures },
        },
      ];
    });
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

const isMesh = (peer: PeerServer): boolean => peer.name === 'y-webrtc';

export const benchKeystrokeLan = (options: BenchOptions): Promise<readonly Row[]> =>
  bench(
    {
      id: 'keystroke-lan',
      metric: 'key down → letter painted at the other, one host, 10 keys/s',
      roundTripMs: 0,
      servers: [
        startYWebrtc,
        startYWebsocket,
        () => startHocuspocus({ isDefault: true }),
        () => startHocuspocus({ isDefault: false }),
      ],
      goal: (peer) => `p50 ≤ 20, p95 ≤ 35, p99 ≤ 60${isMesh(peer) ? ', ≤ 1.0× of the peer' : ''}`,
      isMet: (ours, ratio, peer) =>
        ours.median <= 20 && ours.p95 <= 35 && ours.p99 <= 60 && (!isMesh(peer) || ratio <= 1),
    },
    options,
  );

export const benchKeystrokeWan = (options: BenchOptions): Promise<readonly Row[]> =>
  bench(
    {
      id: 'keystroke-wan',
      metric: 'the same, servers 40 ms away (round trip), peers on one host',
      roundTripMs: 40,
      servers: [
        startYWebsocket,
        () => startHocuspocus({ isDefault: true }),
        () => startHocuspocus({ isDefault: false }),
      ],
      goal: () => '≤ 0.5× of the peer',
      isMet: (_ours, ratio) => ratio <= 0.5,
    },
    options,
  );
