/** Every screen in its states, both themes wide and on the phone: axe finds nothing (ux.md, Accessibility). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS, chromiumPath } from '@vicinal/infra/testing/chromium.ts';
import { startGallery, type Gallery } from '@vicinal/infra/testing/gallery.ts';
import { settled } from './settled.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const TOKEN = 'q7Jr0yq2mT3vXw9LkD1sZpAaBbCc';
const WORKSPACE = `/w/${'w'.repeat(21)}A`;
const DOCUMENT = `/d/${'r'.repeat(21)}A`;
const dialog = (page: Page) => page.getByRole('dialog').waitFor();

interface Screen {
  readonly name: string;
  readonly path: string;
  readonly scene?: Readonly<Record<string, unknown>>;
  /** A page outside the router. */
  readonly page?: string;
  /** What a person does before the screen is as meant. */
  readonly act?: (page: Page) => Promise<unknown>;
}

const SCREENS: readonly Screen[] = [
  { name: 'sign-in', path: '/', scene: { account: 'signed-out' } },
  {
    name: 'sign-in, trying it on this device',
    path: '/sign-in',
    scene: { account: 'signed-out' },
    act: (page) => page.getByRole('button', { name: 'Try it on this device first' }).click(),
  },
  {
    name: 'sign-in with nothing filled in',
    path: '/sign-in',
    scene: { account: 'signed-out' },
    act: (page) => page.getByRole('button', { name: 'Sign in' }).click(),
  },
  { name: 'not set up', path: '/', scene: { account: 'not-set-up' } },
  { name: 'server unreachable', path: '/', scene: { account: 'unreachable' } },
  { name: 'set-up', path: `/setup#${TOKEN}`, scene: { account: 'not-set-up' } },
  { name: 'set-up without a link', path: '/setup', scene: { account: 'not-set-up' } },
  { name: 'join a document', path: `/join#${TOKEN}`, scene: { account: 'signed-out' } },
  {
    name: 'join with an account',
    path: `/join#${TOKEN}`,
    scene: { account: 'signed-out' },
    act: (page) => page.getByRole('button', { name: 'Create an account instead' }).click(),
  },
  { name: 'join as somebody', path: `/join#${TOKEN}`, scene: { account: 'owner' } },
  { name: 'join a workspace', path: `/join#${TOKEN}`, scene: { account: 'signed-out', linkState: 'workspace' } },
  { name: 'join, link over', path: `/join#${TOKEN}`, scene: { account: 'signed-out', linkState: 'invalid' } },
  { name: 'join, no server', path: `/join#${TOKEN}`, scene: { account: 'signed-out', linkState: 'unreachable' } },
  { name: 'home', path: WORKSPACE },
  { name: 'home, empty', path: WORKSPACE, scene: { documents: 0, trash: 0 } },
  { name: 'home of a guest', path: WORKSPACE, scene: { account: 'guest' } },
  { name: 'home on this device alone', path: WORKSPACE, scene: { account: 'local' } },
  { name: 'home, offline', path: WORKSPACE, scene: { server: 'unreachable', status: { state: 'offline' } } },
  {
    name: 'account menu',
    path: WORKSPACE,
    act: (page) => page.getByRole('button', { name: /Account and settings/ }).click(),
  },
  { name: 'document', path: DOCUMENT },
  {
    name: 'document, people behind "@"',
    path: DOCUMENT,
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Document text' }).pressSequentially('For @');
      await page.getByRole('option', { name: /Farid/ }).waitFor();
    },
  },
  { name: 'document of a viewer', path: DOCUMENT, scene: { role: 'viewer' } },
  { name: 'document, denied', path: DOCUMENT, scene: { room: 'denied' } },
  { name: 'document, waiting', path: DOCUMENT, scene: { room: 'waiting' } },
  { name: 'document, failed', path: DOCUMENT, scene: { room: 'failed' } },
  ...(['error', 'offline', 'syncing', 'signaling-down', 'replicated', 'local'] as const).map((state) => ({
    name: `document, ${state}`,
    path: DOCUMENT,
    scene: { status: { state, pendingChanges: 3, ...(state === 'error' ? { reason: 'not-saved' } : {}) } },
    act: (page: Page) => page.getByTestId('sync-status').click(),
  })),
  {
    name: 'share dialog',
    path: DOCUMENT,
    act: async (page) => {
      await page.getByRole('button', { name: 'Share' }).click();
      await dialog(page);
      await page.getByRole('button', { name: 'Create link' }).click();
      await page.getByRole('textbox', { name: 'Invite link' }).first().waitFor();
    },
  },
  {
    name: 'share dialog, no server',
    path: DOCUMENT,
    scene: { server: 'unreachable' },
    act: async (page) => {
      await page.getByRole('button', { name: 'Share' }).click();
      await dialog(page);
    },
  },
  {
    name: 'sign-out dialog',
    path: WORKSPACE,
    act: async (page) => {
      await page.getByRole('button', { name: /Account and settings/ }).click();
      await page.getByRole('menuitem', { name: /Sign out/ }).click();
      await dialog(page);
    },
  },
  ...['profile', 'account', 'devices', 'appearance', 'storage', 'members', 'about'].map((section) => ({
    name: `settings, ${section}`,
    path: `/settings/${section}`,
  })),
  { name: 'settings of a guest', path: '/settings/account', scene: { account: 'guest' } },
  { name: 'settings, no server', path: '/settings/members', scene: { server: 'unreachable' } },
  { name: 'new version', path: WORKSPACE, scene: { hasUpdate: true } },
  { name: 'not found', path: '/nowhere' },
  { name: 'crash', path: '/', page: 'crash' },
  { name: 'plain http', path: '/', page: 'insecure' },
  { name: 'browser without crypto', path: '/', page: 'crypto' },
];

