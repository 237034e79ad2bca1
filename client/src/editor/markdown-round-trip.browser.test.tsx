import { getSchema } from '@tiptap/core';
import { DOMParser as SchemaParser, type Node } from '@tiptap/pm/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { renderHtml } from '@vicinal/shared/room/html.ts';
import { renderMarkdown } from '@vicinal/shared/room/markdown.ts';
import { schemaExtensions } from './binding/extensions.ts';
import { writeChildren } from './binding/write-body.ts';
import { markdownToHtml } from './paste/markdown-to-html.ts';

const schema = getSchema(schemaExtensions);

const words = fc.constantFrom(
  'a',
  'word',
  'two words',
  '# no',
  '1. no',
  '- no',
  '*s*',
  '_u_',
  'a_b',
  '<b>',
  '[x](y)',
  '`c`',
  '~~',
  '&amp;',
  'x|y',
  'é',
  '👍',
  '\\',
);
const marks = fc.uniqueArray(fc.constantFrom('bold', 'italic', 'strike', 'underline'), { maxLength: 2 });
const text = fc.oneof(
  fc.record({ type: fc.constant('text'), text: words, marks: marks.map((names) => names.map((type) => ({ type }))) }),
  fc.record({ type: fc.constant('text'), text: words, marks: fc.constant([{ type: 'code' }]) }),
  fc.record({
    type: fc.constant('text'),
    text: fc.constantFrom('a', 'two words', '*s*', 'a_b', '<b>', 'é'),
    marks: fc.constant([{ type: 'link', attrs: { href: 'https://example.org/a(b)?c=d' } }]),
  }),
);
const space = { type: 'text', text: ' ' };
const line = fc
  .array(text, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.flatMap((part, i) => (i === 0 ? [part] : [space, part])));
const paragraph = line.map((content) => ({ type: 'paragraph', content }));
const item = (type: string, attrs?: object) =>
  fc.array(paragraph, { minLength: 1, maxLength: 2 }).map((content) => ({ type, ...(attrs && { attrs }), content }));
const list = (type: string, of: fc.Arbitrary<object>) =>
  fc.array(of, { minLength: 1, maxLength: 3 }).map((content) => ({ type, content }));
const block = fc.oneof(
  { weight: 3, arbitrary: paragraph },
  // bold in a heading says nothing, and is not pasted
  words.map((value) => ({ type: 'heading', attrs: { level: 2 }, content: [{ type: 'text', text: value }] })),
  list('bulletList', item('listItem')),
  list('orderedList', item('listItem')),
  list('taskList', item('taskItem', { checked: true })),
  list('blockquote', paragraph),
  fc
    .constantFrom('x = 1', '```\ny', '# z\n\n- w')
    .map((code) => ({ type: 'codeBlock', attrs: { language: 'ts' }, content: [{ type: 'text', text: code }] })),
  fc.constant({ type: 'horizontalRule' }),
  fc.array(fc.tuple(paragraph, paragraph), { minLength: 1, maxLength: 2 }).map((rows) => ({
    type: 'table',
    content: rows.map((cells, i) => ({
      type: 'tableRow',
      content: cells.map((cell) => ({ type: i === 0 ? 'tableHeader' : 'tableCell', content: [cell] })),
    })),
  })),
);

function bodyOf(doc: Node): Y.XmlFragment {
  const body = contentBody(new Y.Doc());
  writeChildren(body, doc, new Map());
  return body;
}

it('EDIT-31: what leaves as Markdown comes back from it the same', () => {
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), (content) => {
      const body = bodyOf(schema.nodeFromJSON({ type: 'doc', content }));
      const markdown = renderMarkdown(body);
      const page = new DOMParser().parseFromString(markdownToHtml(markdown), 'text/html').body;
      const back = bodyOf(SchemaParser.fromSchema(schema).parse(page));
      expect({ markdown, html: renderHtml(back) }).toEqual({ markdown, html: renderHtml(body) });
    }),
    { numRuns: 300 },
  );
});
