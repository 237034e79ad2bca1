import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import '../../styles/tokens.css';
import '../../styles/base.css';
import '../../styles/ui.css';
import { DocumentEditor } from '../DocumentEditor.tsx';
import { createTestSession, element, frames, text, textbox, type TestSession } from '../testing/session.ts';

let close: (() => void) | undefined;
beforeEach(() => page.viewport(1280, 800));
afterEach(() => close?.());

const paragraph = (words: string): Y.XmlElement => element('paragraph', {}, words === '' ? [] : [text(words)]);
const item = (words: string): Y.XmlElement => element('listItem', {}, [paragraph(words)]);

/** A session that holds these blocks, as if another person had written them. */
function holding(blocks: readonly Y.XmlElement[], canWrite = true): TestSession {
  const author = new Y.Doc();
  contentBody(author).insert(0, [...blocks]);
  const session = createTestSession({ canWrite });
  session.receive(author);
  return session;
}

async function open(session: TestSession = createTestSession({ canWrite: true })): Promise<TestSession> {
  const host = document.body.appendChild(document.createElement('div'));
  host.style.padding = '120px 80px 600px';
  // as shell/frame.css has it for documents
  host.style.setProperty('--bar', '0px');
  const dispose = render(() => <DocumentEditor session={session} theme="light" labelledBy="title" />, host);
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
const html = (session: TestSession): string => session.html();
const listbox = (): HTMLElement | null => document.querySelector('[role="listbox"]');
const options = (): string[] =>
  [...document.querySelectorAll('[role="option"] .slash-name')].map((option) => option.textContent ?? '');
const said = (): string => document.querySelector('[data-testid="editor-announcements"]')?.textContent ?? '';
const grip = (): HTMLButtonElement => {
  const found = document.querySelector<HTMLButtonElement>('.block-grip');
  if (!found) throw new TypeError('no grip');
  return found;
};
const menuItem = (name: string): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find((entry) => entry.textContent?.startsWith(name));

/** With the mouse. */
async function choose(name: string): Promise<void> {
  const entry = menuItem(name);
  if (!entry) throw new TypeError(`no ${name}`);
  await userEvent.click(entry);
}

function caretIn(words: string, offset = 0): void {
  const walker = document.createTreeWalker(textbox(), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.textContent?.includes(words)) {
      document.getSelection()?.collapse(node, node.textContent.indexOf(words) + offset);
      return;
    }
  }
  throw new TypeError(`no text ${words}`);
}

function countWrites(session: TestSession): () => number {
  let writes = 0;
  session.content.on('update', (_update, origin) => {
    if (origin !== 'remote') writes++;
  });
  return () => writes;
}

