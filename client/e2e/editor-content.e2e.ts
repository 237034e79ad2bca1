import { readFileSync } from 'node:fs';
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, poll, type Person } from './harness.ts';

let stack: TestStack;
let ada: Person;
let bo: Person;

beforeAll(async () => {
  stack = await startTestStack();
  ada = await createPerson({ name: 'Ada' });
  bo = await createPerson({ name: 'Bo' });
});

afterAll(async () => {
  await endJourney(stack, [ada, bo]);
});

/** In the page: a picture of `size` pixels pasted as a file. */
const pastePicture = (size: number): Promise<void> =>
  ada.page.evaluate(async (edge) => {
    const canvas = new OffscreenCanvas(edge, edge);
    const context = canvas.getContext('2d');
    if (!context) throw new TypeError('no canvas');
    const pixels = context.createImageData(edge, edge);
    for (let at = 0; at < pixels.data.length; at += 65_536)
      crypto.getRandomValues(pixels.data.subarray(at, at + 65_536));
    for (let at = 3; at < pixels.data.length; at += 4) pixels.data[at] = 255;
    context.putImageData(pixels, 0, 0);
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([await canvas.convertToBlob()], 'noise.png', { type: 'image/png' }));
    document
      .querySelector('[role="textbox"][aria-label="Document text"]')
      ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, size);

const download = async (person: Person, item: string): Promise<{ name: string; content: string }> => {
  await person.page.getByRole('button', { name: 'Download or print' }).click();
  const [file] = await Promise.all([
    person.page.waitForEvent('download'),
    person.page.getByRole('menuitem', { name: item }).click(),
  ]);
  return { name: file.suggestedFilename(), content: readFileSync(await file.path(), 'utf8') };
};

test('EDIT-28 tables, pictures and code are written together, and leave as files and on paper', async () => {
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.newDocument('Field notes');
  await ada.type('What we saw.');
  await ada.page.keyboard.press('Enter');
  await ada.page.keyboard.type('``` const birds = 3;');
  await ada.page.getByRole('combobox', { name: 'Language' }).selectOption('typescript');
  await ada.page.locator('.hljs-keyword').waitFor();
  await ada.page.keyboard.press('ArrowDown');
  await ada.page.getByRole('button', { name: 'Table', exact: true }).click();
  await ada.page.keyboard.type('Bird');
  await ada.page.keyboard.press('Tab');
  await ada.page.keyboard.type('Count');

  const link = await ada.createLink('editor');
  await bo.joinAsGuest(link);
  const cell = bo.page.getByRole('cell').first();
  await bo.page.getByRole('columnheader', { name: 'Count' }).waitFor();
  // shown a moment before it may be written
  await bo.page.locator('.document-text[contenteditable=true]').waitFor();
  await cell.click();
  await bo.page.waitForFunction(
    () => document.getSelection()?.anchorNode?.parentElement?.closest('td, th') instanceof Element,
  );
  await bo.page.keyboard.type('Heron');
  await ada.page.getByRole('cell', { name: 'Heron' }).waitFor();

  await ada.page.getByText('What we saw.').click();
  await ada.page.keyboard.press('End');
  await pastePicture(1200);
  const picture = bo.page.locator('.document-image img');
  await picture.waitFor();
  await poll(
    () => picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth > 300),
    20_000,
    async () => 'the picture does not arrive whole',
  );
  await ada.page.locator('.document-image').click();
  await ada.page.getByRole('textbox', { name: 'Description' }).fill('Grey noise');
  await ada.page.keyboard.press('Enter');
  await bo.page.getByRole('img', { name: 'Grey noise' }).waitFor();
  await ada.waitForState('archived', 60_000);
  await bo.waitForState('archived', 60_000);

  const markdown = await download(bo, 'Download as Markdown');
  expect(markdown.name).toBe('Field notes.md');
  const words = markdown.content.replaceAll(/\(data:image\/(?:webp|jpeg);base64,[\w+/=]+\)/g, '(bytes)');
  expect(words).toBe(
    '# Field notes\n\nWhat we saw.\n\n![Grey noise](bytes)\n\n```typescript\nconst birds = 3;\n```\n\n' +
      '| Bird | Count |  |\n| --- | --- | --- |\n| Heron |  |  |\n|  |  |  |\n',
  );

  const page = await download(ada, 'Download as HTML');
  expect(page.name).toBe('Field notes.html');
  const reader = await ada.context.newPage();
  await reader.setContent(page.content);
  expect(await reader.getByRole('heading', { level: 1 }).textContent()).toBe('Field notes');
  await reader.getByRole('cell', { name: 'Heron' }).waitFor();
  expect(await reader.getByRole('img').evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(
    300,
  ); // an img
  await reader.close();

  await ada.page.emulateMedia({ media: 'print' });
  const visible = (selector: string): Promise<boolean> => ada.page.locator(selector).first().isVisible();
  expect(await visible('.document-header')).toBe(false);
  expect(await visible('.format-toolbar')).toBe(false);
  expect(await visible('.context-bar')).toBe(false);
  expect(await visible('.document-text table')).toBe(true);
  const heading = await ada.page.locator('.document-print-title').boundingBox();
  expect(heading?.height).toBeGreaterThan(20);
});
