import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'solid-js/web';
import { Editor } from '@tiptap/core';
import StarterKit from '@tiptap/starter-kit';
import { DocumentEditor } from './DocumentEditor.tsx';
import { Paste } from './paste/paste.ts';
import { paste, pastePlain } from './testing/paste.ts';
import { createTestSession, frames, textbox, type TestSession } from './testing/session.ts';

const FIXTURES: Readonly<Record<string, string>> = import.meta.glob('./testing/paste-fixtures/*.html', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const fixture = (name: string): string => {
  const found = FIXTURES[`./testing/paste-fixtures/${name}.html`];
  if (found === undefined) throw new TypeError(`no fixture ${name}`);
  return found;
};

const violations: string[] = [];
beforeAll(() => {
  // as in production; sheets loaded before stay
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = "style-src 'self'; object-src 'none'; base-uri 'none'; frame-src 'none'";
  document.head.append(meta);
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) =>
    violations.push(`${violatedDirective} ${sample}`),
  );
});

let close: (() => void) | undefined;
afterEach(() => close?.());

async function open(): Promise<TestSession> {
  const session = createTestSession({ canWrite: true });
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(() => <DocumentEditor session={session} theme="light" labelledBy="title" />, host);
  close = () => {
    dispose();
    host.remove();
    close = undefined;
  };
  violations.length = 0;
  await frames(1);
  textbox().focus();
  return session;
}

const REL = 'rel="noopener noreferrer nofollow"';
const task = (text: string, isDone: boolean): string =>
  `<li data-type="taskItem" data-checked="${isDone}"><p>${text}</p></li>`;
const tasks = (...items: readonly string[]): string => `<ul data-type="taskList">${items.join('')}</ul>`;
const rows = (...lines: readonly (readonly string[])[]): string =>
  `<table><tbody>${lines.map((cells) => `<tr>${cells.map((cell) => (cell.startsWith('#') ? `<th><p>${cell.slice(1)}</p></th>` : `<td><p>${cell}</p></td>`)).join('')}</tr>`).join('')}</tbody></table>`;