describe('slash menu', () => {
  it('opens at the start of a block and after a space, and nowhere else', async () => {
    await open();
    await type('/');
    await expect.poll(listbox).not.toBeNull();
    await type('{Escape}');
    expect(listbox()).toBeNull();
    await type('{Backspace}either/');
    expect(listbox()).toBeNull();
    await type('or /');
    await expect.poll(listbox).not.toBeNull();
  });

  it('keeps the focus in the text, which names the active option', async () => {
    await open();
    await type('/');
    await expect.poll(listbox).not.toBeNull();
    expect(document.activeElement).toBe(textbox());
    expect(textbox().getAttribute('aria-controls')).toBe(listbox()?.id);
    const active = (): Element | null => document.getElementById(textbox().getAttribute('aria-activedescendant') ?? '');
    expect(active()?.textContent).toContain('Text');
    await type('{ArrowDown}');
    expect(active()?.textContent).toContain('Heading 1');
    expect(active()?.getAttribute('aria-selected')).toBe('true');
    await type('{ArrowUp}{ArrowUp}');
    expect(active()?.getAttribute('aria-selected')).toBe('true');
    await type('{Escape}');
    expect(textbox().hasAttribute('aria-activedescendant')).toBe(false);
  });

  it.each([
    ['/head{Enter}Big', '<h1>Big</h1>'],
    ['/h2{Tab}Mid', '<h2>Mid</h2>'],
    ['/heading 3{Enter}Small', '<h3>Small</h3>'],
    ['/todo{Enter}a', '<ul data-type="taskList"><li data-type="taskItem" data-checked="false"><p>a</p></li></ul>'],
    ['/bul{Enter}a', '<ul><li><p>a</p></li></ul>'],
    ['/num{Enter}a', '<ol><li><p>a</p></li></ol>'],
    ['/quote{Enter}a', '<blockquote><p>a</p></blockquote>'],
    ['/code{Enter}a', '<pre><code>a</code></pre>'],
    ['/div{Enter}', '<hr><p></p>'],
    ['a /text{Enter}b', '<p>a b</p>'],
  ])('%j gives %s', async (keys, expected) => {
    const session = await open();
    await type(keys);
    await expect.poll(() => html(session)).toBe(expected);
    expect(listbox()).toBeNull();
  });

  it('makes a table', async () => {
    const session = await open();
    await type('/table{Enter}');
    expect(html(session)).toContain('<table>');
    await type('/');
    expect(options()).not.toContain('Table');
    expect(options()).not.toContain('Heading 1');
  });

  it('what was typed goes with the block as one undo step', async () => {
    const session = await open();
    await type('/h2{Enter}');
    expect(html(session)).toBe('<h2></h2>');
    await type('{Control>}z{/Control}');
    expect(html(session)).toBe('<p>/h2</p>');
  });

  it('opening, moving and closing write nothing beyond what was typed', async () => {
    const session = await open();
    await type('a ');
    const writes = countWrites(session);
    await type('/');
    expect(writes()).toBe(1);
    await type('{ArrowDown}{ArrowDown}{ArrowUp}{Escape}');
    expect(writes()).toBe(1);
    expect(html(session)).toBe('<p>a /</p>');
  });

  it('a slash stays text: after Escape, before a space, and in a sentence', async () => {
    const session = await open();
    await type('/{Escape}head{Enter}x');
    expect(html(session)).toBe('<p>/head</p><p>x</p>');
    await type(' / or');
    expect(listbox()).toBeNull();
    await type('{Enter}/no such block{Enter}y');
    expect(html(session)).toContain('<p>/no such block</p><p>y</p>');
  });

  it('is absent in code, and closes when the focus leaves', async () => {
    await open();
    await type('``` /');
    expect(listbox()).toBeNull();
    close?.();
    await open();
    await type('/');
    await expect.poll(listbox).not.toBeNull();
    textbox().blur();
    await expect.poll(listbox).toBeNull();
  });

  it('a mouse or a finger chooses without taking the focus', async () => {
    const session = await open();
    await type('/');
    await expect.poll(listbox).not.toBeNull();
    const option = [...document.querySelectorAll<HTMLElement>('[role="option"]')].find((entry) =>
      entry.textContent?.includes('Heading 2'),
    );
    if (!option) throw new TypeError('no option');
    await userEvent.click(option);
    expect(html(session)).toBe('<h2></h2>');
    expect(document.activeElement).toBe(textbox());
  });

  it('stays open and in place while others write', async () => {
    const session = await open(holding([paragraph('first'), paragraph('mine')]));
    caretIn('mine', 4);
    await type(' /he');
    await expect.poll(options).toContain('Heading 1');
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    contentBody(other).insert(0, [paragraph('above')]);
    session.receive(other);
    await frames(1);
    expect(options()).toContain('Heading 1');
    await type('{Enter}');
    expect(html(session)).toBe('<p>above</p><p>first</p><h1>mine </h1>');
  });

  it('is inside the window', async () => {
    await open();
    await type('/');
    await expect.poll(listbox).not.toBeNull();
    const box = listbox()?.getBoundingClientRect();
    expect(box?.bottom).toBeLessThanOrEqual(window.innerHeight);
    expect(box?.right).toBeLessThanOrEqual(window.innerWidth);
    expect(box?.top).toBeGreaterThanOrEqual(0);
  });
});

describe('on a phone', () => {
  it('the line one writes in and the menu stay above the bar', async () => {
    await page.viewport(390, 700);
    await open(holding(Array.from({ length: 30 }, (_, i) => paragraph(`line ${i}`))));
    await type('{Control>}{End}{/Control}{Enter}/');
    await expect.poll(listbox).not.toBeNull();
    const bar = document.querySelector('[role="toolbar"]')?.getBoundingClientRect();
    const box = listbox()?.getBoundingClientRect();
    const line = textbox().lastElementChild?.getBoundingClientRect();
    if (!bar || !box || !line) throw new TypeError('bar, menu and line are on screen');
    expect(line.bottom).toBeLessThanOrEqual(bar.top);
    expect(box.bottom).toBeLessThanOrEqual(bar.top);
    expect(box.top).toBeGreaterThanOrEqual(0);
  });

  it('Undo is the first of the bar, and its buttons are 44 px', async () => {
    await page.viewport(390, 700);
    await open();
    const buttons = [...document.querySelectorAll<HTMLElement>('[role="toolbar"] button')];
    expect(buttons[0]?.getAttribute('aria-label')).toBe('Undo');
    for (const button of buttons) {
      const { width, height } = button.getBoundingClientRect();
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
    }
  });
});

