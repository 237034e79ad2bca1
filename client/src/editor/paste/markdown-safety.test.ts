import { Marked } from 'marked';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { renderMarkdown } from '@vicinal/shared/room/markdown.ts';

type Child = Y.XmlElement | Y.XmlText;

const SCRIPT = '<script>alert(1)</script>';
const LINE_ENDS = ['\n\n', '\r\r', '\r\n\r\n', '\u0085\u0085', '\u2028\u2028', '\u2029\u2029', '\v\f'];

function element(name: string, ...children: readonly Child[]): Y.XmlElement {
  const out = new Y.XmlElement(name);
  out.insert(0, [...children]);
  return out;
}

function text(value: string, marks: object = {}): Y.XmlText {
  const out = new Y.XmlText();
  out.insert(0, value, { ...marks });
  return out;
}

function markdown(...blocks: Child[]): string {
  const body = contentBody(new Y.Doc());
  body.insert(0, blocks);
  return renderMarkdown(body);
}

const marked = new Marked({ gfm: true });
const parse = (source: string): string => marked.parse(source) as string; // no asynchronous extension
const picture = (alt: string): Y.XmlElement => {
  const out = element('image');
  out.setAttribute('alt', alt);
  return out;
};

const SOURCES: Readonly<Record<string, (words: string) => readonly Child[]>> = {
  text: (words) => [text(words)],
  'a code mark': (words) => [text(words, { code: {} })],
  bold: (words) => [text('a'), text(words, { bold: {} })],
  'code after an address': (words) => [text('https://x.org/'), text(words, { code: {} })],
  'text after an address': (words) => [text(`ftp://x.org/${words}`)],
  'text after a backslash': (words) => [text(`\\${words}\\${words}`)],
  'text after an address and a backtick': (words) => [text(`https://x.org/\`${words}\``)],
  'a link after an address': (words) => [text('www.x.org/'), text(`y${words}`, { link: { href: 'https://y.org/' } })],
  'code after a link with a backtick': (words) => [
    text('x', { link: { href: 'https://x.org/`' } }),
    text(words, { code: {} }),
  ],
  'code with a bar': (words) => [text(`\\|${words}`, { code: {} })],
  'a link with a bar': (words) => [text('x', { link: { href: `https://x.org/|${words}` } })],
};
const BLOCKS: Readonly<Record<string, (children: readonly Child[]) => Y.XmlElement>> = {
  paragraph: (children) => element('paragraph', ...children),
  heading: (children) => element('heading', ...children),
  code: (children) => element('codeBlock', ...children),
};
const HOLDERS: Readonly<Record<string, (block: Y.XmlElement) => Y.XmlElement>> = {
  document: (block) => block,
  quote: (block) => element('blockquote', block),
  item: (block) => element('bulletList', element('listItem', block)),
  'second block of an item': (block) =>
    element('orderedList', element('listItem', element('paragraph', text('x')), block)),
  task: (block) => element('taskList', element('taskItem', block)),
  'task in a quote in an item': (block) =>
    element('bulletList', element('listItem', element('blockquote', element('taskList', element('taskItem', block))))),
  cell: (block) => element('table', element('tableRow', element('tableCell', block))),
  unknown: (block) => element('diagram', block),
};

describe('SEC: exported Markdown holds no HTML that somebody wrote into a document', () => {
  for (const [place, source] of Object.entries(SOURCES))
    for (const [kind, block] of Object.entries(BLOCKS))
      for (const [where, holder] of Object.entries(HOLDERS))
        it(`${place}, ${kind}, ${where}`, () => {
          for (const end of LINE_ENDS) {
            for (const words of [SCRIPT, `a${end}${SCRIPT}${end}b`, `a${end}    x${end}${SCRIPT}`]) {
              const out = markdown(holder(block(source(words))));
              if (/<script/i.test(parse(out))) expect.fail(JSON.stringify(out));
            }
          }
        });

  it('the description of a picture that cannot be shown', () => {
    for (const end of LINE_ENDS) {
      const out = markdown(picture(`a${end}${SCRIPT}${end}# b`));
      expect(parse(out)).not.toMatch(/<script|<h1/);
    }
  });

  it('no address of a link brings another link along', () => {
    const bad = { link: { href: 'https://x.org/|[x](javascript:alert(1))' } };
    const out = markdown(
      element('table', element('tableRow', element('tableCell', element('paragraph', text('x', bad))))),
    );
    expect(parse(out)).not.toMatch(/href="javascript/);
  });

  it('a task that begins with code keeps its box and its code', () => {
    const html = parse(markdown(element('taskList', element('taskItem', element('codeBlock', text('a\n\nb'))))));
    expect(html).toContain('<pre><code>a\n\nb\n</code></pre>');
  });
});

describe('SEC: exporting takes neither room nor time that grows with the square of what a peer wrote', () => {
  const render = (block: Y.XmlElement): string => {
    const body = contentBody(new Y.Doc());
    body.insert(0, [block]);
    return renderMarkdown(body);
  };
  const cell = (words = '') => element('tableCell', element('paragraph', text(words)));

  it('a table of one wide row and many narrow ones keeps every cell', () => {
    const wide = Array.from({ length: 3000 }, (_, i) => cell(`w${i}.`));
    const rows = Array.from({ length: 3000 }, (_, i) => element('tableRow', cell(`n${i}.`)));
    const out = render(element('table', element('tableRow', ...wide), ...rows));
    expect(out.length).toBeLessThan(2_000_000);
    expect(out).toContain('w2999.');
    expect(out).toContain('n2999.');
  });

  it('long code in deep lists loses its indentation, says so, and keeps its text', () => {
    let inner = element('codeBlock', text(`${'a\n'.repeat(300_000)}end`));
    for (let i = 0; i < 49; i++)
      inner = element('orderedList', element('listItem', element('paragraph', text('x')), inner));
    const out = render(inner);
    expect(out.length).toBeLessThan(40_000_000);
    expect(out).toContain('\\[…\\]');
    expect(out).toContain('end');
  });

  const LENGTH = 30_000;
  /** The shortest of several times, in ms: what else the machine does counts in none of them. */
  const cost = (child: Child): number => {
    const body = contentBody(new Y.Doc());
    body.insert(0, [element('heading', child)]);
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      renderMarkdown(body);
      return performance.now() - start;
    });
    return Math.min(...times);
  };

  it.each([
    ['white space between words', () => text(`a${' '.repeat(LENGTH)}b`)],
    ['signs of headings', () => text(`${'#'.repeat(LENGTH)}x`)],
    ['backticks in code', () => text('` '.repeat(LENGTH / 2), { code: {} })],
  ])('%s cost about what other words of the same length do', (_, make) => {
    // measured: up to 15 times as much; looked at again from every place, 5,000 times
    expect(cost(make())).toBeLessThan(200 * cost(text('word '.repeat(LENGTH / 5))));
  });

  it('more children than a call takes arguments', () => {
    const body = contentBody(new Y.Doc());
    const holder = new Y.XmlElement('diagram');
    body.insert(0, [holder]);
    for (let i = 0; i < 10; i++) holder.push(Array.from({ length: 20_000 }, () => new Y.XmlElement('box')));
    holder.push([text('end')]);
    expect(renderMarkdown(body)).toBe('end\n');
  });
});