describe('pasting HTML', () => {
  const CASES: Readonly<Record<string, string>> = {
    'google-docs':
      `<h2>Harbour survey</h2><p>The tide gauge was <strong>replaced</strong><em> on Monday</em>, see <a href="https://example.org/gauge?a=1" ${REL}>the note</a>.</p>` +
      '<ul><li><p>North pier</p><ul><li><p>Ladder</p></li></ul></li><li><p>South pier</p></li></ul>' +
      tasks(task('<s>Call the yard</s>', true), task('Order rope', false)) +
      rows(['Berth', 'Depth'], ['One', '4 m']),
    word:
      '<h1>Roof repair</h1><h1>What was found</h1><p>Two slates are <strong>cracked</strong> and one is <em>missing</em>.</p>' +
      '<ul><li><p>Gutter</p><ul><li><p>North side</p></li></ul></li><li><p>Chimney</p></li></ul><p>Then, in order:</p>' +
      '<ol><li><p>Scaffold</p></li><li><p>Slates</p></li></ol><blockquote><p>Dry by October.</p></blockquote>' +
      rows(['<strong>Costs</strong>', ''], ['Slates', '120']),
    'word-web':
      '<h2>Seed order</h2><ul><li><p>Beans</p><ul><li><p>Broad</p></li></ul></li><li><p><strong>Peas</strong></p></li></ul>',
    notion:
      '<h1>Kitchen rota</h1><p>Wash up <strong>before</strong> nine, or use the <code>quick</code> programme.</p>' +
      '<ul><li><p>Pans</p><ul><li><p>By hand</p></li></ul></li><li><p>Plates</p></li></ul>' +
      tasks(task('Empty the bins', true)) +
      tasks(task('Defrost', false)) +
      '<blockquote><p>Clean as you go.</p></blockquote><pre><code class="language-python">def rota(n):\n    return n % 7</code></pre>' +
      rows(['#Day', '#Who'], ['Mon', 'Ida']),
    'apple-notes':
      '<p><strong>Packing list</strong></p><p>Two bags, <em>not</em> three.</p>' +
      '<ul><li><p>Tent</p><ul><li><p>Pegs</p></li></ul></li><li><p>Stove</p></li></ul><ol><li><p>Pitch</p></li><li><p>Cook</p></li></ol>',
    github:
      `<h2>Set it up</h2><p>Needs <a href="https://example.org/node" ${REL}>Node</a> and <code>git</code>.</p>` +
      tasks(task('build', true), task('test', false)) +
      '<pre><code class="language-ts">const a = 1;\nrun(a)</code></pre>' +
      rows(['#Key', '#Size'], ['a', '1']),
    gmail:
      '<p>Hello Ida,</p><p>the <strong>boiler</strong> man comes at\u00a0ten.<br>Please be in.</p><ul><li><p>key under the mat</p></li></ul>' +
      '<p>On Monday Bo wrote:</p><blockquote><p>When does he come?</p></blockquote>',
    'vs-code': '<pre><code>export function half(n) {\n  return n / 2;\n\n}</code></pre>',
    'libre-office':
      '<h1>Bee year</h1><p><strong>March:</strong> look for the <em>queen</em>, <s>feed</s> weigh.</p>' +
      '<ul><li><p>Hive one</p><ul><li><p>calm</p></li></ul></li><li><p>Hive two</p></li></ul>' +
      rows(['Honey', '12 kg'], ['', '3 kg']) +
      `<p><a href="http://example.org/bees" ${REL}><u>more</u></a></p>`,
  };

  it('has an expectation for every fixture', () => {
    const names = Object.keys(FIXTURES).map((path) => /([^/]+)\.html$/.exec(path)?.[1]);
    expect(new Set(names)).toEqual(new Set(Object.keys(CASES)));
  });

  it.each(Object.entries(CASES))('EDIT-20: keeps the structure of %s', async (name, expected) => {
    const session = await open();
    paste({ 'text/html': fixture(name), 'text/plain': 'plain' });
    await expect.poll(() => session.html().replace(/<p><\/p>$/, '')).toBe(expected);
    expect(violations).toEqual([]);
  });

  it('EDIT-20: arranges mail that is laid out with tables as text', async () => {
    const session = await open();
    paste({
      'text/html': '<table><tr><td><table><tr><td><p>one</p></td></tr></table></td><td><p>two</p></td></tr></table>',
    });
    expect(session.html()).toBe('<p>one</p><p>two</p>');
  });

  it('EDIT-20: a table larger than the bounds loses its surplus, not the document', async () => {
    const session = await open();
    const cells = '<td>x</td>'.repeat(60);
    paste({ 'text/html': `<table>${`<tr>${cells}</tr>`.repeat(3)}<tr><td colspan="99999">wide</td></tr></table>` });
    const html = session.html();
    expect(html.match(/<tr>/g)).toHaveLength(4);
    expect(html.match(/<td>/g)).toHaveLength(4 * 30);
  });

  it('EDIT-20: what was copied here comes back as it was', async () => {
    const session = await open();
    await userEvent.keyboard('# Title{Enter}- a{Enter}{Tab}b{Enter}{Enter}{Enter}[[ ] todo');
    const before = session.html();
    await userEvent.keyboard('{Control>}a{/Control}');
    const clipboardData = new DataTransfer();
    textbox().dispatchEvent(new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true }));
    const html = clipboardData.getData('text/html');
    expect(html).toContain('data-pm-slice');
    await userEvent.keyboard('{Backspace}');
    paste({ 'text/html': html });
    expect(session.html()).toBe(before);
  });
});

