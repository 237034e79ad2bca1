import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import axe from 'axe-core';
import { Show } from 'solid-js';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import '../styles/all.css';
import { DocumentEditor } from '../editor/DocumentEditor.tsx';
import { createTestSession, element, frames, text, textbox, type TestSession } from '../editor/testing/session.ts';
import { FindBar } from './FindBar.tsx';
import { InfoPanel } from './InfoPanel.tsx';
import { InfoPanelButton } from './InfoPanelButton.tsx';
import { InfoPanelProvider } from './InfoPanelProvider.tsx';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let close: (() => void) | undefined;
beforeEach(() => page.viewport(1280, 800));
afterEach(() => close?.());

const paragraph = (words: string): Y.XmlElement => element('paragraph', {}, [text(words)]);
const heading = (level: number, words: string): Y.XmlElement => element('heading', { level }, [text(words)]);

const REPORT = (): Y.XmlElement[] => [
  heading(1, 'Harbour'),
  paragraph('One two three, Öl und Über.'),
  heading(2, 'Tides'),
  ...Array.from({ length: 40 }, (_, i) => paragraph(`Line ${i} about one tide.`)),
  heading(2, 'Crew'),
  paragraph('Two boats.'),
  ...Array.from({ length: 20 }, () => paragraph('More.')),
];

async function open(blocks: readonly Y.XmlElement[], options = { canWrite: true }): Promise<TestSession> {
  document.documentElement.lang = 'en';
  const author = new Y.Doc();
  contentBody(author).insert(0, [...blocks]);
  const session = createTestSession(options);
  session.receive(author);
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(
    () => (
      <InfoPanelProvider>
        <div class="document">
          <header class="document-header">
            <InfoPanelButton />
          </header>
          <FindBar />
          <main class="document-body">
            <h1 id="title">Title</h1>
            <Show when>
              <DocumentEditor session={session} theme="light" labelledBy="title" />
            </Show>
          </main>
          <InfoPanel />
        </div>
      </InfoPanelProvider>
    ),
    host,
  );
  close = () => {
    dispose();
    host.remove();
    window.scrollTo(0, 0);
    close = undefined;
  };
  await frames(2);
  textbox().focus();
  return session;
}

const type = (keys: string): Promise<void> => userEvent.keyboard(keys);
const infoButton = (): HTMLElement | null => document.querySelector('.info-button');
const field = (): HTMLInputElement | null => document.querySelector('input[aria-label="Find in document"]');
const found = (): string => document.querySelector('.find-count')?.textContent ?? '';
const current = (): string | undefined => document.querySelector('.find-current')?.textContent ?? undefined;
const figures = (): string[] => [...document.querySelectorAll('.info-counts dd')].map((dd) => dd.textContent ?? '');
const outline = (): string[] => [...document.querySelectorAll('[role="treeitem"]')].map((li) => li.textContent ?? '');

function countWrites(session: TestSession): () => number {
  let writes = 0;
  session.content.on('update', (_update, origin) => {
    if (origin !== 'remote') writes++;
  });
  return () => writes;
}

async function find(words: string): Promise<void> {
  await type('{Control>}f{/Control}');
  await expect.poll(() => field() !== null && document.activeElement === field()).toBe(true);
  await type(words);
}

