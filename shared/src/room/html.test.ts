import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { contentBody } from './documents.ts';
import { isSafeUrl, MAX_NODE_DEPTH, renderHtml } from './html.ts';

const UNSAFE_URLS = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\tscript:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'javascript\u0000:alert(1)',
  'javascript&colon;alert(1)',
  'javascript&#58;alert(1)',
  'vbscript:msgbox(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD4=',
  'file:///etc/passwd',
  'blob:https://a/b',
  'ftp://a',
  '//evil.example',
  '/relative',
  'https:evil',
  'http:/a',
  'https://a b',
  'https://a\u2028b',
  'view-source:https://a',
  'filesystem:https://a/b',
  'mailto:a b',
  'mailto:',
  'https://',
  '',
  `https://a/${'x'.repeat(2048)}`,
];
const MARKUP = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  '" onfocus="alert(1)" autofocus="',
  '</p><script>alert(1)</script>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<a href="javascript:alert(1)">x</a>',
  '<style>*{}</style>',
  '<math><mtext></mtext><script>alert(1)</script></math>',
  '<!--<script>alert(1)</script>-->',
  ']]><script>alert(1)</script>',
  '&lt;script&gt;',
  '\u0000<script>',
  '<svg><animate onbegin=alert(1)>',
  '<details open ontoggle=alert(1)>',
  '</code></pre><script>alert(1)</script>',
  '`onload=alert(1)`',
  '&#x3C;script>',
  '<ScRiPt/x>',
];
const PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const UNSAFE_PICTURES = [
  'data:image/svg+xml;base64,PHN2Zy8+',
  'data:image/svg+xml,<svg onload=alert(1)>',
  'data:text/html;base64,PHNjcmlwdD4=',
  'data:image/png;base64,AAAA" onerror="alert(1)',
  'data:image/png;base64,AA AA',
  'data:image/png,AAAA',
  'data:image/png;base64,',
  'DATA:image/png;base64,AAAA',
  'data:image/gif;base64,AAAA',
  'https://example.org/a.png',
  'blob:https://a/b',
  'javascript:alert(1)',
  `data:image/png;base64,${'A'.repeat(683_000)}`,
];
const PAYLOADS: readonly unknown[] = [
  PICTURE,
  ...UNSAFE_PICTURES.filter((source) => source.length < 1000),
  ...UNSAFE_URLS,
  ...MARKUP,
  ...UNSAFE_URLS.map((url) => `https://x"${url}`),
  ...MARKUP.map((text) => `https://x/${text}`),
  null,
  true,
  0,
  -1,
  1e308,
  Number.NaN,
  99,
  [],
  ['<b>'],
  {},
  { href: '<script>' },
  { toString: '<x>' },
  '__proto__',
  'constructor',
];
const NODES = [
  'paragraph',
  'heading',
  'blockquote',
  'bulletList',
  'orderedList',
  'listItem',
  'taskList',
  'taskItem',
  'codeBlock',
  'horizontalRule',
  'hardBreak',
  'table',
  'tableRow',
  'tableCell',
  'tableHeader',
  'image',
  'mention',
  'script',
  'img',
  'constructor',
  '__proto__',
  '"><script>',
];
const ATTRIBUTES = [
  'level',
  'start',
  'type',
  'checked',
  'language',
  'href',
  'onclick',
  'style',
  'src',
  'alt',
  'class',
  'colspan',
  'user',
  'label',
  'id',
];
const MARKS = ['link', 'bold', 'italic', 'underline', 'strike', 'code', 'onclick', '__proto__', '<script>'];

/** A tokenizer as strict as the promise: every tag of the output must be one of these, exactly. */
const ALLOWED_TAG = new RegExp(
  String.raw`^<(?:/?(?:p|h1|h2|h3|blockquote|ul|li|ol|pre|code|strong|em|u|s|div|span|table|tbody|tr|td|th)|/a|hr|br` +
    String.raw`|ul data-type="taskList"|li data-type="taskItem" data-checked="(?:true|false)"|ol(?: start="\d{1,9}")?(?: type="[1aAiI]")?` +
    String.raw`|code class="language-[\w+#.-]{1,32}"|(?:div|span) data-unknown="[^"<>]*"|span data-mention="[\w-]{22}"(?: data-mention-id="[\w-]{22}")?` +
    String.raw`|img src="data:image/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}" alt="[^"<>]*"` +
    String.raw`|a href="(?:https?://|mailto:)[^"<>\s]+" rel="noopener noreferrer nofollow")>$`,
  'i',
);

