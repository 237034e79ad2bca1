import { STACK_SERVICES, startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, poll, type Person } from './harness.ts';

let stack: TestStack;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  stack = await startTestStack();
  [ada, grace] = await Promise.all([createPerson({ name: 'Ada' }), createPerson({ name: 'Grace' })]);
  await ada.setUp((await stack.setupLink()) ?? '');
});

afterAll(async () => {
  await endJourney(stack, [ada, grace]);
});

/** Resolves when the worker controls the page and every file of the build is kept. */
async function everythingKept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const wanted = await page.evaluate(async () => {
    const worker = await (await fetch('/sw.js')).text();
    return [...worker.matchAll(/"url":"([^"]+)"/g)].map(([, url]) => url ?? '');
  });
  expect(wanted.length).toBeGreaterThan(20);
  const missing = (): Promise<string[]> =>
    page.evaluate(async (urls) => {
      const found = await Promise.all(urls.map(async (url) => (await caches.match(`/${url}`)) !== undefined));
      return urls.filter((_, at) => found[at] === false);
    }, wanted);
  await poll(
    async () => (await missing()).length === 0,
    20_000,
    async () => `not kept: ${(await missing()).join(' ')}`,
  );
}

/** The browser is closed as a person closes it, and started with the same profile. */
async function startAgain(person: Person): Promise<Person> {
  await person.context.close();
  return createPerson({ name: person.name, profile: await person.kill() });
}

