import { afterEach, describe, expect, it } from 'vitest';
import { createSignal } from 'solid-js';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { CONTENT_SCHEMA, contentBody, contentSchema, metaProps } from '@vicinal/shared/room/documents.ts';
import { renderHtml } from '@vicinal/shared/room/html.ts';
import { DocumentEditor } from './DocumentEditor.tsx';
import { createTestSession, element, frames, text, textbox, type TestSession } from './testing/session.ts';

/** A dot. */
const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const row = (...cells: readonly string[]) =>
  element(
    'tableRow',
    {},
    cells.map((words) => element('tableCell', {}, [paragraph(text(words))])),
  );
const paragraph = (...children: (Y.XmlElement | Y.XmlText)[]) => element('paragraph', {}, children);

/** Documents by what is special about them. */
const DOCUMENTS: Readonly<Record<string, (body: Y.XmlFragment) => void>> = {
  'an empty document': () => undefined,
  'one empty paragraph': (body) => body.insert(0, [paragraph()]),
  'every node and mark': (body) =>
    body.insert(0, [
      ...[1, 2, 3].map((level) => element('heading', { level }, [text(`Heading ${level}`)])),
      paragraph(
        text('a', { bold: {} }),
        element('hardBreak'),
        text('b', { italic: {}, underline: {} }),
        text(' c', { strike: {} }),
        text('d', { code: {} }),
        text('e', { link: { href: 'https://example.org/' } }),
      ),
      element('bulletList', {}, [
        element('listItem', {}, [
          paragraph(text('x')),
          element('bulletList', {}, [element('listItem', {}, [paragraph(text('y'))])]),
        ]),
      ]),
      element('orderedList', { start: 4 }, [element('listItem', {}, [paragraph(text('z'))])]),
      element('taskList', {}, [
        element('taskItem', { checked: true }, [paragraph(text('done'))]),
        element('taskItem', { checked: false }, [paragraph(text('open'))]),
      ]),
      element('blockquote', {}, [paragraph(text('quoted'))]),
      element('codeBlock', { language: 'ts' }, [text('const a = 1;\nhttps://example.org is code')]),
      element('horizontalRule'),
      element('table', {}, [
        element('tableRow', {}, [
          element('tableHeader', {}, [paragraph(text('name'))]),
          element('tableHeader', {}, [paragraph(text('note'))]),
        ]),
        row('one', ''),
      ]),
      element('image', { src: PICTURE, alt: 'a dot' }),
      element('codeBlock', { language: 'python' }, [text('def f(x):\n  return "x"')]),
    ]),
  // rows that differ in length, rows and cells without content, a table without rows, a hostile picture: what a table
  // library would make even and an image would be given
  'tables and pictures others left uneven': (body) =>
    body.insert(0, [
      element('table', {}, [row('a', 'b', 'c'), row('d'), element('tableRow', {}, []), row()]),
      element('table', {}, []),
      element('table', {}, [element('tableRow', {}, [element('tableCell', {}, [])])]),
      element('image', { src: 'data:image/svg+xml;base64,PHN2Zy8+', alt: 'no drawing' }),
      element('image', { src: 'https://example.org/a.png' }),
      element('image', {}),
      element('codeBlock', { language: 'ts onload=x' }, [text('plain')]),
      paragraph(text('end')),
    ]),
  // what stock extensions would fix by writing: a last block that is no paragraph, an address without a link,
  // an attribute without a value, an item without a paragraph, text in two pieces, an unsafe link
  'what other editors would tidy up': (body) =>
    body.insert(0, [
      paragraph(text('see https://example.org/ and 1. [ ] # **x** '), text('then more')),
      element('heading', {}, [text('no level')]),
      element('orderedList', {}, [element('listItem', {}, [])]),
      element('taskList', {}, [element('taskItem', {}, [paragraph(text('no state'))])]),
      element('blockquote', {}, []),
      paragraph(text('unsafe', { link: { href: 'javascript:alert(1)' } })),
      element('heading', { level: 12 }, [text('last')]),
    ]),
  'mentions, some of nobody': (body) =>
    body.insert(0, [
      paragraph(
        text('for '),
        element('mention', { user: `${'b'.repeat(21)}A`, label: 'Ben', id: 'mentionmentionmention_' }),
        text(' and '),
        element('mention', { user: 'nobody', label: 'x'.repeat(300), id: 7 }),
        element('mention'),
      ),
      element('heading', { level: 1 }, [element('mention', { user: `${'u'.repeat(21)}A`, label: 'Ada', id: '' })]),
      element('bulletList', {}, [
        element('listItem', {}, [paragraph(element('mention', { user: {}, label: ['a'], id: true }))]),
      ]),
      paragraph(text('end')),
    ]),
  'an unknown node': (body) =>
    body.insert(0, [paragraph(text('before')), element('diagram', { boxes: 2 }, [element('box', {}, [text('cell')])])]),
  'an unknown mark': (body) => body.insert(0, [paragraph(text('x', { highlight: { colour: 'red' } }))]),
};

