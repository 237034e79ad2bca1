import { afterEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { DocumentEditor } from './DocumentEditor.tsx';
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

const type = (keys: string): Promise<void> => userEvent.keyboard(keys);
const html = (session: TestSession): string => session.html();
const tool = (name: string): HTMLButtonElement => {
  const found = document.querySelector<HTMLButtonElement>(`[role="toolbar"] button[aria-label="${name}"]`);
  if (!found) throw new TypeError(`no button ${name}`);
  return found;
};

/** Puts the caret, or a selection, into the nth text node of the editor. */
function select(node: number, from: number, to = from): void {
  const walker = document.createTreeWalker(textbox(), NodeFilter.SHOW_TEXT);
  let found: Node | null = null;
  for (let i = 0; i <= node; i++) found = walker.nextNode();
  if (!found) throw new TypeError('no such text');
  document.getSelection()?.setBaseAndExtent(found, from, found, to);
}

describe('writing', () => {
  it.each([
    ['# Big', '<h1>Big</h1>'],
    ['## Mid', '<h2>Mid</h2>'],
    ['### Small', '<h3>Small</h3>'],
    ['- a{Enter}b', '<ul><li><p>a</p></li><li><p>b</p></li></ul>'],
    ['1. a', '<ol><li><p>a</p></li></ol>'],
    ['[[ ] a', '<ul data-type="taskList"><li data-type="taskItem" data-checked="false"><p>a</p></li></ul>'],
    ['[[x] a', '<ul data-type="taskList"><li data-type="taskItem" data-checked="true"><p>a</p></li></ul>'],
    ['> a', '<blockquote><p>a</p></blockquote>'],
    ['``` code', '<pre><code>code</code></pre>'],
    ['---', '<hr><p></p>'],
    ['**a** b', '<p><strong>a</strong> b</p>'],
    ['*a* b', '<p><em>a</em> b</p>'],
    ['~~a~~ b', '<p><s>a</s> b</p>'],
    ['`a` b', '<p><code>a</code> b</p>'],
    ['a{Shift>}{Enter}{/Shift}b', '<p>a<br>b</p>'],
    [
      'see https://example.org/x, then',
      '<p>see <a href="https://example.org/x" rel="noopener noreferrer nofollow">https://example.org/x</a>, then</p>',
    ],
    [
      'www.example.org{Enter}b',
      '<p><a href="https://www.example.org" rel="noopener noreferrer nofollow">www.example.org</a></p><p>b</p>',
    ],
    [
      'see [[words](example.org/a) on',
      '<p>see <a href="https://example.org/a" rel="noopener noreferrer nofollow">words</a> on</p>',
    ],
    ['[[a](javascript:alert(1)) b', '<p>[a](javascript:alert(1)) b</p>'],
    ['![[a](https://e.org)', '<p>![a](https://e.org)</p>'],
    ['javascript:alert(1) b', '<p>javascript:alert(1) b</p>'],
  ])('%j gives %s', async (keys, expected) => {
    const session = await open();
    await type(keys);
    expect(html(session)).toBe(expected);
  });

  it.each([
    ['{Control>}b{/Control}a', '<p><strong>a</strong></p>'],
    ['{Control>}i{/Control}a', '<p><em>a</em></p>'],
    ['{Control>}u{/Control}a', '<p><u>a</u></p>'],
    ['{Control>}{Shift>}s{/Shift}{/Control}a', '<p><s>a</s></p>'],
    ['{Control>}e{/Control}a', '<p><code>a</code></p>'],
  ])('shortcut %j gives %s', async (keys, expected) => {
    const session = await open();
    await type(keys);
    expect(html(session)).toBe(expected);
  });

  it('Tab indents in lists and code alone; Escape then Tab leaves', async () => {
    const session = await open();
    await type('- a{Enter}{Tab}b');
    expect(html(session)).toBe('<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>');
    expect(document.activeElement).toBe(textbox());
    await type('{Escape}{Shift>}{Tab}{/Shift}');
    expect(document.activeElement?.closest('[role="toolbar"]')).not.toBeNull();
    expect(html(session)).toBe('<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>');
    textbox().focus();
    await type('{Control>}{End}{/Control}{Enter}{Enter}{Enter}plain');
    await type('{Shift>}{Tab}{/Shift}');
    expect(document.activeElement).not.toBe(textbox());
  });

  it('a viewer can neither type, nor tick, nor use shortcuts', async () => {
    const session = createTestSession({ canWrite: false });
    contentBody(session.content).insert(0, [
      element('taskList', {}, [element('taskItem', { checked: false }, [element('paragraph', {}, [text('open')])])]),
    ]);
    const before = html(session);
    await open(session);
    await type('x{Enter}{Control>}b{/Control}{Control>}z{/Control}{Backspace}');
    textbox().querySelector<HTMLInputElement>('input')?.click();
    expect(html(session)).toBe(before);
    expect(textbox().getAttribute('aria-readonly')).toBe('true');
    expect(document.querySelector('[role="toolbar"]')).toBeNull();
  });

  it('shows the placeholder only while the document is empty, and never stores it', async () => {
    const session = await open();
    const host = document.querySelector('.document-host');
    expect(host && getComputedStyle(host, '::before').content).toBe('"Start writing…"');
    await type('a');
    expect(host && getComputedStyle(host, '::before').content).toBe('none');
    expect(html(session)).toBe('<p>a</p>');
  });

  it('ticks a task', async () => {
    const session = await open();
    await type('[[ ] a');
    textbox().querySelector<HTMLInputElement>('input')?.click();
    expect(html(session)).toContain('data-checked="true"');
  });
});

describe('undo', () => {
  it('EDIT-5: takes back own edits and never those of others', async () => {
    const session = await open();
    await type('mine');
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    contentBody(other).push([element('paragraph', {}, [text('theirs')])]);
    session.receive(other);
    await type(' more');
    await type('{Control>}z{/Control}');
    await type('{Control>}z{/Control}');
    await type('{Control>}z{/Control}');
    expect(html(session)).toContain('<p>theirs</p>');
    expect(html(session)).not.toContain('mine');
    await type('{Control>}{Shift>}z{/Shift}{/Control}');
    await type('{Control>}y{/Control}');
    expect(html(session)).toContain('mine');
  });

  it("leads the platform's own undo to ours", async () => {
    const session = await open();
    await type('mine');
    textbox().dispatchEvent(
      new InputEvent('beforeinput', { inputType: 'historyUndo', bubbles: true, cancelable: true }),
    );
    expect(html(session)).not.toContain('mine');
    textbox().dispatchEvent(
      new InputEvent('beforeinput', { inputType: 'historyRedo', bubbles: true, cancelable: true }),
    );
    expect(html(session)).toBe('<p>mine</p>');
  });
});

describe('toolbar', () => {
  it('is one tab stop with arrows, Home and End, and Escape returns to the text', async () => {
    await open();
    await type('{F10}');
    expect(document.activeElement).toBe(tool('Undo'));
    await type('{ArrowRight}');
    expect(document.activeElement).toBe(tool('Redo'));
    await type('{End}');
    expect(document.activeElement).toBe(tool('Divider'));
    await type('{ArrowRight}');
    expect(document.activeElement).toBe(tool('Undo'));
    expect(
      [...document.querySelectorAll('[role="toolbar"] button')].filter(
        (button) => (button as HTMLElement).tabIndex === 0,
      ),
    ).toHaveLength(1);
    await type('{Escape}');
    expect(document.activeElement).toBe(textbox());
  });

  it.each([
    ['Heading 2', '<h2>word</h2>'],
    ['Bold', '<p><strong>word</strong></p>'],
    ['Italic', '<p><em>word</em></p>'],
    ['Underline', '<p><u>word</u></p>'],
    ['Strikethrough', '<p><s>word</s></p>'],
    ['Code', '<p><code>word</code></p>'],
    ['Bulleted list', '<ul><li><p>word</p></li></ul>'],
    ['Numbered list', '<ol><li><p>word</p></li></ol>'],
    ['Task list', '<ul data-type="taskList"><li data-type="taskItem" data-checked="false"><p>word</p></li></ul>'],
    ['Quote', '<blockquote><p>word</p></blockquote>'],
    ['Code block', '<pre><code>word</code></pre>'],
  ])('%s switches on, shows it, and switches off', async (name, expected) => {
    const session = await open();
    await type('word{Control>}a{/Control}');
    tool(name).click();
    expect(html(session)).toBe(expected);
    await expect.poll(() => tool(name).getAttribute('aria-pressed')).toBe('true');
    tool(name).click();
    expect(html(session)).toBe('<p>word</p>');
    await expect.poll(() => tool(name).getAttribute('aria-pressed')).toBe('false');
  });

  it('Undo is unavailable until there is something to take back', async () => {
    const session = await open();
    await frames(1);
    expect(tool('Undo').getAttribute('aria-disabled')).toBe('true');
    await type('a');
    await expect.poll(() => tool('Undo').getAttribute('aria-disabled')).toBeNull();
    tool('Undo').click();
    expect(html(session)).not.toContain('a</p>');
  });
});

describe('link form', () => {
  const field = (): HTMLInputElement | null => document.querySelector('input[aria-label="Link address"]');

  it('links the selection by keyboard, refuses unsafe addresses, and removes the link again', async () => {
    const session = await open();
    await type('word{Control>}a{/Control}{Control>}k{/Control}');
    await expect.poll(() => document.activeElement).toBe(field());
    await type('javascript:alert(1){Enter}');
    expect(field()?.getAttribute('aria-invalid')).toBe('true');
    expect(html(session)).toBe('<p>word</p>');
    await type('{Control>}a{/Control}example.org/a{Enter}');
    expect(html(session)).toBe('<p><a href="https://example.org/a" rel="noopener noreferrer nofollow">word</a></p>');
    expect(field()).toBeNull();
    expect(document.activeElement).toBe(textbox());
    const anchor = textbox().querySelector('a');
    expect(anchor?.rel).toBe('noopener noreferrer nofollow');
    await type('{Control>}k{/Control}');
    await expect.poll(() => field()?.value).toBe('https://example.org/a');
    document.querySelector<HTMLElement>('[aria-label="Remove link"]')?.click();
    expect(html(session)).toBe('<p>word</p>');
  });

  it('EDIT-30: changes the words of a link, keeps how they are marked, and keeps the words when only the address changes', async () => {
    const session = await open();
    await type('a {Control>}b{/Control}word{Control>}b{/Control} z');
    select(1, 0, 4);
    await frames(2);
    await type('{Control>}k{/Control}');
    await expect.poll(() => document.activeElement).toBe(field());
    await type('example.org{Enter}');
    const link = (words: string, path = '') =>
      `<p>a <a href="https://example.org${path}" rel="noopener noreferrer nofollow"><strong>${words}</strong></a> z</p>`;
    expect(html(session)).toBe(link('word'));
    select(1, 2);
    await frames(2);
    await type('{Control>}k{/Control}');
    await expect.poll(() => document.activeElement).toBe(field());
    const words = document.querySelector<HTMLInputElement>('input[aria-label="Link text"]');
    expect(words?.value).toBe('word');
    await type('{Shift>}{Tab}{/Shift}{Control>}a{/Control}other words{Enter}');
    expect(html(session)).toBe(link('other words'));
    await type('{Control>}k{/Control}');
    await expect.poll(() => document.activeElement).toBe(field());
    await type('{Control>}a{/Control}example.org/b{Enter}');
    expect(html(session)).toBe(link('other words', '/b'));
  });

  it('Escape closes it without a change', async () => {
    const session = await open();
    await type('word{Control>}a{/Control}{Control>}k{/Control}');
    await expect.poll(() => document.activeElement).toBe(field());
    await type('https://a.b{Escape}');
    expect(field()).toBeNull();
    expect(html(session)).toBe('<p>word</p>');
  });
});

describe('pasting', () => {
  const paste = (data: Readonly<Record<string, string>>, files: readonly File[] = []): void => {
    const transfer = new DataTransfer();
    for (const [kind, value] of Object.entries(data)) transfer.setData(kind, value);
    for (const file of files) transfer.items.add(file);
    textbox().dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }));
  };

  it('keeps what the schema knows and drops the rest', async () => {
    const session = await open();
    paste({
      'text/html':
        '<style>p{color:red}</style><script>globalThis.hacked=1</script><h1 onclick="x" style="color:red">T</h1><p>a <b>b</b> <a href="javascript:x">c</a> <a href="https://e.org" onclick="x">d</a><img src="x"></p><table><tr><td>cell</td></tr></table>',
    });
    expect(html(session)).toBe(
      '<h1>T</h1><p>a <strong>b</strong> c <a href="https://e.org" rel="noopener noreferrer nofollow">d</a></p><p>cell</p>',
    );
  });

  it('an address over a selection links it', async () => {
    const session = await open();
    await type('word{Control>}a{/Control}');
    paste({ 'text/plain': 'https://example.org/' });
    expect(html(session)).toBe('<p><a href="https://example.org/" rel="noopener noreferrer nofollow">word</a></p>');
  });

  it('an address in text becomes a link', async () => {
    const session = await open();
    paste({ 'text/plain': 'see https://example.org/ now' });
    expect(html(session)).toBe(
      '<p>see <a href="https://example.org/" rel="noopener noreferrer nofollow">https://example.org/</a> now</p>',
    );
  });
});

