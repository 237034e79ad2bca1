import { afterEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { Editor } from '@tiptap/core';
import type { Selection } from '@tiptap/pm/state';
import { render } from 'solid-js/web';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import type * as Y from 'yjs';
import { DocumentEditor } from './DocumentEditor.tsx';
import '../styles/all.css';
import { paste } from './testing/paste.ts';
import { createTestSession, element, frames, text, textbox, type TestSession } from './testing/session.ts';

let close: (() => void) | undefined;
afterEach(() => close?.());

async function open(blocks: readonly Y.XmlElement[] = [], canWrite = true): Promise<TestSession> {
  await page.viewport(1280, 800);
  const session = createTestSession({ canWrite });
  contentBody(session.content).insert(0, [...blocks]);
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(
    () => (
      <div class="document">
        <header class="document-header" />
        <main class="document-body">
          <DocumentEditor session={session} theme="light" labelledBy="title" />
        </main>
      </div>
    ),
    host,
  );
  close = () => {
    dispose();
    host.remove();
    close = undefined;
  };
  await frames(2);
  textbox().focus();
  return session;
}

const type = (keys: string): Promise<void> => userEvent.keyboard(keys);
const selection = (): Selection => (textbox() as HTMLElement & { readonly editor: Editor }).editor.state.selection;
/**
 * The caret at an end of the document, known to the editor. It hears of a key that moved it a task later, and puts it
 * back where a key came within 20 ms of the focus.
 */
async function goTo(key: 'Home' | 'End'): Promise<void> {
  const distance = (): number =>
    key === 'Home' ? selection().from : selection().$to.doc.content.size - selection().to;
  await expect
    .poll(async () => {
      await type(`{Control>}{${key}}{/Control}`);
      await frames(2);
      return distance();
    })
    .toBeLessThanOrEqual(1);
}
/** What is written, with pictures by their description. */
const html = (session: TestSession): string =>
  session.html().replaceAll(/<img src="[^"]*"(?: alt="([^"]*)")?>/g, '<img $1>');
const paragraph = (words: string): Y.XmlElement => element('paragraph', {}, words === '' ? [] : [text(words)]);
const table = (...rows: string[][]): Y.XmlElement =>
  element(
    'table',
    {},
    rows.map((row) =>
      element(
        'tableRow',
        {},
        row.map((words) => element('tableCell', {}, [paragraph(words)])),
      ),
    ),
  );
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image = (): Y.XmlElement => element('image', { src: PIXEL, alt: 'dot' });

async function file(): Promise<File> {
  const canvas = new OffscreenCanvas(8, 8);
  canvas.getContext('2d')?.fillRect(0, 0, 4, 4);
  return new File([await canvas.convertToBlob()], 'a.png', { type: 'image/png' });
}

async function pastePicture(session: TestSession, count: number): Promise<void> {
  paste({}, [await file()]);
  await expect.poll(() => html(session).split('<img').length - 1).toBe(count);
}

/** A press and release far below the last block. */
async function clickBelow(): Promise<void> {
  const box = textbox().getBoundingClientRect();
  await userEvent.click(textbox(), { position: { x: 200, y: box.height - 20 } });
}

const DISPLAYED_TABLE = (cells: string) => `<table><tbody><tr>${cells}</tr></tbody></table>`;

describe('after inserting', () => {
  it.each([
    ['an empty document', [], '<img ><p>next</p>'],
    ['the end of a line', [paragraph('before')], '<p>before</p><img ><p>next</p>'],
  ])('EDIT-24: what is typed stands below a picture pasted into %s', async (_, blocks, expected) => {
    const session = await open(blocks);
    await goTo('End');
    await pastePicture(session, 1);
    await type('next');
    expect(html(session)).toBe(expected);
  });

  it('EDIT-24: a second picture goes below the first, also while the first is selected', async () => {
    const session = await open([paragraph('before')]);
    await goTo('End');
    await pastePicture(session, 1);
    await pastePicture(session, 2);
    expect(html(session)).toBe('<p>before</p><img ><img ><p></p>');
    await type('between{Enter}');
    const [first] = textbox().querySelectorAll<HTMLElement>('.document-image');
    if (!first) throw new TypeError('a picture was pasted');
    await userEvent.click(first);
    await pastePicture(session, 3);
    await type('middle');
    expect(html(session)).toBe('<p>before</p><img ><img ><p>middle</p><img ><p>between</p><p></p>');
  });

  it('EDIT-24: what is typed after pasting text that ends with a picture leaves it', async () => {
    const session = await open();
    paste({ 'text/html': `<p>before</p><img src="${PIXEL}" alt="dot">` });
    await expect.poll(() => html(session)).toContain('<img');
    await type('next');
    expect(html(session)).toBe('<p>before</p><img dot><p>next</p>');
  });

  it.each([
    ['Table', '<th><p>next</p></th>'],
    ['Divider', '<hr><p>next</p>'],
  ])('what is typed after inserting "%s" stands in the cell or below', async (name, expected) => {
    const session = await open([paragraph('before')]);
    await goTo('End');
    document.querySelector<HTMLElement>(`[role="toolbar"] button[aria-label="${name}"]`)?.click();
    await type('next');
    expect(html(session)).toContain(expected);
    expect(html(session)).toContain('<p>before</p>');
  });

  it('what is typed after inserting a divider before a table leaves both', async () => {
    const session = await open([paragraph(''), table(['a'])]);
    await goTo('Home');
    document.querySelector<HTMLElement>('[role="toolbar"] button[aria-label="Divider"]')?.click();
    await type('next');
    expect(html(session)).toContain('<hr><p>next</p><table>');
  });
});

describe('below the last block', () => {
  it('the text reaches the lower edge of the screen, and a click there puts the caret at its end', async () => {
    const session = await open([paragraph('first'), paragraph('last')]);
    expect(textbox().getBoundingClientRect().bottom).toBeGreaterThan(790);
    const before = session.html();
    textbox().blur();
    await clickBelow();
    expect(session.html()).toBe(before);
    await type('!');
    expect(html(session)).toBe('<p>first</p><p>last!</p>');
  });

  it.each([
    ['a table', () => table(['a', 'b']), DISPLAYED_TABLE('<td><p>a</p></td><td><p>b</p></td>')],
    ['a picture', image, '<img dot>'],
    ['a divider', () => element('horizontalRule'), '<hr>'],
    ['code', () => element('codeBlock', {}, [text('code')]), '<pre><code>code</code></pre>'],
  ])('a click below %s writes nothing, typing then begins a paragraph there', async (_, block, expected) => {
    const session = await open([block()]);
    await clickBelow();
    await frames(2);
    expect(html(session)).toBe(expected);
    await type('next');
    expect(html(session)).toBe(`${expected}<p>next</p>`);
  });

  it('a reader clicks there without writing', async () => {
    const session = await open([table(['a'])], false);
    const before = session.html();
    await clickBelow();
    await type('x');
    expect(session.html()).toBe(before);
  });

  it.each([
    ['a table', () => table(['a', 'b'], ['c', 'd']), '</table>'],
    ['a picture', image, '<img dot>'],
    ['a divider', () => element('horizontalRule'), '<hr>'],
    ['code', () => element('codeBlock', {}, [text('code')]), '</pre>'],
  ])('the arrow down leaves %s that ends the document', async (_, block, end) => {
    const session = await open([paragraph('before'), block()]);
    const inside = textbox().querySelector<HTMLElement>('tr:last-child p, code');
    if (inside) await userEvent.click(inside);
    else {
      await goTo('Home');
      await type('{ArrowDown}');
    }
    await type('{End}');
    await frames(2);
    await type('{ArrowDown}next');
    expect(html(session)).toMatch(new RegExp(`${end}<p>next</p>$`));
  });

  it.each(['Home', 'End'])('%s on a selected picture stays there', async (key) => {
    const session = await open([paragraph('before'), image(), paragraph('after')]);
    await goTo('Home');
    await type(`{ArrowDown}{${key}}`);
    await frames(2);
    await type('{Delete}');
    expect(html(session)).toBe('<p>before</p><p>after</p>');
  });

  it('the arrow down in the last row goes to what stands below the table', async () => {
    const session = await open([table(['a', 'b'], ['c', 'd']), paragraph('below')]);
    const cell = textbox().querySelector<HTMLElement>('tr:last-child p');
    if (cell) await userEvent.click(cell);
    await type('{ArrowDown}{End}!');
    expect(html(session)).toContain('<p>below!</p>');
  });
});

describe('links', () => {
  const linked = () => [element('paragraph', {}, [text('here', { link: { href: 'https://example.org/a' } })])];
  const anchor = (): HTMLElement => {
    const found = textbox().querySelector('a');
    if (!found) throw new TypeError('no link');
    return found;
  };

  it.each([
    ['Control and a click follow', true, '{Control>}', 1],
    ['a plain click does not follow', true, '', 0],
    ['a reader follows with a plain click', false, '', 1],
  ])('%s a link', async (_, canWrite, keys, times) => {
    const opened = vi.spyOn(window, 'open').mockReturnValue(null);
    try {
      await open(linked(), canWrite);
      if (keys !== '') await type(keys);
      await userEvent.click(anchor());
      if (keys !== '') await type('{/Control}');
      expect(opened.mock.calls).toEqual(
        Array.from({ length: times }, () => ['https://example.org/a', '_blank', 'noopener,noreferrer']),
      );
    } finally {
      opened.mockRestore();
    }
  });

  it('a link says where it leads', async () => {
    await open(linked());
    expect(anchor().title).toContain('https://example.org/a');
  });

  it('printing adds no address to a link whose words are its address', async () => {
    await open([
      element('paragraph', {}, [
        text('https://e.org/b', { link: { href: 'https://e.org/b' } }),
        text(' and '),
        text('here', { link: { href: 'https://e.org/"c' } }),
      ]),
    ]);
    const [bare, worded] = textbox().querySelectorAll('a');
    const hidden = (link: Element | undefined): boolean =>
      document.adoptedStyleSheets
        .flatMap((sheet) => [...sheet.cssRules])
        .some(
          (rule) => rule instanceof CSSStyleRule && link?.matches(rule.selectorText.replace('::after', '')) === true,
        );
    window.dispatchEvent(new Event('beforeprint'));
    expect([hidden(bare), hidden(worded)]).toEqual([true, false]);
    window.dispatchEvent(new Event('afterprint'));
    expect(hidden(bare)).toBe(false);
  });
});

describe('slash menu', () => {
  it('EDIT-40: where not all kinds fit, half a row shows that more follow', async () => {
    await open();
    await page.viewport(1280, 420);
    await type('/');
    await expect.poll(() => document.querySelectorAll('.slash-option').length).toBeGreaterThan(8);
    const list = document.querySelector('.slash-menu');
    const edge = list?.getBoundingClientRect().bottom ?? 0;
    const cut = [...document.querySelectorAll('.slash-option')].filter((option) => {
      const box = option.getBoundingClientRect();
      return box.top + box.height / 4 < edge && box.bottom - box.height / 4 > edge;
    });
    expect(cut).toHaveLength(1);
  });
});
