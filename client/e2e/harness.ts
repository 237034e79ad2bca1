/**
 * People for the journeys. Each is a Chromium process of their own, driven through what a person sees: roles, labels
 * and the contract for automated trying in CONTRIBUTING.md. Closing one fails on what no journey may cause: a violation
 * of the content security policy, an uncaught error, an error on the console.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_FLAGS, chromiumPath } from '@vicinal/infra/testing/chromium.ts';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { installProbe, readProbe, type ProbeReport } from './probe.ts';

export interface SocketFrame {
  readonly direction: 'sent' | 'received';
  readonly payload: string;
  readonly at: number;
}

export interface Status {
  readonly state: string;
  readonly peers: number;
}

export interface Person {
  readonly name: string;
  readonly page: Page;
  readonly context: BrowserContext;
  /** Frames of every WebSocket since the page was opened. */
  readonly socketFrames: SocketFrame[];
  /** Fills the set-up form of a set-up link; ends on the workspace's home. */
  setUp(link: string, options?: { workspace?: string; email?: string; password?: string }): Promise<void>;
  signIn(origin: string, email?: string, password?: string): Promise<void>;
  /** From the home; ends in the open document. Resolves to its address. */
  newDocument(title?: string): Promise<string>;
  /** From an open document; resolves to the invite link. */
  createLink(role: 'editor' | 'viewer'): Promise<string>;
  joinAsGuest(link: string): Promise<void>;
  setTitle(title: string): Promise<void>;
  /** Puts the caret at the end of the text and types. */
  type(text: string): Promise<void>;
  /** Text as shown, one line per block, without the names at other people's carets. */
  documentText(): Promise<string>;
  /** Whether the editor takes text. */
  isEditable(): Promise<boolean>;
  status(): Promise<Status>;
  waitForText(text: string, timeoutMs?: number): Promise<void>;
  waitForState(states: string | readonly string[], timeoutMs?: number): Promise<void>;
  waitForPeers(count: number, timeoutMs?: number): Promise<void>;
  /** Direct connections and policy violations seen by this page. */
  probe(): Promise<ProbeReport>;
  /** Problems seen so far; servers that a journey takes down are no problem. */
  problems(): Promise<string[]>;
  /** Throws when there were problems. Removes the profile. Idempotent. */
  close(): Promise<void>;
  /** The process ends at once, as if it crashed; the profile stays for {@link PersonOptions.profile}. */
  kill(): Promise<string>;
}

