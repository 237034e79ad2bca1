/** Every screen in its states, both themes wide and on the phone: axe finds nothing (ux.md, Accessibility). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS, chromiumPath } from '@vicinal/infra/testing/chromium.ts';
import { startGallery, type Gallery } from '@vicinal/infra/testing/gallery.ts';
import { onEveryScreen, WORKSPACE, type Screen } from './screens.ts';
import { settled } from './settled.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
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

  test.each(SHAPES)('UI-90 axe finds nothing on any screen: $name', { timeout: 600_000 }, async (shape) => {
    const found: string[] = [];
    await onEveryScreen(
      async () => {
        const context = await browser?.newContext({ ...shape, locale: 'en-GB', reducedMotion: 'reduce' });
        if (context === undefined) throw new TypeError('started above');
        return context;
      },
      async (screen, context) => {
        const page = await context.newPage();
        try {
          await open(page, screen);
          found.push(...(await violations(page)).map((line) => `${screen.name}: ${line}`));
        } catch (error) {
          found.push(`${screen.name}: ${error instanceof Error ? error.message.slice(0, 400) : String(error)}`);
        } finally {
          await page.close();
        }
      },
      (context) => context.close(),
    );
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
