import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { contentBody } from './documents.ts';
import { renderMarkdown } from './markdown.ts';

type Child = Y.XmlElement | Y.XmlText;

function element(name: string, attributes: Record<string, unknown> = {}, children: Child[] = []): Y.XmlElement {
  const out = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value as string); // remote peers set any type
  out.insert(0, children);
  return out;
}

function text(value: string, attributes: object = {}): Y.XmlText {
  const out = new Y.XmlText();
  out.insert(0, value, { ...attributes });
  return out;
}

const p = (...children: (Child | string)[]): Y.XmlElement =>
  element(
    'paragraph',
    {},
    children.map((child) => (typeof child === 'string' ? text(child) : child)),
  );
const item = (...children: Child[]): Y.XmlElement => element('listItem', {}, children);
const cell = (name: string, ...children: Child[]): Y.XmlElement => element(name, {}, children);
const DOT =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const bold = { bold: {} };
const link = (href: string): object => ({ link: { href } });

function markdown(...blocks: Child[]): string {
  const body = contentBody(new Y.Doc());
  body.insert(0, blocks);
  return renderMarkdown(body);
}

describe('Markdown', () => {
  it('writes every node of the schema', () => {
    expect(
      markdown(
        element('heading', { level: 2 }, [text('Minutes')]),
        p('One', element('hardBreak'), 'two'),
        element('bulletList', {}, [item(p('a'), element('bulletList', {}, [item(p('b'))])), item(p('c'))]),
        element('orderedList', { start: 9 }, [item(p('nine')), item(p('ten'), p('more'))]),
        element('taskList', {}, [
          element('taskItem', { checked: true }, [p('done')]),
          element('taskItem', { checked: false }, [p('open')]),
        ]),
        element('blockquote', {}, [p('said'), p('again')]),
        element('codeBlock', { language: 'ts' }, [text('const a = `b`;\n\n# no heading')]),
        element('horizontalRule'),
        element('image', { src: DOT, alt: 'A [dot]' }),
        element('table', {}, [
          element('tableRow', {}, [cell('tableHeader', p('Name')), cell('tableHeader', p('Note'))]),
          element('tableRow', {}, [cell('tableCell', p('a|b')), cell('tableCell', p('one'), p('two'))]),
        ]),
      ),
    ).toBe(`## Minutes

One\\
two

- a
  - b
- c

9. nine

10. ten

    more

- [x] done
- [ ] open

> said
>
> again

\`\`\`ts
const a = \`b\`;

# no heading
\`\`\`

---

![A \\[dot\\]](${DOT})

| Name | Note |
| --- | --- |
| a\\|b | one<br>two |
`);
  });

  it.each([
    [[text('bold', bold), text(' and '), text('both', { bold: {}, italic: {} })], '**bold** and ***both***'],
    [[text('in'), text('word', bold)], 'in<strong>word</strong>'],
    [[text('a '), text(' spaced ', bold), text(' b')], 'a  **spaced**  b'],
    [[text('u', { underline: {} }), text(' '), text('s', { strike: {} })], '<u>u</u> ~~s~~'],
    [[text('a`b', { code: {} })], '``a`b``'],
    [[text('`', { code: {} })], '`` ` ``'],
    [[text('site', link('https://example.org/a(b)'))], '[site](<https://example.org/a(b)>)'],
    [[text('https://example.org/', link('https://example.org/'))], '<https://example.org/>'],
    [[text('x', link('javascript:alert(1)'))], 'x'],
    [
      [text('snake_case _x_ *y* ~z~ <b> [a](b) &amp; c:\\d')],
      'snake_case \\_x\\_ \\*y\\* \\~z\\~ \\<b> \\[a\\](b) \\&amp; c:\\\\d',
    ],
    [[text('see https://example.org/a_b_c for _it_')], 'see https://example.org/a_b_c for \\_it\\_'],
    [[text('# one')], '\\# one'],
    [[text('1. one')], '1\\. one'],
    [[text('- one')], '\\- one'],
    [[text('---')], '\\---'],
    [[text('> one')], '\\> one'],
    [[text('#tag')], '#tag'],
  ])('writes the line %#', (children, expected) => {
    expect(markdown(element('paragraph', {}, children))).toBe(`${expected}\n`);
  });

  it('makes a fence longer than any inside', () => {
    expect(markdown(element('codeBlock', {}, [text('```\nx\n````')]))).toBe('`````\n```\nx\n````\n`````\n');
  });

  it('keeps lists beside each other apart', () => {
    const list = (words: string) => element('bulletList', {}, [item(p(words))]);
    expect(markdown(list('a'), list('b'), list('c'))).toBe('- a\n\n* b\n\n- c\n');
  });

  it('fills the rows of a table that differ in length, and gives one without a header an empty one', () => {
    expect(
      markdown(
        element('table', {}, [
          element('tableRow', {}, [cell('tableCell', p('a'))]),
          element('tableRow', {}, [cell('tableCell', p('b')), cell('tableCell', p('c'))]),
        ]),
      ),
    ).toBe('|  |  |\n| --- | --- |\n| a |  |\n| b | c |\n');
  });

  it('shows the text of what it does not know, and survives trees far deeper than the limit', () => {
    expect(markdown(element('diagram', {}, [element('box', {}, [text('inside')])]))).toBe('inside\n');
    let deep: Child = p('deep');
    for (let i = 0; i < 500; i++) deep = element('blockquote', {}, [deep]);
    expect(markdown(deep)).toContain('deep');
  });

  it('is the same on every peer, whatever the tree, and never throws', () => {
    const leaf = fc.record({
      value: fc.string(),
      mark: fc.constantFrom('bold', 'link', 'code', 'x'),
      attribute: fc.anything(),
    });
    const names = ['paragraph', 'table', 'tableRow', 'tableCell', 'image', 'listItem', 'bulletList', 'codeBlock', 'x'];
    const tree = fc.letrec<{ node: { name: string; children: readonly unknown[] } }>((tie) => ({
      node: fc.record({
        name: fc.constantFrom(...names),
        children: fc.array(fc.oneof({ depthSize: 'small' }, leaf, tie('node')), { maxLength: 3 }),
      }),
    })).node;
    type Made = { name: string; children: readonly Made[] } | { value: string; mark: string; attribute: unknown };
    const toY = (made: Made): Child =>
      'children' in made
        ? element(made.name, {}, made.children.map(toY))
        : text(made.value, {
            [made.mark]: typeof made.attribute === 'object' && made.attribute !== null ? {} : made.mark,
          });
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 3 }), (trees) => {
        const [first, second] = [new Y.Doc(), new Y.Doc()] as const;
        contentBody(first).insert(0, (trees as Made[]).map(toY)); // fast-check cannot name a recursive type
        const out = renderMarkdown(contentBody(first));
        Y.applyUpdate(second, Y.encodeStateAsUpdate(first));
        expect(renderMarkdown(contentBody(second))).toBe(out);
      }),
    );
  });
});