describe('moving blocks', () => {
  it('Alt+Shift+Up and Down move the block, say so, and stop at the edge', async () => {
    const session = await open(holding([paragraph('a'), paragraph('b'), paragraph('c')]));
    caretIn('b', 1);
    await type('{Alt>}{Shift>}{ArrowUp}{/Shift}{/Alt}');
    expect(html(session)).toBe('<p>b</p><p>a</p><p>c</p>');
    await expect.poll(said).toBe('Moved up, now 1 of 3.');
    await type('{Alt>}{Shift>}{ArrowUp}{/Shift}{/Alt}');
    await expect.poll(said).toBe('Already the first.');
    await type('{Alt>}{Shift>}{ArrowDown}{ArrowDown}{ArrowDown}{/Shift}{/Alt}');
    await expect.poll(said).toBe('Already the last.');
    expect(html(session)).toBe('<p>a</p><p>c</p><p>b</p>');
    await type('!');
    expect(html(session)).toBe('<p>a</p><p>c</p><p>b!</p>');
  });

  it('items move within their list, with what hangs below them', async () => {
    const nested = element('listItem', {}, [paragraph('b'), element('bulletList', {}, [item('b1'), item('b2')])]);
    const session = await open(holding([element('bulletList', {}, [item('a'), nested, item('c')]), paragraph('end')]));
    caretIn('b', 0);
    await type('{Alt>}{Shift>}{ArrowUp}{/Shift}{/Alt}');
    expect(html(session)).toBe(
      '<ul><li><p>b</p><ul><li><p>b1</p></li><li><p>b2</p></li></ul></li><li><p>a</p></li><li><p>c</p></li></ul><p>end</p>',
    );
    await type('{Alt>}{Shift>}{ArrowUp}{/Shift}{/Alt}');
    await expect.poll(said).toBe('Already the first.');
    caretIn('b2', 1);
    await type('{Alt>}{Shift>}{ArrowUp}{/Shift}{/Alt}');
    expect(html(session)).toContain('<li><p>b2</p></li><li><p>b1</p></li>');
  });

  it('a selection over blocks moves as one, and one undo takes it back', async () => {
    const session = await open(holding([paragraph('a'), paragraph('b'), paragraph('c'), paragraph('d')]));
    const [, second, third] = textbox().querySelectorAll('p');
    if (!second || !third) throw new TypeError('paragraphs were rendered');
    document.getSelection()?.setBaseAndExtent(second, 0, third, 1);
    await frames(1);
    const writes = countWrites(session);
    await type('{Alt>}{Shift>}{ArrowDown}{/Shift}{/Alt}');
    expect(html(session)).toBe('<p>a</p><p>d</p><p>b</p><p>c</p>');
    expect(writes()).toBe(1);
    await type('{Control>}z{/Control}');
    expect(html(session)).toBe('<p>a</p><p>b</p><p>c</p><p>d</p>');
  });

  it.each([
    ['up', '{ArrowUp}', 'above'],
    ['up', '{ArrowUp}', 'below'],
    ['down', '{ArrowDown}', 'above'],
    ['down', '{ArrowDown}', 'below'],
  ])('moving %s (%s) keeps what another person types in the block %s', async (_, key, place) => {
    const session = await open(holding([paragraph('above'), paragraph('mine'), paragraph('below')]));
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    const theirs = contentBody(other).get(place === 'above' ? 0 : 2);
    const words = theirs instanceof Y.XmlElement ? theirs.get(0) : undefined;
    if (!(words instanceof Y.XmlText)) throw new TypeError('text was written');
    caretIn('mine', 2);
    await type(`{Alt>}{Shift>}${key}{/Shift}{/Alt}`);
    words.insert(words.length, ' THEIRS');
    session.receive(other);
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    expect(html(session)).toContain(`<p>${place} THEIRS</p>`);
    expect(html(session).match(/THEIRS/g)).toHaveLength(1);
    expect(html(session).match(/mine/g)).toHaveLength(1);
    expect(contentBody(other).toJSON()).toBe(contentBody(session.content).toJSON());
  });

  it('a viewer moves nothing and has neither grip nor menu', async () => {
    const session = await open(holding([paragraph('a'), paragraph('b')], false));
    const writes = countWrites(session);
    caretIn('b');
    await type('{Alt>}{Shift>}{ArrowUp}{/Shift}{/Alt}{Alt>}{Enter}{/Alt}/');
    await frames(2);
    expect(writes()).toBe(0);
    expect(document.querySelector('.block-grip')).toBeNull();
    expect(document.querySelector('[role="menu"]')).toBeNull();
    expect(listbox()).toBeNull();
  });
});

