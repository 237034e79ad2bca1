import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import * as Y from 'yjs';
import { contentBody } from './documents.ts';
import { renderHtml } from './html.ts';
import { appendLines, clearBody, editText, readLines, readText } from './text-lines.ts';

type Tree = readonly [name: string, ...children: (Tree | string | Y.XmlText)[]];

function element([name, ...children]: Tree): Y.XmlElement {
  const made = new Y.XmlElement(name);
  made.insert(
    0,
    children.map((child) =>
      typeof child === 'string' ? new Y.XmlText(child) : child instanceof Y.XmlText ? child : element(child),
    ),
  );
  return made;
}
function bodyOf(...trees: readonly Tree[]): Y.XmlFragment {
  const body = contentBody(new Y.Doc());
  body.insert(
    0,
    trees.map((tree) => element(tree)),
  );
  return body;
}

describe('reading', () => {
  test('PEER-1 every block of text is a line, whatever holds it', () => {
    const body = bodyOf(
      ['heading', 'Tides'],
      ['paragraph', 'one'],
      ['paragraph'],
      ['bulletList', ['listItem', ['paragraph', 'a'], ['bulletList', ['listItem', ['paragraph', 'b']]]]],
      ['horizontalRule'],
      ['table', ['tableRow', ['tableHeader', ['paragraph', 'h']], ['tableCell', ['paragraph', 'c']]]],
      ['codeBlock', 'x\ny'],
      ['paragraph', 'soft', ['hardBreak'], 'break'],
    );
    expect(readText(body)).toBe('Tides\none\n\na\nb\n\nh\nc\nx\ny\nsoft\nbreak');
    expect(readLines(body)).toEqual(readText(body).split('\n'));
  });

  test('PEER-1 an empty body has no line, an empty paragraph one', () => {
    expect(readLines(bodyOf())).toEqual([]);
    expect(readLines(bodyOf(['paragraph']))).toEqual(['']);
  });

  test('PEER-1 mentions read as names, pictures as their description, and hostile values break nothing', () => {
    const body = bodyOf(['paragraph', 'for ', ['mention']], ['image'], ['paragraph', ['mention']], ['__proto__', 'x']);
    const mention = (body.get(0) as Y.XmlElement).get(1) as Y.XmlElement;
    mention.setAttribute('label', 'Grace');
    (body.get(1) as Y.XmlElement).setAttribute('alt', 'A lighthouse');
    ((body.get(2) as Y.XmlElement).get(0) as Y.XmlElement).setAttribute('label', { evil: true } as unknown as string);
    expect(readLines(body)).toEqual(['for @Grace', 'A lighthouse', '\uFFFC', 'x']);
  });
});

describe('appending and clearing', () => {
  test('PEER-2 lines become paragraphs at the end; a blank body is written into', () => {
    const body = bodyOf(['paragraph']);
    appendLines(body, ['one', 'two']);
    appendLines(body, ['', 'three']);
    expect(renderHtml(body)).toBe('<p>one</p><p>two</p><p></p><p>three</p>');
    const empty = bodyOf();
    appendLines(empty, ['x']);
    expect(renderHtml(empty)).toBe('<p>x</p>');
  });

  test('PEER-2 clearing removes blocks of every kind in one update', () => {
    const body = bodyOf(['heading', 'a'], ['bulletList', ['listItem', ['paragraph', 'b']]], ['image']);
    let updates = 0;
    body.doc?.on('update', () => updates++);
    clearBody(body);
    clearBody(body);
    expect([body.length, updates]).toEqual([0, 1]);
  });
});

describe('editing', () => {
  const edited = (body: Y.XmlFragment, ...edits: readonly [number, number, string][]): string => {
    const edit = editText(body);
    for (const [index, deleted, inserted] of edits) edit.replace(index, deleted, inserted);
    return renderHtml(body);
  };

  test('PEER-3 line breaks split and join paragraphs, marks move along', () => {
    const body = bodyOf(['paragraph', 'plain ']);
    ((body.get(0) as Y.XmlElement).get(0) as Y.XmlText).insert(6, 'bold', { bold: {} });
    expect(edited(body, [8, 0, '\n'])).toBe('<p>plain <strong>bo</strong></p><p><strong>ld</strong></p>');
    expect(edited(body, [8, 1, ''])).toBe('<p>plain <strong>bold</strong></p>');
  });

  test('PEER-3 headings, lists, tables and code stay what they are', () => {
    const body = bodyOf(
      ['heading', 'Tides'],
      ['bulletList', ['listItem', ['paragraph', 'a']], ['listItem', ['paragraph', 'b']]],
      ['table', ['tableRow', ['tableCell', ['paragraph', 'c']], ['tableCell', ['paragraph', 'd']]]],
      ['codeBlock', 'x'],
    );
    expect(edited(body, [5, 0, '!'], [9, 1, 'A'], [15, 1, ''], [15, 0, 'y\nz'])).toBe(
      '<h1>Tides!</h1><ul><li><p>a</p></li><li><p>A</p></li></ul>' +
        '<table><tbody><tr><td><p>c</p></td><td><p>d</p></td></tr></tbody></table><pre><code>y\nz</code></pre>',
    );
  });

  test('PEER-3 what another person adds to a line survives the removal of the lines before it', () => {
    const body = bodyOf(['paragraph', 'one'], ['paragraph', 'two']);
    const { doc } = body;
    const other = new Y.Doc();
    if (doc) Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    appendTo(contentBody(other), 1, ' and more');
    edited(body, [0, 4, '']);
    if (doc) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    expect(readText(body)).toBe('two and more');
  });

  test('PEER-3 the text after any edits is that of a plain string', () => {
    const pieces = fc.stringMatching(/^[ab\n]{0,6}$/);
    const lines = fc.array(fc.tuple(fc.constantFrom('paragraph', 'heading', 'codeBlock'), pieces), { maxLength: 5 });
    fc.assert(
      fc.property(lines, fc.array(fc.tuple(fc.nat(), fc.nat(12), pieces), { maxLength: 25 }), (blocks, edits) => {
        const body = bodyOf(
          ...blocks.map(([name, text]): Tree => [name, name === 'codeBlock' ? text : text.replaceAll('\n', ' ')]),
        );
        const edit = editText(body);
        let text = readText(body);
        for (const [at, most, inserted] of edits) {
          const index = at % (text.length + 1);
          const deleted = Math.min(most, text.length - index);
          text = text.slice(0, index) + inserted + text.slice(index + deleted);
          edit.replace(index, deleted, inserted);
          expect(readText(body)).toBe(text);
          expect(edit.length).toBe(text.length);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('PEER-3 an edit outside the text is refused and changes nothing', () => {
    const body = bodyOf(['paragraph', 'abc']);
    const edit = editText(body);
    expect(() => edit.replace(2, 2, 'x')).toThrow(RangeError);
    expect(() => edit.replace(-1, 0, 'x')).toThrow(RangeError);
    expect(readText(body)).toBe('abc');
  });
});

function appendTo(body: Y.XmlFragment, index: number, text: string): void {
  const run = (body.get(index) as Y.XmlElement).get(0) as Y.XmlText; // as the tests build them
  run.insert(run.length, text);
}