describe('find in document', () => {
  it('counts, walks round both ways, and gives the focus back', async () => {
    const session = await open([paragraph('one Two'), paragraph('two'), paragraph('a TWO b')]);
    const writes = countWrites(session);
    await find('two');
    await expect.poll(found).toBe('1 of 3');
    expect(current()).toBe('Two');
    await type('{Enter}{Enter}');
    expect(found()).toBe('3 of 3');
    expect(current()).toBe('TWO');
    await type('{Enter}');
    expect(found()).toBe('1 of 3');
    await type('{Shift>}{Enter}{/Shift}');
    expect(found()).toBe('3 of 3');
    await type('{Escape}');
    expect(field()).toBeNull();
    expect(current()).toBeUndefined();
    expect(document.activeElement).toBe(textbox());
    expect(CSS.highlights.has('find-match')).toBe(false);
    expect(writes()).toBe(0);
  });

  it('minds case when asked to, and takes signs as they are', async () => {
    await open([paragraph('a.b A.B axb (c) [d]')]);
    await find('a.b');
    await expect.poll(found).toBe('1 of 2');
    document.querySelector<HTMLElement>('[aria-label="Match case"]')?.click();
    await expect.poll(found).toBe('1 of 1');
    field()?.select();
    await type('(c) [[d');
    await expect.poll(found).toBe('1 of 1');
    field()?.select();
    await type('zebra');
    await expect.poll(found).toBe('No matches');
    expect(field()?.getAttribute('aria-invalid')).toBe('true');
  });

  it('begins with what is selected, at the caret, and shows it', async () => {
    await open(REPORT());
    const last = textbox().querySelector('p:last-child')?.firstChild;
    if (!last) throw new TypeError('text was rendered');
    document.getSelection()?.setBaseAndExtent(last, 0, last, 4);
    await frames(1);
    await type('{Control>}f{/Control}');
    await expect.poll(() => field()?.value).toBe('More');
    await expect.poll(found).toBe('20 of 20');
    await type('{Enter}');
    const box = document.querySelector('.find-current')?.getBoundingClientRect();
    expect(box && box.top > 48 && box.bottom < window.innerHeight).toBe(true);
  });

  it('marks the other matches on screen without a change of the text', async () => {
    await open(REPORT());
    await find('tide');
    await expect.poll(() => CSS.highlights.get('find-match')?.size ?? 0).toBeGreaterThan(3);
    expect(textbox().querySelectorAll('.find-current')).toHaveLength(1);
  });

  it('follows what others write', async () => {
    const session = await open([paragraph('tide')]);
    await find('tide');
    await expect.poll(found).toBe('1 of 1');
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    contentBody(other).insert(0, [paragraph('high tide')]);
    session.receive(other);
    await expect.poll(found).toMatch(/of 2/);
  });

  it("Ctrl+F in its field is left to the browser's own find", async () => {
    await open([paragraph('a')]);
    const seen: boolean[] = [];
    const listen = (event: KeyboardEvent) => event.key === 'f' && seen.push(event.defaultPrevented);
    window.addEventListener('keydown', listen);
    await find('a');
    field()?.dispatchEvent(new KeyboardEvent('keydown', { key: 'f', ctrlKey: true, bubbles: true, cancelable: true }));
    window.removeEventListener('keydown', listen);
    expect(seen).toEqual([true, false]);
  });
});

