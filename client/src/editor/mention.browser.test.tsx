import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import axe from 'axe-core';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { userIdSchema, type PeerId } from '@vicinal/shared/ids.ts';
import { contentBody, contentSchema, metaProps } from '@vicinal/shared/room/documents.ts';
import { renderMarkdown } from '@vicinal/shared/room/markdown.ts';
import '../styles/all.css';
import { createRightPanel, RightPanelContext } from '../document/right-panel.ts';
import type { KnownPerson } from '../room/types.ts';
import { DocumentEditor } from './DocumentEditor.tsx';
import { paste } from './testing/paste.ts';
import { createTestSession, element, frames, TEST_USER, text, textbox, type TestSession } from './testing/session.ts';
import { createTextToolsHost, TextToolsContext, type TextToolsHost } from './tools/text-tools.ts';

const user = (letter: string) => userIdSchema.parse(`${letter.repeat(21)}A`);
const KNOWN: readonly KnownPerson[] = [
  { user: user('b'), name: 'Ben Lindqvist', colour: 7, access: 'has' },
  { user: user('c'), name: 'Chiara Rossi', colour: 10, access: 'has' },
  { user: user('d'), name: 'Dev Patel', colour: 2, access: 'none' },
  { user: user('e'), name: 'Éva Benkő', colour: 3, access: 'unknown' },
  { user: TEST_USER, name: 'Ada Okafor', colour: 5, access: 'has' },
];

let close: (() => void) | undefined;
let host: TextToolsHost | undefined;
beforeEach(() => page.viewport(1280, 800));
afterEach(() => close?.());

async function open(session: TestSession = createTestSession({ canWrite: true, known: KNOWN })): Promise<TestSession> {
  const place = document.body.appendChild(document.createElement('main'));
  place.style.padding = '120px 80px 600px';
  host = createTextToolsHost();
  const dispose = render(
    () => (
      <TextToolsContext.Provider value={host}>
        <RightPanelContext.Provider value={createRightPanel()}>
          <h1 id="title">Title</h1>
          <DocumentEditor session={session} theme="light" labelledBy="title" />
        </RightPanelContext.Provider>
      </TextToolsContext.Provider>
    ),
    place,
  );
  close = () => {
    dispose();
    place.remove();
    close = undefined;
  };
  await frames(3);
  textbox().focus();
  return session;
}

const type = (keys: string): Promise<void> => userEvent.keyboard(keys);
const listbox = (): HTMLElement | null => document.querySelector('[role="listbox"]');
const names = (): string[] => [...document.querySelectorAll('.mention-name')].map((name) => name.textContent ?? '');
const mentions = (): Element[] => [...textbox().querySelectorAll('.mention')];
/** Without the ids, which are random. */
const html = (session: TestSession): string => session.html().replaceAll(/ data-mention-id="[\w-]{22}"/g, ' id');
const idsIn = (session: TestSession): string[] =>
  [...session.html().matchAll(/data-mention-id="([\w-]{22})"/g)].map((match) => match[1] ?? '');
const paragraph = (...children: (Y.XmlElement | Y.XmlText)[]) => element('paragraph', {}, children);
const mention = (attributes: Record<string, unknown>) => element('mention', attributes);

function holding(blocks: readonly Y.XmlElement[], canWrite = true): TestSession {
  const author = new Y.Doc();
  contentBody(author).insert(0, [...blocks]);
  const session = createTestSession({ canWrite, known: KNOWN });
  session.receive(author);
  return session;
}

describe('a mention that a link leads to', () => {
  const id = (letter: string): string => `${letter.repeat(21)}A`;
  const lines = (count: number) =>
    Array.from({ length: count }, (_, n) => paragraph(new Y.XmlText(`Line ${n} of a long text.`)));
  const marked = (): Element | null => textbox().querySelector('.mention-mark');
  const isInView = (): boolean => {
    const box = marked()?.getBoundingClientRect();
    return box !== undefined && box.top > 0 && box.bottom < window.innerHeight;
  };

  it('NOTE-13: is scrolled to and marked, and the focus stays', async () => {
    const named = paragraph(new Y.XmlText('Ask '), mention({ user: user('b'), label: 'Ben', id: id('m') }));
    const other = paragraph(mention({ user: user('b'), label: 'Ben', id: id('n') }));
    await open(holding([other, ...lines(80), named]));
    const heading = document.querySelector<HTMLElement>('#title');
    if (heading) heading.tabIndex = -1;
    heading?.focus();
    host?.tools()?.seekMention(id('m'), () => undefined);
    await expect.poll(() => marked()?.textContent).toBe('@Ben');
    expect(textbox().querySelectorAll('.mention-mark')).toHaveLength(1);
    expect(isInView()).toBe(true);
    expect(document.activeElement).toBe(heading);
  });

  it('NOTE-13: is waited for until the person moves by themselves', async () => {
    const session = await open(holding(lines(60)));
    host?.tools()?.seekMention(id('m'), () => undefined);
    const author = new Y.Doc();
    Y.applyUpdate(author, Y.encodeStateAsUpdate(session.content));
    const arrive = (letter: string): void => {
      contentBody(author).push([paragraph(mention({ user: user('c'), label: 'Chiara', id: id(letter) }))]);
      session.receive(author);
    };
    arrive('x');
    await frames(2);
    expect(marked()).toBeNull();
    arrive('m');
    await expect.poll(() => marked()?.textContent).toBe('@Chiara');
    expect(isInView()).toBe(true);

    host?.tools()?.seekMention(id('z'), () => undefined);
    await userEvent.keyboard('{ArrowUp}');
    await expect.poll(marked).toBeNull();
    arrive('z');
    await frames(3);
    expect(marked()).toBeNull();
  });
});