const ROLES = { viewer: false, editor: true } as const;

let close: (() => void) | undefined;
afterEach(() => close?.());

function open(session: TestSession, isHidden: () => boolean = () => false): () => void {
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(
    () => <DocumentEditor session={session} theme="light" labelledBy="title" isHidden={isHidden()} />,
    host,
  );
  close = () => {
    dispose();
    host.remove();
    close = undefined;
  };
  return close;
}

/** Counts what a session would sign and send. */
function countWrites(doc: Y.Doc): () => number {
  let writes = 0;
  doc.on('update', (_update, origin) => {
    if (origin !== 'remote') writes++;
  });
  return () => writes;
}

describe.each(Object.keys(ROLES) as (keyof typeof ROLES)[])('as %s', (role) => {
  it.each(Object.entries(DOCUMENTS))(
    'EDIT-1: opening %s twice, receiving and closing writes nothing',
    async (_, fill) => {
      const author = new Y.Doc();
      fill(contentBody(author));
      const session = createTestSession({ canWrite: ROLES[role] });
      session.receive(author);
      const writes = countWrites(session.content);
      const metaWrites = countWrites(session.meta);

      for (let round = 0; round < 2; round++) {
        const shut = open(session);
        await frames(2);
        textbox().focus();
        contentBody(author).push([paragraph(text(`remote ${round} https://example.org/ `))]);
        session.receive(author);
        await frames(1);
        // a change in every block that holds text, then one undone by its author
        for (const node of author.getXmlFragment('body').toArray()) {
          if (node instanceof Y.XmlElement && node.nodeName === 'paragraph') node.insert(node.length, [text('!')]);
          if (node instanceof Y.XmlElement && node.nodeName === 'table')
            node.insert(0, [row('more', `cells ${round}`)]);
          if (node instanceof Y.XmlElement && node.nodeName === 'codeBlock') node.insert(0, [text('let a = 1;')]);
          if (node instanceof Y.XmlElement && node.nodeName === 'image') node.setAttribute('alt', `round ${round}`);
        }
        session.receive(author);
        contentBody(author).delete(0, 1);
        session.receive(author);
        session.announceState();
        await frames(2);
        textbox().blur();
        await frames(1);
        shut();
      }
      expect(writes()).toBe(0);
      expect(metaWrites()).toBe(0);
      expect(renderHtml(contentBody(session.content))).toBe(renderHtml(contentBody(author)));
    },
  );

  it('EDIT-1: a document emptied by another person gets no paragraph of its own', async () => {
    const author = new Y.Doc();
    contentBody(author).insert(0, [paragraph(text('gone soon'))]);
    const session = createTestSession({ canWrite: ROLES[role] });
    session.receive(author);
    const writes = countWrites(session.content);
    open(session);
    textbox().focus();
    contentBody(author).delete(0, 1);
    session.receive(author);
    await frames(2);
    document.getSelection()?.selectAllChildren(textbox());
    await frames(2);
    expect(writes()).toBe(0);
    expect(contentBody(session.content).length).toBe(0);
    expect(textbox().textContent).toBe('');
  });

  it('EDIT-1: made before anything is known of the document it writes nothing, and shows the text when that arrives', async () => {
    const author = new Y.Doc();
    contentBody(author).insert(0, [paragraph(text('from afar'))]);
    const session = createTestSession({ canWrite: ROLES[role], isWaiting: true });
    const writes = countWrites(session.content);
    const metaWrites = countWrites(session.meta);
    const [isHidden, setHidden] = createSignal(true);
    open(session, isHidden);
    await frames(2);
    expect(document.querySelector('.document-editor')?.checkVisibility()).toBe(false);
    expect(textbox().isContentEditable).toBe(false);
    session.receive(author);
    session.setCanWrite(ROLES[role]);
    setHidden(false);
    expect(textbox().textContent).toBe('from afar');
    expect(textbox().isContentEditable).toBe(ROLES[role]);
    await expect.poll(() => document.querySelectorAll('[role="toolbar"] button').length > 0).toBe(ROLES[role]);
    expect(writes()).toBe(0);
    expect(metaWrites()).toBe(0);
  });

  it('EDIT-1: a role that changes while open writes nothing', async () => {
    const session = createTestSession({ canWrite: ROLES[role] });
    const writes = countWrites(session.content);
    open(session);
    for (const canWrite of [true, false, true, false]) {
      session.setCanWrite(canWrite);
      await frames(1);
      expect(textbox().getAttribute('aria-readonly')).toBe(String(!canWrite));
      expect(textbox().isContentEditable).toBe(canWrite);
    }
    expect(writes()).toBe(0);
  });
});