function expectSafe(html: string): void {
  const tags = html.match(/<[^>]*>?/g) ?? [];
  for (const tag of tags) expect(tag).toMatch(ALLOWED_TAG);
  const rest = html.replace(/<[^>]*>/g, '');
  expect(rest).not.toMatch(/[<>"']/);
}

function build(write: (body: Y.XmlFragment) => void): Y.XmlFragment {
  const body = contentBody(new Y.Doc());
  write(body);
  return body;
}

function element(
  name: string,
  attributes: Record<string, unknown> = {},
  children: (Y.XmlElement | Y.XmlText)[] = [],
): Y.XmlElement {
  const out = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value as string); // hostile peers set any type
  out.insert(0, children);
  return out;
}

function text(value: string, attributes: object = {}): Y.XmlText {
  const out = new Y.XmlText();
  out.insert(0, value, { ...attributes });
  return out;
}

describe('canonical HTML', () => {
  it('renders every node and mark of the schema', () => {
    const body = build((root) =>
      root.insert(0, [
        element('heading', { level: 2 }, [text('Title')]),
        element('paragraph', {}, [
          text('plain '),
          text('bold', { bold: {} }),
          element('hardBreak'),
          text('x', { link: { href: 'https://example.org/?a=1&b=2' }, italic: {} }),
        ]),
        element('bulletList', {}, [element('listItem', {}, [element('paragraph', {}, [text('a')])])]),
        element('orderedList', { start: 3, type: 'a' }, [
          element('listItem', {}, [element('paragraph', {}, [text('b')])]),
        ]),
        element('taskList', {}, [element('taskItem', { checked: true }, [element('paragraph', {}, [text('c')])])]),
        element('blockquote', {}, [element('paragraph', {}, [text('d', { strike: {}, underline: {} })])]),
        element('codeBlock', { language: 'ts' }, [text('a < b')]),
        element('horizontalRule'),
        element('table', {}, [
          element('tableRow', {}, [element('tableHeader', {}, [element('paragraph', {}, [text('h')])])]),
          element('tableRow', {}, [element('tableCell', {}, [element('paragraph', {}, [text('i')])])]),
        ]),
        element('image', { src: PICTURE, alt: 'A "dot"' }),
      ]),
    );
    expect(renderHtml(body)).toBe(
      '<h2>Title</h2><p>plain <strong>bold</strong><br>' +
        '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer nofollow"><em>x</em></a></p>' +
        '<ul><li><p>a</p></li></ul><ol start="3" type="a"><li><p>b</p></li></ol>' +
        '<ul data-type="taskList"><li data-type="taskItem" data-checked="true"><p>c</p></li></ul>' +
        '<blockquote><p><u><s>d</s></u></p></blockquote><pre><code class="language-ts">a &lt; b</code></pre><hr>' +
        '<table><tbody><tr><th><p>h</p></th></tr><tr><td><p>i</p></td></tr></tbody></table>' +
        `<img src="${PICTURE}" alt="A &quot;dot&quot;">`,
    );
  });

  it('does not show how a line came about', () => {
    const whole = build((root) =>
      root.insert(0, [element('paragraph', {}, [text('one two', { bold: {}, italic: {} })])]),
    );
    const pieces = build((root) =>
      root.insert(0, [
        element('paragraph', {}, [
          text('one', { italic: {}, bold: {} }),
          text(''),
          text(' two', { bold: {}, italic: {} }),
        ]),
      ]),
    );
    expect(renderHtml(pieces)).toBe(renderHtml(whole));
  });

  it('renders unknown nodes as text', () => {
    const body = build((root) =>
      root.insert(0, [element('diagram', { x: '1' }, [element('row', {}, [text('cell <b>')])])]),
    );
    expect(renderHtml(body)).toBe('<div data-unknown="diagram">cell &lt;b&gt;</div>');
  });

  it('shows what stands in a table beside rows and cells in cells of its own, and rows outside as text', () => {
    const body = build((root) =>
      root.insert(0, [
        element('table', {}, [text('loose'), element('tableRow', {}, [element('paragraph', {}, [text('a')])])]),
        element('tableRow', {}, [text('b')]),
        element('paragraph', {}, [element('tableCell', {}, [text('c')])]),
      ]),
    );
    expect(renderHtml(body)).toBe(
      '<table><tbody><tr><td>loose</td></tr><tr><td><div data-unknown="paragraph">a</div></td></tr></tbody></table>' +
        '<div data-unknown="tableRow">b</div><p><span data-unknown="tableCell">c</span></p>',
    );
  });

  it.each(UNSAFE_PICTURES)('SEC: shows the description instead of the picture %j', (src) => {
    const body = build((root) => root.insert(0, [element('image', { src, alt: 'what it <shows>' })]));
    expect(renderHtml(body)).toBe('<div data-unknown="image">what it &lt;shows&gt;</div>');
  });

  it('is empty for an empty document and writes nothing', () => {
    const doc = new Y.Doc();
    let updates = 0;
    doc.on('update', () => updates++);
    expect(renderHtml(contentBody(doc))).toBe('');
    expect(updates).toBe(0);
  });

  it('survives trees far deeper than the limit', () => {
    const body = build((root) => {
      let parent: Y.XmlFragment = root;
      for (let i = 0; i < 3000; i++) {
        const next = new Y.XmlElement('blockquote');
        parent.insert(0, [next]);
        parent = next;
      }
      parent.insert(0, [text('deep')]);
    });
    const html = renderHtml(body);
    expect(html.match(/<blockquote>/g)).toHaveLength(MAX_NODE_DEPTH);
    expect(html).toContain('<div data-unknown="depth">deep</div>');
  });

  it('SEC: emits no script, event attribute or unsafe address for any payload in any field', () => {
    let cases = 0;
    for (const payload of PAYLOADS) {
      for (const name of NODES) {
        for (const key of ATTRIBUTES) {
          const body = build((root) =>
            root.insert(0, [element(name, { [key]: payload }, [text(typeof payload === 'string' ? payload : 'x')])]),
          );
          expectSafe(renderHtml(body));
          cases++;
        }
      }
      for (const mark of MARKS) {
        const body = build((root) =>
          root.insert(0, [
            element('paragraph', {}, [
              text('x', { [mark]: payload }),
              text('y', { [mark]: { href: payload, onclick: payload } }),
            ]),
          ]),
        );
        expectSafe(renderHtml(body));
        cases++;
      }
    }
    expect(cases).toBeGreaterThan(500);
  });

  it('SEC: is safe and deterministic for arbitrary trees', () => {
    const leaf = fc.record({
      text: fc.oneof(fc.string(), fc.constantFrom(...MARKUP)),
      mark: fc.constantFrom(...MARKS),
      value: fc.constantFrom(...PAYLOADS),
    });
    interface Tree {
      readonly name: string;
      readonly key: string;
      readonly value: unknown;
      readonly children: readonly (Tree | { text: string; mark: string; value: unknown })[];
    }
    const tree = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.record({
        name: fc.oneof(fc.constantFrom(...NODES), fc.string()),
        key: fc.oneof(fc.constantFrom(...ATTRIBUTES), fc.string()),
        value: fc.oneof(fc.constantFrom(...PAYLOADS), fc.string()),
        children: fc.array(fc.oneof({ depthSize: 'small' }, leaf, tie('tree')), { maxLength: 3 }),
      }),
    })).tree;
    const toY = (node: Tree | { text: string; mark: string; value: unknown }): Y.XmlElement | Y.XmlText =>
      'children' in node
        ? element(node.name, { [node.key]: node.value }, node.children.map(toY))
        : text(node.text, { [node.mark]: node.value });
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 3 }), (trees) => {
        // values take their stored form (NaN becomes null) on the way to a first peer
        const [made, first, second] = [new Y.Doc(), new Y.Doc(), new Y.Doc()] as const;
        contentBody(made).insert(0, trees.map(toY));
        expectSafe(renderHtml(contentBody(made)));
        Y.applyUpdate(first, Y.encodeStateAsUpdate(made));
        const html = renderHtml(contentBody(first));
        expectSafe(html);
        Y.applyUpdate(second, Y.encodeStateAsUpdate(first));
        expect(renderHtml(contentBody(second))).toBe(html);
      }),
      { numRuns: 500 },
    );
  });
});

describe('addresses', () => {
  it.each(UNSAFE_URLS)('refuses %j', (url) => expect(isSafeUrl(url)).toBe(false));
  it.each([
    'https://example.org',
    'http://localhost:8080/a?b=c#d',
    'HTTPS://EXAMPLE.org',
    'mailto:a@example.org',
    'https://exämple.org/ü',
  ])('accepts %j', (url) => expect(isSafeUrl(url)).toBe(true));
});
