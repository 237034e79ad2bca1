/**
 * Takes the pictures of the web manifest into `public/screenshots`, from the screens themselves with the gallery's scene:
 * `node client/scripts/make-screenshots.ts`. Needs Chromium.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { createServer } from 'vite';

const client = resolve(import.meta.dirname, '..');
const target = join(client, 'public/screenshots');
const SIZES = {
  wide: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  narrow: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
} as const;
const QUALITY = 0.82;
/** Typed as a person would, so that lists and headings are made by the editor. */
const TEXT = [
  'Three boats went out on Tuesday. The north quay is done; the inner basin follows when the wind drops below five.',
  '## What we measured',
  '- Depth along the north quay, every ten metres',
  'Silt at the slipway: up to 40 cm, most of it since March',
  'Water temperature at dawn and at noon',
  '',
  '## Before Friday',
  '[ ] Ben calls the harbour master about the mooring',
  'Chiara checks last year’s numbers against the new ones',
] as const;

const server = await createServer({
  root: client,
  configFile: join(client, 'vite.config.ts'),
  server: { port: 0 },
  logLevel: 'error',
  plugins: [
    {
      name: 'gallery',
      transformIndexHtml: {
        order: 'pre',
        handler: (html: string) => html.replace('/src/main.tsx', '/src/testing/gallery.tsx'),
      },
    },
  ],
});
await server.listen();
const origin = server.resolvedUrls?.local[0];
if (origin === undefined) throw new TypeError('the development server has no address');
const browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium' });
mkdirSync(target, { recursive: true });
try {
  for (const [form, options] of Object.entries(SIZES)) {
    const page = await browser.newPage({ ...options, colorScheme: 'light', reducedMotion: 'reduce', locale: 'en-GB' });
    await page.goto(origin);
    const document = page.locator('main a[href^="/d/"]').first();
    await document.waitFor();
    await take(page, `home-${form}`);
    await document.click();
    await page.getByRole('textbox', { name: 'Document text' }).click();
    for (const [at, line] of TEXT.entries()) {
      if (at > 0) await page.keyboard.press('Enter');
      await page.keyboard.type(line);
    }
    await page.evaluate(() => scrollTo(0, 0));
    await take(page, `document-${form}`);
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}

/** As WebP, which the browser encodes itself. */
async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const png = (await page.screenshot({ animations: 'disabled' })).toString('base64');
  const webp = await page.evaluate(
    async ({ data, quality }) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.codePointAt(0) ?? 0);
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = document.createElement('canvas');
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
      return canvas.toDataURL('image/webp', quality).split(',')[1] ?? '';
    },
    { data: png, quality: QUALITY },
  );
  writeFileSync(join(target, `${name}.webp`), Buffer.from(webp, 'base64'));
}