describe('info', () => {
  it('counts words and characters of the document and of the selection', async () => {
    const session = await open([paragraph('One two, three.'), paragraph('Über cafe\u0301 👩‍👩‍👧')]);
    const writes = countWrites(session);
    infoButton()?.click();
    await expect.poll(figures).toEqual(['5', '26', 'Less than a minute']);
    const first = textbox().querySelector('p')?.firstChild;
    if (!first) throw new TypeError('text was rendered');
    document.getSelection()?.setBaseAndExtent(first, 0, first, 7);
    await expect.poll(() => figures().slice(3)).toEqual(['2', '7', 'Less than a minute']);
    document.getSelection()?.collapse(first, 0);
    await expect.poll(() => figures()).toHaveLength(3);
    infoButton()?.click();
    expect(document.querySelector('.right-panel')).toBeNull();
    expect(writes()).toBe(0);
  });

  it('lists the headings as a tree, marks the one being read, and goes there by key and click', async () => {
    await open(REPORT());
    infoButton()?.click();
    await expect.poll(outline).toEqual(['Harbour', 'Tides', 'Crew']);
    expect([...document.querySelectorAll('[role="treeitem"]')].map((li) => li.getAttribute('aria-level'))).toEqual([
      '1',
      '2',
      '2',
    ]);
    const items = document.querySelectorAll<HTMLElement>('[role="treeitem"]');
    expect([...items].filter((li) => li.tabIndex === 0)).toHaveLength(1);
    items[0]?.focus();
    await type('{End}{Enter}');
    expect(document.activeElement).toBe(textbox());
    expect(document.getSelection()?.anchorNode?.textContent).toBe('Crew');
    await expect.poll(() => document.querySelector('[aria-current="location"]')?.textContent).toBe('Crew');
    document.querySelectorAll<HTMLElement>('[role="treeitem"]')[1]?.click();
    await expect.poll(() => document.querySelector('[aria-current="location"]')?.textContent).toBe('Tides');
  });

  it('follows the text after a pause', async () => {
    await open([heading(1, 'One')]);
    infoButton()?.click();
    await expect.poll(outline).toEqual(['One']);
    textbox().focus();
    await type('{Control>}{End}{/Control} more{Enter}## Two');
    await expect.poll(outline).toEqual(['One more', 'Two']);
  });

  it('serves viewers as well', async () => {
    const session = await open(REPORT(), { canWrite: false });
    const writes = countWrites(session);
    infoButton()?.click();
    await expect.poll(outline).toHaveLength(3);
    await find('crew');
    await expect.poll(found).toBe('1 of 1');
    await type('{Escape}');
    expect(writes()).toBe(0);
  });

  it('is docked, over the text, or a sheet with handle and close button', async () => {
    await open(REPORT());
    infoButton()?.click();
    const panel = () => document.querySelector<HTMLElement>('#right-panel');
    await expect.poll(() => panel()?.dataset['form']).toBe('docked');
    expect(panel()?.getBoundingClientRect().width).toBe(340);
    expect(textbox().getBoundingClientRect().right).toBeLessThanOrEqual(1280 - 340);
    await page.viewport(1000, 800);
    await expect.poll(() => panel()?.dataset['form']).toBe('overlay');
    textbox().blur();
    textbox().focus();
    await expect.poll(panel).toBeNull();
    infoButton()?.click();
    await expect.poll(panel).not.toBeNull();
    infoButton()?.focus();
    await type('{Escape}');
    await expect.poll(panel).toBeNull();
    infoButton()?.click();
    await expect.poll(panel).not.toBeNull();
    panel()?.querySelector<HTMLElement>('[aria-label="Close info"]')?.focus();
    await type('{Escape}');
    expect(panel()).toBeNull();
    expect(document.activeElement).toBe(infoButton());
    await page.viewport(390, 844);
    infoButton()?.click();
    await expect.poll(() => panel()?.getAttribute('role')).toBe('dialog');
    expect(document.querySelector('.right-sheet-handle')?.getBoundingClientRect().width).toBeGreaterThan(30);
    document.querySelector<HTMLElement>('[aria-label="Close info"]')?.click();
    await expect.poll(panel).toBeNull();
    await expect.poll(() => document.activeElement).toBe(infoButton());
  });

  it.each(['light', 'dark'])('axe finds nothing in the %s theme', async (theme) => {
    document.documentElement.dataset['theme'] = theme;
    await open(REPORT());
    infoButton()?.click();
    await expect.poll(outline).toHaveLength(3);
    await find('tide');
    await expect.poll(found).toContain('of');
    const { violations } = await axe.run(document.body, { runOnly: TAGS });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    document.documentElement.dataset['theme'] = 'light';
  });
});

describe('a document of 1 MB', () => {
  // a machine busy with other tests may hold a task up
  it('is looked through and counted without a task over 50 ms', { retry: 3 }, async () => {
    const words = 'The harbour survey of week 46 found the northern quay two metres deep, as before. ';
    const blocks = Array.from({ length: 1300 }, (_, i) =>
      i % 26 === 0 ? heading(2, `Part ${i / 26}`) : paragraph(words.repeat(10)),
    );
    await open(blocks);
    await frames(10);
    const long: number[] = [];
    const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'longtask' });
    infoButton()?.click();
    await expect.poll(() => figures()[0], { timeout: 10_000 }).toMatch(/^1\d\d,\d{3}$/);
    await find('metres');
    await expect.poll(found, { timeout: 5000 }).toMatch(/of 12,500$/);
    await type('{Escape}');
    observer.disconnect();
    // oxlint-disable-next-line no-console -- the figure this test prints
    console.info(`long tasks: ${long.map(Math.round).join(', ') || 'none'}`);
    expect(long.filter((duration) => duration > 50)).toEqual([]);
  });
});