describe('two people', () => {
  it('both see the same text, and the caret of each stays where they write', async () => {
    const session = await open();
    await type('abcd');
    select(0, 2);
    await frames(1);
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    const paragraph = contentBody(other).get(0);
    if (!(paragraph instanceof Y.XmlElement)) throw new TypeError('a paragraph was written');
    const words = paragraph.get(0);
    if (!(words instanceof Y.XmlText)) throw new TypeError('text was written');
    words.insert(0, 'far before ');
    contentBody(other).insert(0, [element('heading', { level: 1 }, [text('above')])]);
    session.receive(other);
    await type('X');
    expect(html(session)).toBe('<h1>above</h1><p>far before abXcd</p>');
  });

  it('a format chosen for the next letter survives what others write', async () => {
    const session = await open();
    await type('a{Control>}b{/Control}');
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    contentBody(other).push([element('paragraph', {}, [text('theirs')])]);
    session.receive(other);
    await type('b');
    expect(html(session)).toBe('<p>a<strong>b</strong></p><p>theirs</p>');
  });
});

describe('a caret that was just moved', () => {
  it('EDIT-45 stays where the page shows it when letters of others arrive in the same moment', async () => {
    const session = await open();
    await type('six at high water');
    await frames(2);
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    // What a key or a click does; the view hears of it a task later.
    select(0, 0);
    (contentBody(other).get(0) as Y.XmlElement).insert(0, [text('Low: ')]); // the one paragraph
    session.receive(other);
    await frames(2);
    await type('noon, ');
    expect(html(session)).toBe('<p>Low: noon, six at high water</p>');
  });
});