describe('content of a newer version', () => {
  it.each(['an unknown node', 'an unknown mark'])('EDIT-3: %s is shown read-only with its text', async (name) => {
    const author = new Y.Doc();
    DOCUMENTS[name]?.(contentBody(author));
    const session = createTestSession({ canWrite: true });
    session.receive(author);
    open(session);
    await frames(1);
    expect(document.body.textContent).toContain('Update needed');
    expect(textbox().isContentEditable).toBe(false);
    expect(textbox().textContent).toBe(name === 'an unknown node' ? 'beforecell' : 'x');
  });

  it('EDIT-3: arriving while open closes the binding, leaving reopens it', async () => {
    const author = new Y.Doc();
    contentBody(author).insert(0, [paragraph(text('known'))]);
    const session = createTestSession({ canWrite: true });
    session.receive(author);
    const writes = countWrites(session.content);
    open(session);
    expect(textbox().isContentEditable).toBe(true);
    contentBody(author).push([element('diagram', {}, [text('cell')])]);
    session.receive(author);
    await expect.poll(() => document.body.textContent).toContain('Update needed');
    expect(textbox().textContent).toBe('knowncell');
    contentBody(author).delete(1, 1);
    session.receive(author);
    await expect.poll(() => textbox().isContentEditable).toBe(true);
    expect(writes()).toBe(0);
  });

  it('EDIT-3: a newer schema number alone is read-only', () => {
    const session = createTestSession({ canWrite: true });
    metaProps(session.meta).set('schema', CONTENT_SCHEMA + 1);
    const writes = countWrites(session.content);
    open(session);
    expect(document.body.textContent).toContain('Update needed');
    expect(textbox().isContentEditable).toBe(false);
    expect(writes()).toBe(0);
  });
});

describe('the schema number', () => {
  const caretIn = (selector: string) => {
    const target = textbox().querySelector(selector);
    if (!target) throw new TypeError(`no ${selector}`);
    textbox().focus();
    document.getSelection()?.selectAllChildren(target);
    document.getSelection()?.collapseToEnd();
  };

  it('EDIT-3: is raised by the person who first writes what needs it, and by nobody else', async () => {
    const session = createTestSession({ canWrite: true });
    metaProps(session.meta).set('schema', 1);
    const writes = countWrites(session.meta);
    open(session);
    await frames(1);
    caretIn('p');
    document.execCommand('insertText', false, 'plain');
    await expect.poll(() => renderHtml(contentBody(session.content))).toContain('plain');
    expect(writes()).toBe(0);
    const tool = document.querySelector<HTMLElement>('[role="toolbar"] [aria-label="Table"]');
    tool?.click();
    await expect.poll(() => contentSchema(session.meta)).toBe(2);
    expect(writes()).toBe(1);
    caretIn('td p');
    document.execCommand('insertText', false, 'cell');
    await expect.poll(() => renderHtml(contentBody(session.content))).toContain('cell');
    expect(writes()).toBe(1);
  });

  it('EDIT-3: stays as it is when tables arrive from others', async () => {
    const author = new Y.Doc();
    contentBody(author).insert(0, [element('table', {}, [row('a', 'b')])]);
    const session = createTestSession({ canWrite: true });
    const writes = countWrites(session.meta);
    open(session);
    session.receive(author);
    await frames(2);
    expect(textbox().querySelector('td')).not.toBeNull();
    expect(textbox().isContentEditable).toBe(true);
    expect(writes()).toBe(0);
  });
});
