/**
 * The canonical HTML of a stored document body: what export, the archive and comparisons use. Isomorphic: reads the
 * Yjs tree alone, needs no DOM and no editor.
 */
import * as Y from 'yjs';
import { isSafeImageSource, readAlt } from './html-images.ts';
import { mentionText, readMentionId, readMentionUser } from './mention.ts';

/** Deepest nesting of blocks that is read as structure; what lies deeper is rendered as its text. */
export const MAX_NODE_DEPTH = 100;
/** Longest address a link may carry, in UTF-16 code units. */
export const MAX_URL_LENGTH = 2048;
const MAX_UNKNOWN_NAME = 64;

/**
 * Whether `url` may become a link: absolute http or https, or mailto, with no white space or control character
 * anywhere (browsers drop some of those before they read the scheme).
 */
export function isSafeUrl(url: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  return (
    url.length <= MAX_URL_LENGTH &&
    /^(?:https?:\/\/|mailto:)[^\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\ufeff]+$/i.test(url)
  );
}

/**
 * Renders `body` deterministically: equal trees give equal strings on every peer. Only fixed tags and attributes are
 * emitted, text and values are escaped, links carry safe addresses only. Nodes and marks this code does not know are
 * rendered as their text, unknown nodes inside `<div data-unknown="NAME">` (`<span …>` inside a line). Never throws on
 * any tree a peer can make, and never writes.
 */
export function renderHtml(body: Y.XmlFragment): string {
  return renderChildren(body.toArray(), 'block', 0);
}

type Context = 'block' | 'inline' | 'code' | 'table' | 'row';
type Attributes = Readonly<Record<string, unknown>>;

interface NodeRule {
  readonly open: (attributes: Attributes) => string;
  readonly close: string;
  readonly content: Context;
  /** Where it may stand; blocks by default. */
  readonly within?: Context;
}

const plain = (tag: string, content: Context, within: Context = 'block'): NodeRule => ({
  open: () => `<${tag}>`,
  close: `</${tag}>`,
  content,
  within,
});