describe('block menu', () => {
  it('opens by key at the block of the caret, is walked by arrows, and closes into the text without a write', async () => {
    const session = await open(holding([paragraph('a'), paragraph('b')]));
    const writes = countWrites(session);
    caretIn('b', 1);
    await type('{Alt>}{Enter}{/Alt}');
    await expect.poll(() => document.querySelector('[role="menu"]')?.contains(document.activeElement)).toBe(true);
    await type('{ArrowDown}{ArrowDown}{Escape}');
    await expect.poll(() => document.querySelector('[role="menu"]')).toBeNull();
    await expect.poll(() => document.activeElement).toBe(textbox());
    expect(writes()).toBe(0);
  });

  it('opens from the formatting bar', async () => {
    await open(holding([paragraph('a')]));
    document.querySelector<HTMLElement>('[role="toolbar"] [aria-label="Block menu"]')?.click();
    await expect.poll(() => menuItem('Duplicate')).toBeDefined();
  });

  it.each([
    ['Move block up', '<p>b</p><p>a</p>'],
    ['Duplicate', '<p>a</p><p>b</p><p>b</p>'],
    ['Delete block', '<p>a</p>'],
  ])('%s', async (name, expected) => {
    const session = await open(holding([paragraph('a'), paragraph('b')]));
    caretIn('b', 1);
    await type('{Alt>}{Enter}{/Alt}');
    await expect.poll(() => menuItem(name)).toBeDefined();
    await choose(name);
    await expect.poll(() => html(session)).toBe(expected);
    await expect.poll(() => document.activeElement).toBe(textbox());
    await type('{Control>}z{/Control}');
    await expect.poll(() => html(session)).toBe('<p>a</p><p>b</p>');
  });

  it('deleting the only block leaves an empty one to write in', async () => {
    const session = await open(holding([paragraph('only')]));
    caretIn('only');
    await type('{Alt>}{Enter}{/Alt}');
    await expect.poll(() => menuItem('Delete block')).toBeDefined();
    await choose('Delete block');
    await expect.poll(() => textbox().textContent).toBe('');
    await expect.poll(() => document.activeElement).toBe(textbox());
    await type('next');
    expect(html(session)).toBe('<p>next</p>');
  });

  it.each([
    ['Heading 2', '<h2>words</h2>'],
    ['Task list', '<ul data-type="taskList"><li data-type="taskItem" data-checked="false"><p>words</p></li></ul>'],
    ['Code block', '<pre><code>words</code></pre>'],
    ['Quote', '<blockquote><p>words</p></blockquote>'],
  ])('turns text into %s and back', async (name, expected) => {
    const session = await open(holding([paragraph('words')]));
    const turn = async (into: string) => {
      caretIn('words', 1);
      await frames(1);
      await type('{Alt>}{Enter}{/Alt}');
      await expect.poll(() => menuItem('Turn into')).toBeDefined();
      await expect.poll(() => document.querySelector('[role="menu"]')?.contains(document.activeElement)).toBe(true);
      menuItem('Turn into')?.focus();
      await type('{ArrowRight}');
      await expect.poll(() => menuItem(into)).toBeDefined();
      menuItem(into)?.focus();
      await type('{Enter}');
      await expect.poll(() => document.querySelector('[role="menu"]')).toBeNull();
    };
    await turn(name);
    expect(html(session)).toBe(expected);
    await turn('Text');
    expect(html(session)).toBe('<p>words</p>');
  });

  it('follows its block while others write above', async () => {
    const session = await open(holding([paragraph('a'), paragraph('b')]));
    caretIn('b', 1);
    await type('{Alt>}{Enter}{/Alt}');
    await expect.poll(() => menuItem('Delete block')).toBeDefined();
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    contentBody(other).insert(0, [paragraph('new'), paragraph('newer')]);
    session.receive(other);
    await choose('Delete block');
    await expect.poll(() => html(session)).toBe('<p>new</p><p>newer</p><p>a</p>');
  });
});