export interface PersonOptions {
  readonly name: string;
  /** Profile folder of an earlier {@link Person.kill}. */
  readonly profile?: string;
  /** Browser, absent for the usual one: such as one that runs on another machine. */
  readonly executable?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

export const OWNER_EMAIL = 'ada@example.org';
export const OWNER_PASSWORD = 'correct horse battery';

/** What a browser prints when a server does not answer; journeys that stop servers expect it. */
const NETWORK_NOISE =
  /Failed to load resource|WebSocket connection to .* failed|net::ERR_|Failed to fetch|bad HTTP response code/;

export async function createPerson(options: PersonOptions): Promise<Person> {
  const profile = options.profile ?? mkdtempSync(join(tmpdir(), `vicinal-${options.name}-`));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: options.executable ?? chromiumPath(),
    args: [...CHROMIUM_FLAGS],
    headless: true,
    viewport: options.viewport ?? { width: 1280, height: 800 },
    colorScheme: options.colorScheme ?? 'light',
    locale: 'en-GB',
  });
  context.setDefaultTimeout(20_000);
  await context.addInitScript(installProbe);
  const problems: string[] = [];
  let isClosed = false;
  const socketFrames: SocketFrame[] = [];
  const page = context.pages()[0] ?? (await context.newPage());
  // Of every tab of this person.
  context.on('weberror', (failure) => problems.push(`uncaught: ${failure.error().stack ?? failure.error().message}`));
  context.on('console', (message) => {
    const text = message.text();
    const isNoise = NETWORK_NOISE.test(text) && !text.includes('Content Security Policy');
    if (message.type() === 'error' && !isNoise) problems.push(`console: ${text}`);
  });
  page.on('websocket', (socket) => {
    const record = (direction: SocketFrame['direction']) => (frame: { payload: string | Buffer }) =>
      socketFrames.push({ direction, payload: String(frame.payload), at: Date.now() });
    socket.on('framesent', record('sent'));
    socket.on('framereceived', record('received'));
  });

  const editor = page.getByRole('textbox', { name: 'Document text' });
  const status = async (): Promise<Status> => {
    const element = page.getByTestId('sync-status');
    return {
      state: (await element.getAttribute('data-state')) ?? '',
      peers: Number(await element.getAttribute('data-peers')),
    };
  };
  const allProblems = async (): Promise<string[]> => {
    const { violations } = page.isClosed() ? { violations: [] } : await readProbe(page);
    return [...problems, ...violations.map((violation) => `content security policy: ${violation}`)];
  };

  return {
    name: options.name,
    page,
    context,
    socketFrames,
    async setUp(link, { workspace = 'Lighthouse', email = OWNER_EMAIL, password = OWNER_PASSWORD } = {}) {
      await page.goto(link);
      await page.getByLabel('Your name').fill(options.name);
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByLabel('Workspace name').fill(workspace);
      await page.getByRole('button', { name: 'Create workspace' }).click();
      await page.waitForURL(/\/w\//);
    },
    async signIn(origin, email = OWNER_EMAIL, password = OWNER_PASSWORD) {
      await page.goto(`${origin}/sign-in`);
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(/\/w\//);
    },
    async newDocument(title) {
      await page.getByRole('button', { name: 'New document' }).first().click();
      await page.waitForURL(/\/d\//);
      await editor.waitFor();
      if (title !== undefined) await page.getByRole('textbox', { name: 'Document title' }).fill(title);
      return page.url();
    },
    async createLink(role) {
      await page.getByRole('button', { name: 'Share' }).click();
      await page.getByLabel('Link role').selectOption(role);
      await page.getByRole('button', { name: 'Create link' }).click();
      const field = page.getByRole('textbox', { name: 'Invite link' }).first();
      await field.waitFor();
      const link = await field.inputValue();
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      return link;
    },
    async joinAsGuest(link) {
      await page.goto(link);
      await page.getByRole('textbox', { name: 'Nickname' }).fill(options.name);
      await page.getByRole('button', { name: 'Join' }).click();
      await page.waitForURL(/\/d\//);
      await editor.waitFor();
    },
    async setTitle(title) {
      await page.getByRole('textbox', { name: 'Document title' }).fill(title);
    },
    async type(text) {
      await editor.click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type(text);
    },
    documentText: () => editor.evaluate(readText),
    isEditable: async () => (await editor.getAttribute('contenteditable')) === 'true',
    status,
    async waitForText(text, timeoutMs = 20_000) {
      await poll(
        async () => (await editor.evaluate(readText)).includes(text),
        timeoutMs,
        async () => {
          return `${options.name} does not see "${text}" but "${await editor.evaluate(readText)}" (${JSON.stringify(await status())})`;
        },
      );
    },
    async waitForState(states, timeoutMs = 20_000) {
      const wanted = typeof states === 'string' ? [states] : states;
      await poll(
        async () => wanted.includes((await status()).state),
        timeoutMs,
        async () => {
          return `${options.name} waits for ${wanted.join(' or ')} and is ${JSON.stringify(await status())}`;
        },
      );
    },
    async waitForPeers(count, timeoutMs = 20_000) {
      await poll(
        async () => (await status()).peers === count,
        timeoutMs,
        async () => {
          return `${options.name} waits for ${count} peers and is ${JSON.stringify(await status())}`;
        },
      );
    },
    probe: () => readProbe(page),
    problems: allProblems,
    async close() {
      if (isClosed) return;
      isClosed = true;
      // A page that is gone or crashed cannot be asked; what it printed before is known.
      const found = await allProblems().catch(() => problems);
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      if (found.length > 0) throw new Error(`${options.name}'s browser reported:\n${found.join('\n')}`);
    },
    async kill() {
      isClosed = true;
      killProcessesOf(profile);
      await context.close().catch(() => undefined); // already gone
      return profile;
    },
  };
}

/** For `afterAll`: closes whoever was made and what they used, then throws what the browsers reported. */
export async function endJourney(
  stack: { close(): Promise<void> } | undefined,
  people: readonly (Person | undefined)[],
): Promise<void> {
  const outcomes = await Promise.allSettled(people.map(async (person) => person?.close()));
  await stack?.close();
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected').map((outcome) => String(outcome.reason));
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/** Every process of the browser carries the profile on its command line. */
function killProcessesOf(profile: string): void {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(profile)) process.kill(Number(entry), 'SIGKILL');
    } catch {
      // ended between listing and reading
    }
  }
}

/** In the page: text per block, without widgets such as other people's carets. */
export function readText(root: Element): string {
  const copy = root.cloneNode(true) as Element; // a copy of an element is one
  for (const widget of copy.querySelectorAll('.ProseMirror-widget, [class*="caret"], .ProseMirror-separator'))
    widget.remove();
  return [...copy.children].map((block) => (block.textContent ?? '').replaceAll('\u2060', '')).join('\n');
}

/** Waits until `check` holds; throws what `explain` says when it does not in time. */
export async function poll(
  check: () => Promise<boolean>,
  timeoutMs: number,
  explain: () => Promise<string>,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`after ${timeoutMs / 1000} s: ${await explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until everybody sees the same text and resolves to it. */
export async function waitUntilEqual(people: readonly Person[], timeoutMs = 20_000): Promise<string> {
  const texts = (): Promise<string[]> => Promise.all(people.map((person) => person.documentText()));
  await poll(
    async () => new Set(await texts()).size === 1,
    timeoutMs,
    async () => {
      return `screens differ: ${JSON.stringify(Object.fromEntries(people.map((person, i) => [person.name, i])))} ${JSON.stringify(await texts())}`;
    },
  );
  return (await texts())[0] ?? '';
}
