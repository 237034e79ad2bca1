/** A person at Firefox, driven over WebDriver BiDi by roles and labels, as far as the journeys need. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firefoxPath } from '@vicinal/infra/testing/firefox.ts';
import { launch, type Page } from 'puppeteer-core';
import { poll, readText, type Status } from './harness.ts';

export interface FirefoxPerson {
  readonly page: Page;
  /** Such as "firefox/153.0". */
  readonly version: string;
  joinAsGuest(link: string): Promise<void>;
  type(text: string): Promise<void>;
  documentText(): Promise<string>;
  status(): Promise<Status>;
  waitForText(text: string, timeoutMs?: number): Promise<void>;
  waitForState(state: string, timeoutMs?: number): Promise<void>;
  waitForPeers(count: number, timeoutMs?: number): Promise<void>;
  /** Errors that no fetch to a stopped server explains. */
  problems(): readonly string[];
  close(): Promise<void>;
}

const EDITOR = '[role="textbox"][aria-label="Document text"]';
/** What Firefox prints when a server does not answer, or a page goes while one loads. */
const NETWORK_NOISE =
  /NetworkError|can.t establish a connection|connection to .* was interrupted|NS_ERROR_|Failed to load|Loading failed|blocked: Reason: CORS|Cross-Origin Request Blocked/i;

export async function createFirefoxPerson(name: string): Promise<FirefoxPerson> {
  const profile = mkdtempSync(join(tmpdir(), `vicinal-firefox-${name}-`));
  const browser = await launch({
    browser: 'firefox',
    executablePath: firefoxPath(),
    headless: true,
    userDataDir: profile,
    timeout: 90_000,
    protocolTimeout: 90_000,
    extraPrefsFirefox: { 'intl.accept_languages': 'en-GB', 'browser.aboutwelcome.enabled': false },
  });
  const version = await browser.version();
  const page = (await browser.pages())[0] ?? (await browser.newPage());
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => {
    const text = error instanceof Error ? error.message : String(error);
    // Firefox reports a socket that finds no server as an error of the page.
    if (!/can’t establish a connection to the server/.test(text) && !NETWORK_NOISE.test(text))
      problems.push(`uncaught: ${text}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !NETWORK_NOISE.test(message.text())) problems.push(`console: ${message.text()}`);
  });
  const documentText = (): Promise<string> => page.$eval(EDITOR, readText);
  const status = (): Promise<Status> =>
    page.$eval('[data-testid="sync-status"]', (element) => ({
      state: element.getAttribute('data-state') ?? '',
      peers: Number(element.getAttribute('data-peers')),
    }));
  const until = (what: string, check: () => Promise<boolean>, timeoutMs: number): Promise<void> =>
    poll(
      // between two pages there is nothing to ask
      () => check().catch(() => false),
      timeoutMs,
      async () =>
        `${name} (${version}) ${what}: ${await documentText().catch(String)} ${JSON.stringify(await status().catch(String))} ${problems.join('; ')}`,
    );
  return {
    page,
    version,
    async joinAsGuest(link) {
      await page.goto(link);
      await page.locator('::-p-aria([name="Nickname"][role="textbox"])').fill(name);
      await page.locator('::-p-aria([name="Join"][role="button"])').click();
      await page.waitForSelector(EDITOR);
    },
    async type(text) {
      await page.locator(EDITOR).click();
      await page.keyboard.down('Control');
      await page.keyboard.press('End');
      await page.keyboard.up('Control');
      await page.keyboard.type(text);
    },
    documentText,
    status,
    waitForText: (text, timeoutMs = 40_000) =>
      until(`does not see "${text}"`, async () => (await documentText()).includes(text), timeoutMs),
    waitForState: (state, timeoutMs = 40_000) =>
      until(`waits for ${state}`, async () => (await status()).state === state, timeoutMs),
    waitForPeers: (count, timeoutMs = 40_000) =>
      until(`waits for ${count} peers`, async () => (await status()).peers === count, timeoutMs),
    problems: () => problems,
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