describe('the menu of people', () => {
  it('EDIT-51: "@" offers people, those with access first, and writes nothing by itself', async () => {
    const session = await open();
    await type('hello @');
    await expect.poll(names).toEqual(['Ben Lindqvist', 'Chiara Rossi', 'Éva Benkő', 'Dev Patel', 'Ada Okafor (you)']);
    expect(document.activeElement).toBe(textbox());
    expect(textbox().getAttribute('aria-controls')).toBe(listbox()?.id);
    const active = (): Element | null => document.getElementById(textbox().getAttribute('aria-activedescendant') ?? '');
    expect(active()?.textContent).toContain('Ben Lindqvist');
    await type('{ArrowDown}');
    expect(active()?.textContent).toContain('Chiara Rossi');
    await type('{Escape}');
    expect(listbox()).toBeNull();
    expect(html(session)).toBe('<p>hello @</p>');
  });

  it('EDIT-51: filters by the beginnings of names, accents aside, and hides where nobody matches', async () => {
    await open();
    await type('@ben');
    await expect.poll(names).toEqual(['Ben Lindqvist', 'Éva Benkő']);
    await type('k');
    await expect.poll(names).toEqual(['Éva Benkő']);
    await type('zz');
    await expect.poll(listbox).toBeNull();
    await type('{Backspace}{Backspace}{Backspace} l');
    await expect.poll(names).toEqual(['Ben Lindqvist']);
  });

  it('EDIT-51: does not open inside words, addresses and code', async () => {
    await open();
    await type('ada@example.org and x@');
    expect(listbox()).toBeNull();
    await type('{Enter}```{Enter}@');
    expect(listbox()).toBeNull();
  });

  it('EDIT-51: choosing puts a mention with an id of its own, as one undo step', async () => {
    const session = await open();
    metaProps(session.meta).set('schema', 1);
    await type('for @chi');
    await expect.poll(names).toEqual(['Chiara Rossi']);
    await type('{Enter}and @ben');
    await expect.poll(names).toContain('Ben Lindqvist');
    await type('{Tab}.');
    const chip = (letter: string, name: string) => `<span data-mention="${user(letter)}" id>@${name}</span>`;
    await expect
      .poll(() => html(session))
      .toBe(`<p>for ${chip('c', 'Chiara Rossi')} and ${chip('b', 'Ben Lindqvist')} .</p>`);
    expect(new Set(idsIn(session)).size).toBe(2);
    expect(contentSchema(session.meta)).toBe(3);
    await type('{Control>}z{/Control}');
    await type('{Control>}z{/Control}');
    await expect.poll(() => html(session)).toBe(`<p>for ${chip('c', 'Chiara Rossi')} and @ben</p>`);
  });

  it('EDIT-51: offers who is here although no list ever came', async () => {
    const session = createTestSession({ canWrite: true });
    await open(session);
    session.presence.show([
      { peerId: 'p' as PeerId, userId: user('f'), name: 'Farid', colour: 4, role: 'editor', state: {} },
      { peerId: 'q' as PeerId, userId: user('g'), name: 'Archive', colour: 4, role: 'archiver', state: {} },
    ]);
    await type('@');
    await expect.poll(names).toEqual(['Farid']);
  });

  it('EDIT-51: says who has no access, and offers to share', async () => {
    const session = await open();
    await type('@dev');
    await expect.poll(() => listbox()?.textContent).toContain('No access');
    await type('{Enter}');
    await expect.poll(() => html(session)).toContain('@Dev Patel</span>');
    expect(host?.toShareWith()).toBe(user('d'));
  });

  it('is chosen by touch, and found clean by axe', async () => {
    await page.viewport(390, 844);
    const session = await open();
    await type('@');
    await expect.poll(listbox).not.toBeNull();
    const found = await axe.run(listbox()?.closest('body') ?? document.body, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    const option = document.querySelectorAll<HTMLElement>('[role="option"]')[1];
    if (!option) throw new TypeError('people are offered');
    await userEvent.click(option);
    await expect.poll(() => html(session)).toContain('@Chiara Rossi');
    expect(document.activeElement).toBe(textbox());
  });

  it('is not there for readers', async () => {
    await open(holding([paragraph(text('read'))], false));
    await type('@');
    expect(listbox()).toBeNull();
  });
});

describe('a mention in the text', () => {
  const BEN = { user: user('b'), label: 'Ben Lindqvist', id: 'mentionmentionmention_' };

  it('EDIT-50: shows as a chip, the own one marked, and what means nobody as text', async () => {
    const session = holding([
      paragraph(
        mention(BEN),
        text(' '),
        mention({ ...BEN, user: TEST_USER, label: 'Ada' }),
        text(' '),
        mention({ user: 'nobody', label: 'Nobody', id: 4 }),
      ),
    ]);
    await open(session);
    expect(mentions().map((chip) => `${chip.className}: ${chip.textContent}`)).toEqual([
      'mention: @Ben Lindqvist',
      'mention mention-own: @Ada',
    ]);
    expect(textbox().textContent).toBe('@Ben Lindqvist @Ada @Nobody');
  });

  it('EDIT-50: is one thing to the caret: Backspace takes it whole, words go around it', async () => {
    const session = holding([paragraph(text('a '), mention(BEN), text(' b'))]);
    await open(session);
    await type('{Control>}{End}{/Control}{ArrowLeft}{ArrowLeft}{Backspace}');
    await expect.poll(() => session.html()).toBe('<p>a  b</p>');
    await type('{Control>}z{/Control}');
    await expect.poll(() => mentions()).toHaveLength(1);
  });

  it('EDIT-50: reading rules while typing keeps what stands before it', async () => {
    const session = holding([paragraph(text('keep this '), mention(BEN), text(' '))]);
    await open(session);
    await type('{Control>}{End}{/Control}**bold** x');
    await expect
      .poll(() => html(session))
      .toBe(`<p>keep this <span data-mention="${user('b')}" id>@Ben Lindqvist</span> <strong>bold</strong> x</p>`);
  });

  it('EDIT-50: a rule that would reach over it takes no letter away', async () => {
    const session = holding([paragraph(text('keep this *a '), mention(BEN), text(' b'))]);
    await open(session);
    await type('{Control>}{End}{/Control}*');
    await type(' end');
    await expect.poll(() => textbox().textContent?.replaceAll('*', '')).toBe('keep this a @Ben Lindqvist b end');
    expect(renderMarkdown(contentBody(session.content)).replaceAll(/[*\\]/g, '')).toBe(
      'keep this a @Ben Lindqvist b end\n',
    );
  });

  it('EDIT-52: copies as a mention with the same id, and as @Name in plain text', async () => {
    const session = holding([paragraph(text('ask '), mention(BEN), text(' soon'))]);
    await open(session);
    await type('{Control>}a{/Control}');
    const data = new DataTransfer();
    textbox().dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }));
    expect(data.getData('text/plain')).toBe('ask @Ben Lindqvist soon');
    await type('{ArrowRight}{Enter}');
    paste({ 'text/html': data.getData('text/html'), 'text/plain': data.getData('text/plain') });
    await expect.poll(() => idsIn(session)).toEqual([BEN.id, BEN.id]);
  });

  it('EDIT-52: pasted from an exported page it is one; from elsewhere only what means a user is', async () => {
    const session = await open();
    paste({
      'text/html': `<p>a <span data-mention="${user('b')}" data-mention-id="x" class="z" onclick="alert(1)"> @Ben<br>Evil </span> b</p>`,
    });
    await expect.poll(() => session.html()).toContain(`<span data-mention="${user('b')}">@BenEvil</span>`);
    paste({ 'text/html': '<p><span data-mention="ben">@Ben</span></p>' });
    await expect.poll(() => session.html()).toContain('@Ben');
    expect(session.html().match(/data-mention=/g)).toHaveLength(1);
  });

  it('EDIT-44: counts as the words of the name, and stands in the outline', async () => {
    const session = holding([
      element('heading', { level: 1 }, [text('Plan of '), mention(BEN)]),
      paragraph(text('one '), mention(BEN), text(' two')),
    ]);
    await open(session);
    const tools = host?.tools();
    const stop = tools?.watch(() => undefined);
    await expect
      .poll(() => tools?.facts.whole)
      .toEqual({ words: 8, characters: 'Plan of @Ben Lindqvistone @Ben Lindqvist two'.length });
    expect(tools?.facts.outline.map((entry) => entry.text)).toEqual(['Plan of @Ben Lindqvist']);
    stop?.();
  });
});