describe('pasting text', () => {
  it.each([
    [
      '# Title\n\nText with **bold** and [a link](https://example.org/).',
      `<h1>Title</h1><p>Text with <strong>bold</strong> and <a href="https://example.org/" ${REL}>a link</a>.</p>`,
    ],
    ['- one\n- two\n  - three', '<ul><li><p>one</p></li><li><p>two</p><ul><li><p>three</p></li></ul></li></ul>'],
    ['- [x] done\n- [ ] open', tasks(task('done', true), task('open', false))],
    ['```ts\nconst a = 1;\n```', '<pre><code class="language-ts">const a = 1;</code></pre>'],
    ['| a | b |\n|---|---|\n| c | d |', rows(['#a', '#b'], ['c', 'd'])],
    [
      '> quoted\n\n1. first\n2. second',
      '<blockquote><p>quoted</p></blockquote><ol><li><p>first</p></li><li><p>second</p></li></ol>',
    ],
    [
      '# T\n\n![plan](https://example.org/p.png)',
      `<h1>T</h1><p><a href="https://example.org/p.png" ${REL}>plan</a></p>`,
    ],
    ['# T\n\n<script>hits</script><img src=x onerror=hits><b>kept</b>', '<h1>T</h1><p><strong>kept</strong></p>'],
  ])('EDIT-21: reads Markdown %#', async (text, expected) => {
    const session = await open();
    paste({ 'text/plain': text });
    await expect.poll(() => session.html().replace(/<p><\/p>$/, '')).toBe(expected);
  });

  it.each([
    'just words',
    'a * b * c and snake_case_name',
    '- a single dash',
    '#!/bin/sh\n# comment\n- x\n- y',
    'c# is not # a heading',
    '2 * 3 ** 2',
  ])('EDIT-21: leaves %j as it is', async (text) => {
    const session = await open();
    paste({ 'text/plain': text });
    expect(textbox().querySelector('h1, ul, ol, strong, em, code, pre')).toBeNull();
    expect(session.html().replaceAll(/<[^>]+>/g, '')).toBe(text.replaceAll('\n', ''));
  });

  describe('while the reader of Markdown is being fetched', () => {
    type Read = (text: string) => string;
    function openWith(loadMarkdown: () => Promise<Read>): Editor {
      const host = document.body.appendChild(document.createElement('div'));
      const editor = new Editor({
        element: host,
        editorProps: { attributes: { role: 'textbox', 'aria-label': 'Document text' } },
        extensions: [StarterKit, Paste.configure({ loadMarkdown })],
      });
      close = () => {
        editor.destroy();
        host.remove();
        close = undefined;
      };
      editor.commands.focus();
      return editor;
    }
    const read: Read = () => '<h2>Read</h2>';

    it('EDIT-21: where it cannot be had the text is pasted as it is, and read once it can be', async () => {
      let isReachable = false;
      const editor = openWith(() => (isReachable ? Promise.resolve(read) : Promise.reject(new TypeError())));
      paste({ 'text/plain': '# Title' });
      await expect.poll(() => editor.getHTML()).toBe('<p># Title</p>');
      isReachable = true;
      editor.commands.selectAll();
      paste({ 'text/plain': '# Title' });
      await expect.poll(() => editor.getHTML()).toContain('<h2>Read</h2>');
    });

    it('EDIT-21: it is not waited for longer than a moment', async () => {
      const editor = openWith(() => new Promise(() => undefined));
      paste({ 'text/plain': '# Title' });
      await expect.poll(() => editor.getHTML(), { timeout: 5000 }).toBe('<p># Title</p>');
    });

    it('EDIT-21: the text comes where it was pasted, replaces what was selected then, and leaves the caret alone', async () => {
      const loading = Promise.withResolvers<Read>();
      const editor = openWith(() => loading.promise);
      editor.commands.setContent('<p>one</p><p>old</p><p>three</p>');
      editor.commands.setTextSelection({ from: 6, to: 9 });
      paste({ 'text/plain': '# Title' });
      editor.commands.setTextSelection(editor.state.doc.content.size - 1);
      editor.commands.insertContent('!');
      editor.commands.setTextSelection(3);
      editor.commands.insertContent('+');
      paste({ 'text/plain': '# Second' });
      loading.resolve(read);
      await expect.poll(() => editor.getHTML()).toContain('Read');
      expect(editor.getHTML()).toBe('<p>on+# Seconde</p><h2>Read</h2><p>three!</p>');
      expect(editor.state.selection.from).toBe(1 + 'on+# Second'.length);
    });

    it('EDIT-21: what is dropped is read too, and a picture pasted after it is no part of it', async () => {
      const loading = Promise.withResolvers<Read>();
      const editor = openWith(() => loading.promise);
      editor.commands.setContent('<p>one</p>');
      const box = textbox().getBoundingClientRect();
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/plain', '# Title');
      const place = { clientX: box.left + 1, clientY: box.top + 5, bubbles: true, cancelable: true };
      textbox().dispatchEvent(new DragEvent('drop', { dataTransfer, ...place }));
      const picture = new DataTransfer();
      picture.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
      textbox().dispatchEvent(new ClipboardEvent('paste', { clipboardData: picture, bubbles: true, cancelable: true }));
      loading.resolve(read);
      await expect.poll(() => editor.getHTML()).toMatch(/^<h2>Readone<\/h2>/);
    });
  });

  it('EDIT-22: with Shift, nothing is read into the text', async () => {
    const session = await open();
    pastePlain({ 'text/plain': '# **x** https://example.org/ `y`', 'text/html': '<h1><b>x</b></h1>' });
    expect(session.html()).toBe('<p># **x** https://example.org/ `y`</p>');
  });

  it('EDIT-21: stays text inside a code block', async () => {
    const session = await open();
    await userEvent.keyboard('``` ');
    paste({ 'text/plain': '# not a heading\n- nor a list' });
    expect(session.html()).toBe('<pre><code># not a heading\n- nor a list</code></pre>');
  });

  it.each([
    [
      'lines become a block in their language',
      'let a = 1;\nlet b = 2;',
      '{"mode":"typescript"}',
      '<pre><code class="language-typescript">let a = 1;\nlet b = 2;</code></pre>',
    ],
    ['a piece of a line stays text', 'half', '{"mode":"typescript"}', '<p>half</p>'],
    ['Markdown is read', '# Title', '{"mode":"markdown"}', '<h1>Title</h1>'],
    ['nonsense is ignored', 'half', '{"mode":', '<p>half</p>'],
  ])('EDIT-20: code from an editor of code: %s', async (_, text, mode, expected) => {
    const session = await open();
    paste({ 'text/plain': text, 'vscode-editor-data': mode });
    await expect.poll(() => session.html().replace(/<p><\/p>$/, '')).toBe(expected);
  });
});