const SHAPES = [
  { name: 'wide, light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'wide, dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { name: 'phone, dark', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const;

describe('accessibility', () => {
  let gallery: Gallery | undefined;
  let browser: Browser | undefined;

  beforeAll(async () => {
    gallery = await startGallery();
    browser = await chromium.launch({ executablePath: chromiumPath(), args: [...CHROMIUM_FLAGS] });
  });
  afterAll(async () => {
    await browser?.close();
    await gallery?.close();
  });

  const open = async (page: Page, screen: Screen): Promise<void> => {
    await page.goto('about:blank');
    await page.addInitScript(
      ([scene, outside]) => {
        if (location.protocol === 'about:') return;
        localStorage.setItem('gallery.scene', scene ?? '{}');
        if (outside === '') localStorage.removeItem('gallery.page');
        else localStorage.setItem('gallery.page', outside ?? '');
      },
      [JSON.stringify(screen.scene ?? {}), screen.page ?? ''],
    );
    await page.goto(`${gallery?.origin ?? ''}${screen.path}`);
    await settled(page);
    await screen.act?.(page);
    // what fades in is judged when it is there
    await page.evaluate(() =>
      Promise.all(
        document
          .getAnimations()
          .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
          .map(({ finished }) => finished.catch(() => undefined)),
      ),
    );
  };
  const violations = async (page: Page): Promise<string[]> => {
    await page.evaluate(AXE);
    const results = await page.evaluate(
      (tags) =>
        (globalThis as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run({ runOnly: tags }), // just put there
      TAGS,
    );
    return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  };

  test.each(SHAPES)('UI-90 axe finds nothing on any screen: $name', { timeout: 240_000 }, async (shape) => {
    const context = await browser?.newContext({ ...shape, locale: 'en-GB', reducedMotion: 'reduce' });
    if (context === undefined) throw new TypeError('started above');
    const found: string[] = [];
    for (const screen of SCREENS) {
      const page = await context.newPage();
      try {
        await open(page, screen);
        found.push(...(await violations(page)).map((line) => `${screen.name}: ${line}`));
      } catch (error) {
        found.push(`${screen.name}: ${error instanceof Error ? error.message.slice(0, 400) : String(error)}`);
      } finally {
        await page.close();
      }
    }
    await context.close();
    expect(found).toEqual([]);
  });

  test('UI-90 the check catches a planted fault', async () => {
    const page = await browser?.newPage();
    if (page === undefined) throw new TypeError('started above');
    await open(page, { name: 'home', path: WORKSPACE });
    await page.evaluate(() => {
      const fault = document.createElement('button');
      fault.style.color = '#eee';
      document
        .querySelector('main')
        ?.append(fault, Object.assign(document.createElement('img'), { src: '/icons/icon.svg' }));
    });
    const found = (await violations(page)).join('\n');
    expect(found).toContain('button-name');
    expect(found).toContain('image-alt');
    await page.close();
  });
});