/** Every node of the schema, by its stored name. */
const NODES: ReadonlyMap<string, NodeRule> = new Map([
  ['paragraph', plain('p', 'inline')],
  ['blockquote', plain('blockquote', 'block')],
  ['bulletList', plain('ul', 'block')],
  ['listItem', plain('li', 'block')],
  ['taskList', { open: () => '<ul data-type="taskList">', close: '</ul>', content: 'block' }],
  [
    'taskItem',
    {
      open: ({ checked }) => `<li data-type="taskItem" data-checked="${checked === true}">`,
      close: '</li>',
      content: 'block',
    },
  ],
  [
    'orderedList',
    {
      open: ({ start, type }) => {
        const from = typeof start === 'number' && Number.isInteger(start) && start >= 0 && start < 1e9 ? start : 1;
        const style = typeof type === 'string' && /^[1aAiI]$/.test(type) ? ` type="${type}"` : '';
        return `<ol${from === 1 ? '' : ` start="${from}"`}${style}>`;
      },
      close: '</ol>',
      content: 'block',
    },
  ],
  [
    'codeBlock',
    {
      open: ({ language }) =>
        typeof language === 'string' && /^[\w+#.-]{1,32}$/.test(language)
          ? `<pre><code class="language-${escapeHtml(language)}">`
          : '<pre><code>',
      close: '</code></pre>',
      content: 'code',
    },
  ],
  ['table', { open: () => '<table><tbody>', close: '</tbody></table>', content: 'table' }],
  ['tableRow', plain('tr', 'row', 'table')],
  ['tableCell', plain('td', 'block', 'row')],
  ['tableHeader', plain('th', 'block', 'row')],
  [
    'image',
    {
      open: ({ src, alt }) =>
        isSafeImageSource(src)
          ? `<img src="${src}" alt="${escapeHtml(readAlt(alt))}">`
          : unknownNode('image', escapeHtml(readAlt(alt)), 'block'),
      close: '',
      content: 'block',
    },
  ],
  ['horizontalRule', { open: () => '<hr>', close: '', content: 'block' }],
  ['hardBreak', { open: () => '<br>', close: '', content: 'inline', within: 'inline' }],
  ['mention', { open: openMention, close: '', content: 'inline', within: 'inline' }],
]);

/** Names of the nodes {@link renderHtml} renders as themselves, headings included. */
export const RENDERED_NODES: readonly string[] = [...NODES.keys(), 'heading'];

/** What means nobody is text. */
function openMention(attributes: Attributes): string {
  const text = escapeHtml(mentionText(attributes));
  const user = readMentionUser(attributes['user']);
  const id = readMentionId(attributes['id']);
  if (user === undefined) return text;
  return `<span data-mention="${user}"${id === undefined ? '' : ` data-mention-id="${id}"`}>${text}</span>`;
}

/** Marks from the outermost inwards. A value that cannot be rendered safely gives `undefined`: no tag. */
const MARKS: readonly (readonly [name: string, open: (value: unknown) => string | undefined, close: string])[] = [
  ['link', openLink, '</a>'],
  ['bold', () => '<strong>', '</strong>'],
  ['italic', () => '<em>', '</em>'],
  ['underline', () => '<u>', '</u>'],
  ['strike', () => '<s>', '</s>'],
  ['code', () => '<code>', '</code>'],
];

/** Names of the marks {@link renderHtml} renders. */
export const RENDERED_MARKS: readonly string[] = MARKS.map(([name]) => name);

function openLink(value: unknown): string | undefined {
  const href: unknown = typeof value === 'object' && value !== null ? (value as { href?: unknown }).href : undefined;
  if (typeof href !== 'string' || !isSafeUrl(href)) return undefined;
  return `<a href="${escapeHtml(href)}" rel="noopener noreferrer nofollow">`;
}

function renderChildren(children: readonly unknown[], context: Context, depth: number): string {
  let out = '';
  let run: Y.XmlText[] = [];
  const flush = () => {
    out += inCell(renderText(run, context), context);
    run = [];
  };
  for (const child of children) {
    if (child instanceof Y.XmlText) {
      run.push(child);
      continue;
    }
    flush();
    out += child instanceof Y.XmlElement ? renderElement(child, context, depth + 1) : unknownNode('value', '', context);
  }
  flush();
  return out;
}

function renderElement(element: Y.XmlElement, context: Context, depth: number): string {
  const name = String(element.nodeName);
  if (depth > MAX_NODE_DEPTH) return unknownNode('depth', escapeHtml(textOf(element)), context);
  const attributes: Attributes = element.getAttributes();
  const rule = name === 'heading' ? headingRule(attributes) : NODES.get(name);
  const within = rule?.within ?? 'block';
  const isPlaced = within === context || (within === 'inline' && context !== 'table' && context !== 'row');
  if (!rule || !isPlaced) return unknownNode(name, escapeHtml(textOf(element)), context);
  if (rule.close === '') return rule.open(attributes);
  return rule.open(attributes) + renderChildren(element.toArray(), rule.content, depth) + rule.close;
}

function headingRule({ level }: Attributes): NodeRule {
  return plain(level === 2 || level === 3 ? `h${level}` : 'h1', 'inline');
}

function unknownNode(name: string, html: string, context: Context): string {
  const tag = context === 'inline' || context === 'code' ? 'span' : 'div';
  return inCell(`<${tag} data-unknown="${escapeHtml(name.slice(0, MAX_UNKNOWN_NAME))}">${html}</${tag}>`, context);
}

/** A table holds rows and a row holds cells; what else is stored there is shown in a cell of its own. */
function inCell(html: string, context: Context): string {
  if (html === '' || (context !== 'table' && context !== 'row')) return html;
  return context === 'table' ? `<tr><td>${html}</td></tr>` : `<td>${html}</td>`;
}

/** Neighbouring texts read as one, so that how a line came about does not show. */
function renderText(run: readonly Y.XmlText[], context: Context): string {
  let out = '';
  let marks = '';
  let pending = '';
  const flush = () => {
    out += wrap(pending, marks);
    pending = '';
  };
  for (const { insert, attributes } of run.flatMap(deltaOf)) {
    if (typeof insert !== 'string') {
      flush();
      out += unknownNode('embed', '', 'inline');
      continue;
    }
    const next = context === 'code' ? '' : markTags(attributes ?? {});
    if (next !== marks) {
      flush();
      marks = next;
    }
    pending += escapeHtml(insert);
  }
  flush();
  return out;
}

type Delta = readonly { readonly insert: unknown; readonly attributes?: Attributes }[];
// Y.Text promises this shape
const deltaOf = (text: Y.XmlText): Delta => text.toDelta() as Delta;

/** Opening tags joined by NUL, which escaped text never holds. */
function markTags(attributes: Attributes): string {
  const open: string[] = [];
  for (const [name, render] of MARKS) {
    const tag = Object.hasOwn(attributes, name) ? render(attributes[name]) : undefined;
    if (tag !== undefined) open.push(tag);
  }
  return open.join('\0');
}

function wrap(html: string, marks: string): string {
  if (html === '' || marks === '') return html;
  const open = marks.split('\0');
  const close = open.map((tag) => `</${/^<(\w+)/.exec(tag)?.[1] ?? ''}>`).reverse();
  return open.join('') + html + close.join('');
}

/** Text of a subtree of any depth, without recursion. */
function textOf(root: Y.XmlElement): string {
  const stack: unknown[] = [root];
  let out = '';
  while (stack.length > 0) {
    const next = stack.pop();
    if (next instanceof Y.XmlText)
      out += deltaOf(next)
        .map(({ insert }) => (typeof insert === 'string' ? insert : ''))
        .join('');
    else if (next instanceof Y.XmlElement) {
      if (next.nodeName === 'mention') out += mentionText(next.getAttributes());
      for (const child of next.toArray().reverse()) stack.push(child);
    }
  }
  return out;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  // eslint-disable-next-line no-control-regex -- HTML parsers refuse NUL and friends, so they become U+FFFD here
  return text
    .replace(/[&<>"']/g, (c) => ENTITIES[c] ?? '')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd');
}