test('PWA-20 the browser finds nothing that stands against installing, and the app keeps its identity', async () => {
  const { page } = ada;
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  const cdp = await ada.context.newCDPSession(page);
  expect((await cdp.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);
  const { errors, data = '', url } = await cdp.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(new URL(url).pathname).toBe('/manifest.webmanifest');
  const manifest = JSON.parse(data) as Record<string, unknown>; // what the product itself serves
  expect(String(manifest['short_name']).length).toBeLessThanOrEqual(12);
  expect(manifest).toMatchObject({
    id: '/',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    lang: 'en',
    dir: 'ltr',
  });
  expect(manifest).toMatchObject({ handle_links: 'preferred', shortcuts: [{ url: '/new' }, { url: '/search' }] });
  // the browser's parsed form of these two is wrong: the raw data counts
  expect(manifest).toMatchObject({
    share_target: {
      action: '/share',
      method: 'POST',
      enctype: 'multipart/form-data',
      params: { files: [{ name: 'files' }] },
    },
    file_handlers: [{ action: '/new?from=file', accept: { 'text/markdown': ['.md', '.markdown'] } }],
  });
  const { appId } = await cdp.send('Page.getAppId');
  expect(appId).toBe(`${stack.origin}/`);
  await page.goto(`${stack.origin}/sign-in`);
  const again = await ada.context.newCDPSession(page);
  expect((await again.send('Page.getAppId')).appId).toBe(appId);
});

test('PWA-26 what another app shares becomes a document when somebody says so, opened files at once, and the shortcut opens search', async () => {
  const { page } = ada;
  await page.goto(stack.origin);
  await page.waitForURL(/\/w\//);
  const home = page.url();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  // What the browser does for a share: it navigates with a form.
  const share = (text: string): Promise<void> =>
    page.evaluate((markdown) => {
      const form = document.createElement('form');
      form.action = '/share';
      form.method = 'post';
      form.enctype = 'multipart/form-data';
      for (const [name, value] of [
        ['title', 'Evening tides'],
        ['text', markdown],
        ['url', 'https://example.org/tides'],
      ] as const) {
        const field = form.appendChild(document.createElement('input'));
        field.type = 'hidden'; // keeps the ends of lines
        field.name = name;
        field.value = value;
      }
      document.body.append(form);
      form.submit();
    }, text);
  await share('not wanted');
  await page.getByText('not wanted').waitFor();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.waitForURL(/\/w\//);
  await share('# High water\n\n- six\n- noon');
  await page.getByRole('heading', { name: 'Make a document of this?' }).waitFor();
  await page.getByRole('button', { name: 'New document', exact: true }).last().click();
  await page.waitForURL(/\/d\//);
  await ada.waitForText('noon');
  expect(await ada.documentText()).toBe('High water\nsixnoon\nhttps://example.org/tides');
  expect(await page.getByRole('textbox', { name: 'Document title' }).inputValue()).toBe('Evening tides');
  await ada.waitForState('archived');

  await page.goto(`${stack.origin}/search`);
  await page.getByRole('combobox', { name: 'Search' }).waitFor();
  expect(page.url()).toBe(home);

  // What the browser does for an opened file; headless ones have no system to open it from.
  await page.addInitScript(() => {
    const getFile = (): Promise<File> => Promise.resolve(new File(['**Bold** plans'], 'Plans.md', { type: '' }));
    Object.defineProperty(window, 'launchQueue', {
      value: { setConsumer: (consumer: (params: object) => void) => consumer({ files: [{ getFile }] }) },
    });
  });
  await page.goto(`${stack.origin}/new?from=file`);
  await page.waitForURL(/\/d\//);
  await ada.waitForText('Bold plans');
  expect(await page.getByRole('textbox', { name: 'Document title' }).inputValue()).toBe('Plans');
});

test('PWA-21 icons and screenshots have the sizes that the manifest declares', async () => {
  await ada.page.goto(stack.origin);
  const sizes = await ada.page.evaluate(async () => {
    interface Picture {
      readonly src: string;
      readonly sizes: string;
      readonly form_factor?: string;
    }
    const manifest = (await (await fetch('/manifest.webmanifest')).json()) as {
      icons: Picture[];
      screenshots: Picture[];
    };
    const measured = async ({ src, sizes: declared, form_factor }: Picture) => {
      const picture = await createImageBitmap(await (await fetch(src)).blob());
      return { src, declared, form_factor, actual: `${picture.width}x${picture.height}` };
    };
    const touch = document.querySelector<HTMLLinkElement>('link[rel="apple-touch-icon"]');
    return Promise.all([
      ...[...manifest.icons, ...manifest.screenshots].map(measured),
      measured({ src: touch?.href ?? '', sizes: '180x180' }),
    ]);
  });
  expect(sizes.filter(({ declared, actual }) => declared !== actual)).toEqual([]);
  const forms = sizes.map(({ form_factor }) => form_factor);
  expect(forms.filter((form) => form === 'wide').length).toBeGreaterThanOrEqual(2);
  expect(forms.filter((form) => form === 'narrow').length).toBeGreaterThanOrEqual(2);
});

test('PWA-22 reduced motion, the dark theme and forced colours each change what is drawn', async () => {
  const { page } = ada;
  await page.goto(stack.origin);
  const button = page.getByRole('button', { name: 'New document' }).first();
  await button.waitFor();
  const canvas = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  /** Colours in one row of pixels across the left edge of the button. */
  const coloursAtEdge = async (): Promise<number> => {
    const box = await button.boundingBox();
    if (box === null) throw new Error('the button is not drawn');
    const clip = { x: box.x - 4, y: box.y + box.height / 2, width: 8, height: 1 };
    const png = (await page.screenshot({ clip })).toString('base64');
    return page.evaluate(async (data) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.codePointAt(0) ?? 0);
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const context = new OffscreenCanvas(bitmap.width, 1).getContext('2d');
      context?.drawImage(bitmap, 0, 0);
      const pixels = new Uint32Array(context?.getImageData(0, 0, bitmap.width, 1).data.buffer ?? new ArrayBuffer(0));
      return new Set(pixels).size;
    }, png);
  };
  const menuSeconds = async (): Promise<number> => {
    await page.getByRole('button', { name: 'account' }).first().click();
    const menu = page.getByRole('menu');
    const seconds = await menu.evaluate((element) => Number.parseFloat(getComputedStyle(element).animationDuration));
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    return seconds;
  };
  expect(await menuSeconds()).toBeGreaterThan(0.01);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(menuSeconds).toBeLessThanOrEqual(0.001);
  expect(await canvas()).toBe('rgb(246, 246, 243)');
  await page.emulateMedia({ colorScheme: 'dark' });
  await poll(
    async () => (await canvas()) === 'rgb(18, 19, 18)',
    5000,
    async () => `the canvas is ${await canvas()}`,
  );
  await page.emulateMedia({ forcedColors: 'active' });
  // styles and what loads beside the button settle in frames of their own
  await expect.poll(canvas).toBe('rgb(0, 0, 0)');
  await expect.poll(coloursAtEdge).toBeGreaterThan(1);
  await page.emulateMedia({ reducedMotion: null, colorScheme: 'light', forcedColors: null });
});

test('PWA-23 with every server off a started browser opens a document by its address, edits it, and it arrives later', async () => {
  await ada.page.goto(stack.origin);
  const address = await ada.newDocument('A deep link');
  await ada.type('Before. ');
  await stack.archiverReady();
  await ada.waitForState('archived', 60_000);
  const link = await ada.createLink('viewer');
  await everythingKept(ada.page);
  for (const service of STACK_SERVICES) await stack.kill(service);

  ada = await startAgain(ada);
  await ada.page.goto(address);
  await ada.waitForText('Before.');
  await ada.type('In a tunnel.');
  await ada.waitForState('offline');
  await ada.page.reload();
  await ada.waitForText('Before. In a tunnel.');

  ada = await startAgain(ada);
  await ada.page.goto(address);
  await ada.waitForText('Before. In a tunnel.');
  await ada.page.goto(`${stack.origin}/settings`);
  await ada.page.getByRole('heading', { level: 1 }).waitFor();
  expect(await ada.page.getByRole('main').textContent()).toContain('Settings');
  await ada.page.goto(address);
  await ada.waitForText('Before. In a tunnel.');

  for (const service of STACK_SERVICES) await stack.restart(service);
  await ada.waitForState('archived', 60_000);
  await grace.joinAsGuest(link);
  await grace.waitForText('Before. In a tunnel.');
  expect([...(await ada.problems()), ...(await grace.problems())]).toEqual([]);
});

test('PWA-24 the shortcut makes a document and leaves no trace in the way back', async () => {
  await ada.page.goto(stack.origin);
  await ada.page
    .getByRole('link', { name: /A deep link/ })
    .first()
    .waitFor();
  await ada.page.goto(`${stack.origin}/new`);
  await ada.page.waitForURL(/\/d\//);
  const made = ada.page.url();
  await ada.page.getByRole('textbox', { name: 'Document text' }).waitFor();
  await ada.page.goBack();
  await ada.page
    .getByRole('link', { name: /A deep link/ })
    .first()
    .waitFor();
  expect(new URL(ada.page.url()).pathname).toMatch(/^\/w\//);
  await ada.page.goForward();
  await ada.page.waitForURL(made);
});

test('PWA-25 nothing that a server answered is kept', async () => {
  const kept = await ada.page.evaluate(async () => {
    const names = await caches.keys();
    const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return lists.flat().map((request) => new URL(request.url).pathname);
  });
  expect(kept).toContain('/index.html');
  expect(kept.filter((path) => /^\/(api|archive|signal|share|trust|metrics)(\/|$)/.test(path))).toEqual([]);
});
