/** Chromium processes of a benchmark, and the screens of the product that lead to a shared document. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, chromiumPath } from '../testing/chromium.ts';
import type { TestStack } from '../testing/stack.ts';

export interface Browser {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Ends the process and removes its profile. */
  close(): Promise<void>;
}

/** A process of its own with an empty profile. */
export async function launchBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'vicinal-bench-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: [...CHROMIUM_FLAGS],
    headless: true,
  });
  context.setDefaultTimeout(60_000);
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Makes owner and workspace; the page shows its home. */
export async function setUpWorkspace(stack: TestStack, page: Page): Promise<void> {
  await page.goto((await stack.setupLink()) ?? '');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByLabel('Workspace name').fill('Bench');
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.waitForURL(/\/w\//);
  await stack.archiverReady();
}

/** From the home opens a new document; resolves to an editor's link to it. */
export async function shareNewDocument(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'New document' }).first().click();
  await page.waitForURL(/\/d\//);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByLabel('Link role').selectOption('editor');
  await page.getByRole('button', { name: 'Create link' }).click();
  const link = await page.getByRole('textbox', { name: 'Invite link' }).first().inputValue();
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  return link;
}

/** Sets the instance up and opens a new document; resolves to an editor's link to it. */
export async function createDocument(stack: TestStack, page: Page): Promise<string> {
  await setUpWorkspace(stack, page);
  return await shareNewDocument(page);
}

/** As a guest. */
export async function joinDocument(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('textbox', { name: 'Nickname' }).fill('Grace');
  await page.getByRole('button', { name: 'Join' }).click();
}