describe('grip', () => {
  const pointer = (kind: string, x: number, y: number, target: EventTarget = document, buttons = 0): void => {
    const init = {
      clientX: x,
      clientY: y,
      pointerId: 1,
      pointerType: 'mouse',
      bubbles: true,
      cancelable: true,
      buttons,
    };
    target.dispatchEvent(new PointerEvent(kind, init));
  };
  const middle = (block: Element | undefined): { x: number; y: number; bottom: number; top: number } => {
    const box = block?.getBoundingClientRect();
    if (!box) throw new TypeError('no block');
    return { x: box.left + 20, y: box.top + box.height / 2, bottom: box.bottom, top: box.top };
  };
  const hover = async (block: Element | undefined): Promise<void> => {
    const at = middle(block);
    pointer('pointermove', at.x, at.y);
    await expect.poll(() => grip().dataset['grip']).toBe('shown');
  };
  const drag = async (from: Element | undefined, x: number, y: number): Promise<void> => {
    await hover(from);
    const box = grip().getBoundingClientRect();
    pointer('pointerdown', box.x + 5, box.y + 5, grip(), 1);
    pointer('pointermove', x, y, window, 1);
    await expect.poll(() => document.querySelector('.block-drop-line')).not.toBeNull();
  };

  it('shows beside the block under the pointer and hides while one types', async () => {
    await open(holding([paragraph('a'), paragraph('b')]));
    const block = textbox().children[1];
    await hover(block);
    const at = grip().getBoundingClientRect();
    expect(Math.abs(at.y + at.height / 2 - middle(block).y)).toBeLessThan(8);
    expect(at.right).toBeLessThanOrEqual(textbox().getBoundingClientRect().left);
    await type('x');
    expect(grip().dataset['grip']).toBe('hidden');
  });

  it('is dragged to another place, with a line where it will be', async () => {
    const session = await open(holding([paragraph('a'), paragraph('b'), paragraph('c')]));
    const target = middle(textbox().children[0]);
    await drag(textbox().children[2], target.x, target.top + 1);
    pointer('pointerup', target.x, target.top + 1, window);
    expect(html(session)).toBe('<p>c</p><p>a</p><p>b</p>');
    expect(document.querySelector('.block-drop-line')).toBeNull();
    await expect.poll(said).toBe('Moved, now 1 of 3.');
  });

  it('Escape and leaving it where it is write nothing', async () => {
    const session = await open(holding([paragraph('a'), paragraph('b')]));
    const writes = countWrites(session);
    const first = middle(textbox().children[0]);
    await drag(textbox().children[1], first.x, first.top + 1);
    await type('{Escape}');
    expect(document.querySelector('.block-drop-line')).toBeNull();
    pointer('pointerup', first.x, first.top + 1, window);
    const own = middle(textbox().children[1]);
    await drag(textbox().children[1], own.x, own.bottom - 1);
    pointer('pointerup', own.x, own.bottom - 1, window);
    expect(writes()).toBe(0);
  });

  it('an item dragged out of its list gets a list of its own; a paragraph never lands inside one', async () => {
    const session = await open(
      holding([element('bulletList', {}, [item('one'), item('two')]), paragraph('mid'), paragraph('end')]),
    );
    const end = middle(textbox().children[2]);
    await drag(textbox().querySelectorAll('li')[0], end.x, end.bottom - 1);
    pointer('pointerup', end.x, end.bottom - 1, window);
    expect(html(session)).toBe('<ul><li><p>two</p></li></ul><p>mid</p><p>end</p><ul><li><p>one</p></li></ul>');
    const list = middle(textbox().children[0]);
    await drag(textbox().children[1], list.x, list.top + 2);
    pointer('pointerup', list.x, list.top + 2, window);
    expect(html(session)).toBe('<p>mid</p><ul><li><p>two</p></li></ul><p>end</p><ul><li><p>one</p></li></ul>');
  });

  it('a press opens the menu', async () => {
    await open(holding([paragraph('a')]));
    await hover(textbox().children[0]);
    await userEvent.click(grip());
    await expect.poll(() => menuItem('Duplicate')).toBeDefined();
  });
});
