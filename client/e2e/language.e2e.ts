/** Sentences two fifths longer than English, German, and right to left: every screen holds them (ux.md, Conventions). */
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS, chromiumPath } from '@vicinal/infra/testing/chromium.ts';
import { startGallery, type Gallery } from '@vicinal/infra/testing/gallery.ts';
import { onEveryScreen, WORKSPACE, type Screen } from './screens.ts';
import { settled as standsStill } from './settled.ts';

/**
 * In the page: what lies outside the window, scrolls sideways, is cut off without an ellipsis, or leaves the button it
 * belongs to. Code and tables of a document may scroll, and so may the
 * formatting bar and, on phones, the rows of views and of the parts of the settings.
 */
function misfits(): string[] {
  const found = new Set<string>();
  const name = (element: Element): string =>
    `${element.tagName.toLowerCase()}.${element.getAttribute('class')?.split(' ').join('.') ?? ''}`;
  const MAY_SCROLL = 'pre, .document-text *, [role="toolbar"], [role="toolbar"] *, .view-links, .settings-nav ul';
  const isHidden = (element: Element): boolean =>
    !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ||
    element.closest('.visually-hidden, .skip-link') !== null ||
    // for those who listen only
    (element.clientWidth <= 1 && getComputedStyle(element).overflow !== 'visible') ||
    getComputedStyle(element).clipPath === 'inset(50%)';
  if (document.documentElement.scrollWidth > innerWidth)
    found.add(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const element of document.querySelectorAll('body *')) {
    const { overflowX } = getComputedStyle(element);
    if (
      /auto|scroll/.test(overflowX) &&
      element.scrollWidth > element.clientWidth + 1 &&
      !element.matches(MAY_SCROLL) &&
      !isHidden(element)
    )
      found.add(`${name(element)} scrolls sideways, ${element.scrollWidth} in ${element.clientWidth}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? '';
    const parent = node.parentElement;
    if (text === '' || parent === null || parent.closest('script, style, svg') !== null || isHidden(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0);
    const first = rects[0];
    if (first === undefined) continue;
    const left = Math.min(...rects.map((rect) => rect.left));
    const right = Math.max(...rects.map((rect) => rect.right));
    const bottom = Math.max(...rects.map((rect) => rect.bottom));
    const say = (what: string): unknown => found.add(`“${text.slice(0, 40)}” in ${name(parent)} ${what}`);
    let isInWindow = true;
    for (let box: Element | null = parent; box !== null && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      const edge = box.getBoundingClientRect();
      if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') {
        isInWindow = false;
        break;
      }
      if (box.matches('button, a, [role="button"], label, select') && style.display !== 'inline')
        if (left < edge.left - 1 || right > edge.right + 1 || bottom > edge.bottom + 3) say(`leaves ${name(box)}`);
      if (/hidden|clip/.test(style.overflowX) && (left < edge.left - 1 || right > edge.right + 1))
        say(`is cut off by ${name(box)}`);
      if (/hidden|clip/.test(style.overflowY) && bottom > edge.bottom + 3) say(`is cut off below by ${name(box)}`);
      if (/auto|scroll/.test(style.overflowX)) {
        isInWindow = false;
        break;
      }
    }
    if (isInWindow && (left < -1 || right > innerWidth + 1)) say('lies outside the window');
  }
  return [...found];
}

const WIDTHS = [390, 1280] as const;

describe('languages', () => {
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

  const newPage = async (width: number, language: 'de' | 'pseudo', locale: string): Promise<Page> => {
    const context = await browser?.newContext({ viewport: { width, height: 844 }, locale, reducedMotion: 'reduce' });
    if (context === undefined) throw new TypeError('started above');
    await context.addInitScript((chosen) => {
      if (location.protocol === 'about:') return;
      if (chosen === 'pseudo') localStorage.setItem('gallery.pseudo', '1');
      else localStorage.setItem('vicinal.language', chosen);
    }, language);
    return context.newPage();
  };
  const open = async (page: Page, screen: Screen): Promise<void> => {
    if (page.url() === 'about:blank') await page.goto(`${gallery?.origin ?? ''}/icons/icon.svg`);
    await page.evaluate(
      ([scene, outside]) => {
        localStorage.setItem('gallery.scene', scene ?? '{}');
        if (outside === '') localStorage.removeItem('gallery.page');
        else localStorage.setItem('gallery.page', outside ?? '');
      },
      [JSON.stringify(screen.scene ?? {}), screen.page ?? ''],
    );
    await page.goto(`${gallery?.origin ?? ''}${screen.path}`);
    await standsStill(page);
    await screen.act?.(page);
    await settled(page);
  };
  const settled = (page: Page): Promise<unknown> =>
    page.evaluate(async () => {
      await document.fonts.ready;
      await Promise.all(
        document
          .getAnimations()
          .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
          .map(({ finished }) => finished.catch(() => undefined)),
      );
    });

  test.each(WIDTHS)('UI-103 long sentences fit, also right to left: %i wide', { timeout: 600_000 }, async (width) => {
    const found: string[] = [];
    await onEveryScreen(
      () => newPage(width, 'pseudo', 'en-GB'),
      async (screen, page) => {
        try {
          await open(page, screen);
          found.push(...(await page.evaluate(misfits)).map((line) => `${screen.name}: ${line}`));
          await page.evaluate(() => {
            document.documentElement.dir = 'rtl';
            dispatchEvent(new Event('resize'));
          });
          await settled(page);
          found.push(...(await page.evaluate(misfits)).map((line) => `${screen.name}, right to left: ${line}`));
        } catch (error) {
          found.push(`${screen.name}: ${error instanceof Error ? error.message.slice(0, 400) : String(error)}`);
        }
      },
      (page) => page.context().close(),
    );
    expect(found).toEqual([]);
  });

  test.each(WIDTHS)('UI-103 German fits: %i wide', { timeout: 600_000 }, async (width) => {
    const found: string[] = [];
    const languages = new Set<string>();
    await onEveryScreen(
      () => newPage(width, 'de', 'de-DE'),
      async (screen, page) => {
        try {
          await open(page, screen);
          found.push(...(await page.evaluate(misfits)).map((line) => `${screen.name}: ${line}`));
          languages.add(await page.evaluate(() => document.documentElement.lang));
        } catch (error) {
          found.push(`${screen.name}: ${error instanceof Error ? error.message.slice(0, 400) : String(error)}`);
        }
      },
      (page) => page.context().close(),
    );
    expect([...languages]).toEqual(['de']);
    expect(found).toEqual([]);
  });

  test('UI-103 the check catches planted faults', async () => {
    const page = await newPage(390, 'de', 'de-DE');
    await open(page, { name: 'home', path: WORKSPACE });
    await page.evaluate(() => {
      const main = document.querySelector('main');
      const plant = (style: string, text: string): void => {
        const fault = document.createElement('button');
        fault.style.cssText = style;
        fault.textContent = text;
        main?.append(fault);
      };
      plant('width: 40px; overflow: hidden; white-space: nowrap', 'cut off at the side');
      plant('width: 40px; white-space: nowrap', 'larger than its button');
    });
    const found = (await page.evaluate(misfits)).join('\n');
    expect(found).toContain('“cut off at the side” in button. is cut off by button.');
    expect(found).toContain('“larger than its button” in button. leaves button.');
    await page.context().close();
  });

  test('UI-101 the language chosen in the settings is there when the page has loaded again, and English comes back', async () => {
    const context = await browser?.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
    if (context === undefined) throw new TypeError('started above');
    const page = await context.newPage();
    const shown = (): Promise<string> => page.evaluate(() => document.documentElement.lang);
    await open(page, { name: 'settings', path: '/settings/appearance' });
    expect(await shown()).toBe('en');
    await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
    await page.getByRole('heading', { name: 'Aussehen und Sprache' }).waitFor();
    expect(await shown()).toBe('de');
    expect(await page.title()).toBe('Aussehen und Sprache · Einstellungen · Vicinal');
    await page.getByRole('combobox', { name: 'Sprache' }).selectOption('en');
    await page.getByRole('heading', { name: 'Appearance and language' }).waitFor();
    expect(await shown()).toBe('en');
    await context.close();
  });
});
