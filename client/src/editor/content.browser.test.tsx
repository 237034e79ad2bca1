import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { isSafeImageSource, MAX_IMAGE_BYTES } from '@vicinal/shared/room/html-images.ts';
import { DocumentEditor } from './DocumentEditor.tsx';
import { pictureOf } from './content/image-view.ts';
import { paste } from './testing/paste.ts';
import { createTestSession, element, frames, text, textbox, type TestSession } from './testing/session.ts';

let close: (() => void) | undefined;
afterEach(() => close?.());

async function open(session: TestSession = createTestSession({ canWrite: true })): Promise<TestSession> {
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(() => <DocumentEditor session={session} theme="light" labelledBy="title" />, host);
  close = () => {
    dispose();
    host.remove();
    close = undefined;
  };
  await frames(1);
  textbox().focus();
  return session;
}

const html = (session: TestSession): string => session.html();
const button = (name: string): HTMLButtonElement => {
  const found = document.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`);
  if (!found) throw new TypeError(`no button ${name}`);
  return found;
};
const tools = (name: string) => document.querySelector(`.context-bar:not([hidden]) [aria-label="${name}"]`);
const notice = (): string => document.querySelector('.editor-notice')?.textContent ?? '';

/** Coloured noise does not compress: a picture that must be scaled down. */
async function picture(width: number, height: number, type = 'image/png'): Promise<File> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new TypeError('no canvas');
  const pixels = context.createImageData(width, height);
  for (let at = 0; at < pixels.data.length; at += 65_536) crypto.getRandomValues(pixels.data.subarray(at, at + 65_536));
  for (let at = 3; at < pixels.data.length; at += 4) pixels.data[at] = 255;
  context.putImageData(pixels, 0, 0);
  return new File([await canvas.convertToBlob({ type })], 'a', { type });
}

/** A JPEG with a position and a camera in an Exif segment right after its start. */
async function withMetadata(file: File): Promise<File> {
  const secret = new TextEncoder().encode('Exif\0\0GPS 52.5200 N 13.4050 E camera 4711');
  const segment = new Uint8Array([0xff, 0xe1, 0, secret.length + 2, ...secret]);
  const bytes = new Uint8Array(await file.arrayBuffer());
  return new File([bytes.slice(0, 2), segment, bytes.slice(2)], 'photo.jpg', { type: 'image/jpeg' });
}

const sources = (session: TestSession): string[] =>
  contentBody(session.content)
    .toArray()
    .flatMap((node) =>
      node instanceof Y.XmlElement && node.nodeName === 'image' ? [String(node.getAttribute('src'))] : [],
    );

describe('tables', () => {
  const cells = (): string[][] =>
    [...textbox().querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.textContent ?? ''));

  it('EDIT-23: Tab goes from cell to cell and adds a row after the last; Escape then Tab leaves', async () => {
    const session = await open();
    button('Table').click();
    await userEvent.keyboard('a{Tab}b{Tab}c{Tab}d{Shift>}{Tab}{/Shift}!');
    expect(cells()).toEqual([
      ['a', 'b', '!'],
      ['d', '', ''],
      ['', '', ''],
    ]);
    await userEvent.keyboard('{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}last');
    expect(cells()).toHaveLength(4);
    expect(cells()[3]?.[0]).toBe('last');
    expect(html(session)).toContain('<th><p>a</p></th>');
    const before = html(session);
    await userEvent.keyboard('{Escape}{Tab}');
    expect(document.activeElement?.closest('.context-bar')).not.toBeNull();
    expect(html(session)).toBe(before);
  });

  it('EDIT-23: rows, columns, header and table are added and removed by buttons beside the table', async () => {
    const session = await open();
    button('Table').click();
    await userEvent.keyboard('x');
    await expect.poll(() => tools('Add row below')).not.toBeNull();
    button('Add row below').click();
    button('Add column after').click();
    expect(cells()).toHaveLength(4);
    expect(cells().every((row) => row.length === 4)).toBe(true);
    button('Delete column').click();
    expect(cells().every((row) => row.length === 3)).toBe(true);
    button('Header row').click();
    expect(html(session)).not.toContain('<th>');
    button('Add row above').click();
    expect(cells()).toHaveLength(5);
    button('Delete row').click();
    expect(cells()).toHaveLength(4);
    button('Delete table').click();
    expect(html(session)).not.toContain('<table>');
    await expect.poll(() => tools('Delete table')).toBeNull();
  });

  it('EDIT-23: the tools are one tab stop with arrows, and Escape returns to the text', async () => {
    await open();
    button('Table').click();
    await expect.poll(() => tools('Add row above')).not.toBeNull();
    button('Add row above').focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(button('Add row below'));
    await userEvent.keyboard('{End}');
    expect(document.activeElement).toBe(button('Delete table'));
    await userEvent.keyboard('{Escape}');
    expect(document.activeElement).toBe(textbox());
  });

  it('EDIT-23: a table never grows beyond its bounds', async () => {
    const row = () =>
      element(
        'tableRow',
        {},
        Array.from({ length: 30 }, () => element('tableCell', {}, [element('paragraph')])),
      );
    const session = createTestSession({ canWrite: true });
    contentBody(session.content).insert(0, [element('table', {}, [row()])]);
    await open(session);
    document.getSelection()?.selectAllChildren(textbox().querySelector('p') ?? textbox());
    await frames(2);
    await expect.poll(() => tools('Add column after')).not.toBeNull();
    expect(button('Add column after').ariaDisabled).toBe('true');
    button('Add column after').click();
    expect(cells()[0]).toHaveLength(30);
  });

  it('EDIT-23: rows that differ in length after concurrent edits are shown, and made even with the next change', async () => {
    const cell = (words: string) => element('tableCell', {}, [element('paragraph', {}, [text(words)])]);
    const session = createTestSession({ canWrite: true });
    contentBody(session.content).insert(0, [
      element('table', {}, [element('tableRow', {}, [cell('a'), cell('b')]), element('tableRow', {}, [cell('c')])]),
    ]);
    const before = html(session);
    await open(session);
    document.getSelection()?.selectAllChildren(textbox().querySelector('p') ?? textbox());
    await frames(2);
    await expect.poll(() => tools('Add row below')).not.toBeNull();
    expect(html(session)).toBe(before);
    button('Add row below').click();
    expect(cells()).toEqual([
      ['a', 'b'],
      ['', ''],
      ['c', ''],
    ]);
  });

  it('EDIT-23: two people write in two cells, and one adds a row meanwhile', async () => {
    const session = await open();
    button('Table').click();
    await userEvent.keyboard('mine');
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    const table = contentBody(other)
      .toArray()
      .find((node) => node instanceof Y.XmlElement && node.nodeName === 'table');
    const last = table instanceof Y.XmlElement ? table.get(2) : undefined;
    const target = last instanceof Y.XmlElement ? last.get(2) : undefined;
    const paragraph = target instanceof Y.XmlElement ? target.get(0) : undefined;
    if (!(paragraph instanceof Y.XmlElement)) throw new TypeError('a table was inserted');
    paragraph.insert(0, [text('theirs')]);
    await expect.poll(() => tools('Add row below')).not.toBeNull();
    button('Add row below').click();
    session.receive(other);
    await userEvent.keyboard('!');
    expect(
      cells()
        .flat()
        .filter((words) => words !== ''),
    ).toEqual(['mine!', 'theirs']);
  });
});

describe('pictures', () => {
  it('EDIT-24: a large picture is drawn again until it fits', async () => {
    const session = await open();
    const file = await picture(2400, 1600);
    expect(file.size).toBeGreaterThan(5_000_000);
    paste({}, [file]);
    await expect.poll(() => sources(session), { timeout: 20_000 }).toHaveLength(1);
    const [source = ''] = sources(session);
    expect(isSafeImageSource(source)).toBe(true);
    expect(pictureOf(source)?.size).toBeLessThanOrEqual(MAX_IMAGE_BYTES);
    await expect.poll(() => textbox().querySelector('img')?.naturalWidth).toBeGreaterThan(400);
    expect(textbox().querySelector('img')?.src).toMatch(/^blob:/);
  });

  it('EDIT-24: position and camera do not get into the document', async () => {
    const session = await open();
    const photo = await withMetadata(await picture(64, 64, 'image/jpeg'));
    expect(await photo.text()).toContain('GPS 52.5200');
    paste({}, [photo]);
    await expect.poll(() => sources(session)).toHaveLength(1);
    const kept = await pictureOf(sources(session)[0])?.text();
    expect(kept).not.toContain('GPS');
    expect(kept).not.toContain('4711');
  });

  it('EDIT-24: a picture inside pasted HTML is drawn again too', async () => {
    const session = await open();
    const photo = await withMetadata(await picture(64, 64, 'image/jpeg'));
    const bytes = new Uint8Array(await photo.arrayBuffer());
    const source = `data:image/jpeg;base64,${btoa(String.fromCharCode(...bytes))}`;
    paste({ 'text/html': `<p>before</p><img src="${source}" alt="A boat"><p>after</p>` });
    await expect.poll(() => sources(session)).toHaveLength(1);
    expect(await pictureOf(sources(session)[0])?.text()).not.toContain('GPS');
    expect(html(session)).toMatch(/^<p>before<\/p><img src="[^"]+" alt="A boat"><p>after<\/p>$/);
    expect(notice()).toBe('');
  });

  it('EDIT-24: a page that calls its HTML ours has its pictures drawn again too', async () => {
    const session = await open();
    const photo = await withMetadata(await picture(64, 64, 'image/jpeg'));
    const source = `data:image/jpeg;base64,${btoa(String.fromCharCode(...new Uint8Array(await photo.arrayBuffer())))}`;
    paste({ 'text/html': `<p data-pm-slice="0 0 []">before</p><img src="${source}" alt="A boat">` });
    await expect.poll(() => sources(session)).toHaveLength(1);
    expect(await pictureOf(sources(session)[0])?.text()).not.toContain('GPS');
  });

  it('EDIT-24: a picture that is copied here and pasted here stays as it is', async () => {
    const session = await open();
    await userEvent.keyboard('words{Enter}');
    paste({}, [await picture(32, 32)]);
    await expect.poll(() => sources(session)).toHaveLength(1);
    const picked = textbox().querySelector<HTMLElement>('.document-image');
    if (picked) await userEvent.click(picked);
    await expect.poll(() => textbox().querySelector('.document-image.ProseMirror-selectednode')).not.toBeNull();
    const clipboardData = new DataTransfer();
    textbox().dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }));
    const copied = clipboardData.getData('text/html');
    expect(copied).toContain('data-pm-slice');
    document.getSelection()?.collapse(textbox().querySelector('p'), 0);
    await frames(2);
    paste({ 'text/html': copied });
    await expect.poll(() => sources(session)).toHaveLength(2);
    expect(new Set(sources(session)).size).toBe(1);
  });

  it.each([
    [
      'a drawing that can carry script',
      () => new File(['<svg xmlns="http://www.w3.org/2000/svg"/>'], 'a.svg', { type: 'image/svg+xml' }),
      'cannot be read',
    ],
    ['a file that only says it is a picture', () => new File(['x'], 'a.png', { type: 'image/png' }), 'cannot be read'],
    ['another file', () => new File(['x'], 'a.pdf', { type: 'application/pdf' }), 'Only pictures'],
  ])('EDIT-24: %s is refused in words', async (_, file, words) => {
    const session = await open();
    paste({}, [file()]);
    await expect.poll(notice).toContain(words);
    expect(html(session)).toBe('');
  });

  it('EDIT-24: pictures on other sites are left out, and it is said', async () => {
    const session = await open();
    paste({ 'text/html': '<p>words</p><img src="https://example.org/a.png" alt="chart">' });
    expect(html(session)).toBe('<p>words</p>');
    await expect.poll(notice).toContain('left out');
  });

  it('EDIT-24: is described beside it, and removed', async () => {
    const session = await open();
    await userEvent.keyboard('words{Enter}');
    paste({}, [await picture(32, 32)]);
    await expect.poll(() => textbox().querySelector('img')).not.toBeNull();
    const image = textbox().querySelector<HTMLElement>('.document-image');
    if (image) await userEvent.click(image);
    await expect.poll(() => tools('Description')).not.toBeNull();
    const field = document.querySelector<HTMLInputElement>('input[aria-label="Description"]');
    field?.focus();
    await userEvent.keyboard('A grey square{Enter}');
    expect(html(session)).toContain('alt="A grey square"');
    expect(textbox().querySelector('img:not(.ProseMirror-separator)')?.getAttribute('alt')).toBe('A grey square');
    expect(document.activeElement).toBe(textbox());
    button('Remove picture').click();
    expect(html(session)).not.toContain('<img');
    expect(html(session)).toContain('words');
  });

  it('EDIT-24: one that cannot be drawn shows its description', async () => {
    const session = createTestSession({ canWrite: false });
    contentBody(session.content).insert(0, [
      element('image', { src: 'data:image/png;base64,AAAA', alt: 'The harbour at dusk' }),
      element('image', { src: 'https://example.org/a.png' }),
    ]);
    await open(session);
    expect([...textbox().querySelectorAll('.document-image-missing')].map((box) => box.textContent)).toEqual([
      'The harbour at dusk',
      'Picture that cannot be shown',
    ]);
  });

  it('EDIT-24: closing gives the memory of drawn pictures back', async () => {
    const session = await open();
    paste({}, [await picture(32, 32)]);
    await expect.poll(() => textbox().querySelector('img')?.naturalWidth).toBe(32);
    const url = textbox().querySelector('img')?.src ?? '';
    expect((await fetch(url)).ok).toBe(true);
    close?.();
    await expect(fetch(url)).rejects.toThrow();
    expect(sources(session)).toHaveLength(1);
  });
});

describe('code', () => {
  /** The languages come as a file of their own. */
  const LOADING = { timeout: 15_000 };

  it('EDIT-25: is coloured in the language chosen beside it; colours are never written', async () => {
    const session = await open();
    await userEvent.keyboard('``` const a = "b";');
    await expect.poll(() => tools('Language')).not.toBeNull();
    const select = document.querySelector<HTMLSelectElement>('select[aria-label="Language"]');
    if (!select) throw new TypeError('no choice of languages');
    expect(select.value).toBe('');
    let writes = 0;
    await userEvent.selectOptions(select, 'typescript');
    session.content.on('update', () => writes++);
    await expect.poll(() => textbox().querySelector('.hljs-keyword')?.textContent, LOADING).toBe('const');
    expect(textbox().querySelector('.hljs-string')?.textContent).toBe('"b"');
    expect(html(session)).toBe('<pre><code class="language-typescript">const a = &quot;b&quot;;</code></pre>');
    expect(writes).toBe(0);
    expect(document.activeElement).toBe(textbox());
  });

  it('EDIT-25: keeps its colours while being written', async () => {
    await open();
    await userEvent.keyboard('```ts const a = 1;{Enter}let b');
    await expect
      .poll(() => [...textbox().querySelectorAll('.hljs-keyword')].map((word) => word.textContent), LOADING)
      .toEqual(['const', 'let']);
  });

  it('EDIT-25: a language nobody knows leaves the code plain', async () => {
    const session = createTestSession({ canWrite: true });
    contentBody(session.content).insert(0, [
      element('codeBlock', { language: 'klingon' }, [text('const a = 1;')]),
      element('codeBlock', { language: 'ts' }, [text('const a = 1;')]),
    ]);
    await open(session);
    await expect.poll(() => textbox().querySelectorAll('.hljs-keyword').length, LOADING).toBe(1);
    expect(textbox().querySelector('pre')?.textContent).toBe('const a = 1;');
  });

  it('EDIT-25: code that takes a grammar seconds stays plain, and the page answers meanwhile', async () => {
    const session = createTestSession({ canWrite: true });
    contentBody(session.content).insert(0, [
      element('codeBlock', { language: 'c' }, [text('function '.repeat(4400))]),
      element('codeBlock', { language: 'csharp' }, [text('a '.repeat(19_000))]),
      element('codeBlock', { language: 'ts' }, [text('const a = 1;')]),
    ]);
    let longest = 0;
    let last = performance.now();
    const ticks = setInterval(() => {
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }, 10);
    try {
      await open(session);
      await expect
        .poll(() => [...textbox().querySelectorAll('.hljs-keyword')].map((word) => word.textContent), LOADING)
        .toEqual(['const']);
    } finally {
      clearInterval(ticks);
    }
    expect(longest).toBeLessThan(1500);
  });
});
