/**
 * A stored document body as GitHub-flavoured Markdown. Isomorphic like the canonical HTML: reads the Yjs tree alone.
 * What Markdown has no sign for (underlines, breaks in headings and tables) is written as HTML, which it allows.
 */
import * as Y from 'yjs';
import { isSafeImageSource, readAlt } from './html-images.ts';
import { MAX_NODE_DEPTH } from './html.ts';
import { codeLines, escapeLineStart, longestRun, oneLine, renderInline, type Segment } from './markdown-inline.ts';
import { mentionText } from './mention.ts';

/** What nested blocks may add in front of their lines, in UTF-16 code units; what adds more is written as its text. */
const MAX_INDENT = 20_000_000;
/** More cells of a row than this stand together in its last. */
const MAX_COLUMNS = 30;
/** Stands before what is written as its text because of {@link MAX_INDENT}. */
const FLATTENED = '\\[…\\] ';

/** Renders `body`. Ends with one line break, or is empty. Never throws on any tree a peer can make, and never writes. */
export function renderMarkdown(body: Y.XmlFragment): string {
  const text = joinBlocks(readBlocks(body, 0, { left: MAX_INDENT }));
  return text === '' ? '' : `${text}\n`;
}

/** Of what may be added in front of lines, in the whole document. */
interface Budget {
  left: number;
}

/** Whether as much as putting `size` in front of every line of `text` may still be added. */
function spend(budget: Budget, text: string, size: number): boolean {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  budget.left -= lines * size;
  return budget.left >= 0;
}

interface Block {
  readonly text: string;
  /** Has a line of text at its start. */
  readonly isText?: boolean;
  /** Neighbours of one kind are kept apart by other bullets. */
  readonly list?: 'bullet' | 'ordered';
  /** With other bullets than the usual ones. */
  readonly isApart?: boolean;
}

function joinBlocks(blocks: readonly Block[]): string {
  return blocks.map(({ text }) => text).join('\n\n');
}

function readBlocks(parent: Y.XmlFragment, depth: number, budget: Budget): Block[] {
  const out: Block[] = [];
  let loose: Segment[] = [];
  const add = (block: Block | undefined) => {
    if (block !== undefined && block.text !== '') out.push(block);
  };
  const flush = () => {
    add(textBlock(loose));
    loose = [];
  };
  for (const child of parent.toArray()) {
    if (child instanceof Y.XmlText) {
      for (const segment of segmentsOf(child)) loose.push(segment);
      continue;
    }
    flush();
    if (child instanceof Y.XmlElement) {
      const last = out.at(-1);
      add(readBlock(child, depth + 1, last, budget));
    }
  }
  flush();
  return out;
}

const textBlock = (segments: readonly Segment[]): Block => ({
  text: escapeLineStart(renderInline(segments)),
  isText: true,
});

function flattened(element: Y.XmlElement): Block {
  return { text: FLATTENED + textBlock([plain(textOf(element))]).text, isText: true };
}

function readBlock(element: Y.XmlElement, depth: number, before: Block | undefined, budget: Budget): Block | undefined {
  if (depth > MAX_NODE_DEPTH) return textBlock([plain(textOf(element))]);
  const attributes: Readonly<Record<string, unknown>> = element.getAttributes();
  switch (String(element.nodeName)) {
    case 'heading': {
      const level = attributes['level'] === 2 || attributes['level'] === 3 ? attributes['level'] : 1;
      const text = escapeEnd(renderInline(inlineOf(element), { lineBreak: '<br>' }));
      return { text: text === '' ? '' : `${'#'.repeat(level)} ${text}` };
    }
    case 'blockquote':
      return readQuote(element, depth, budget);
    case 'bulletList':
    case 'taskList':
      return readList(element, depth, 'bullet', before?.list === 'bullet' && before.isApart !== true, budget);
    case 'orderedList':
      return readList(element, depth, 'ordered', before?.list === 'ordered' && before.isApart !== true, budget);
    case 'codeBlock':
      return { text: fence(textOf(element), attributes['language']) };
    case 'horizontalRule':
      return { text: '---' };
    case 'table':
      return { text: readTable(element) };
    case 'image': {
      const alt = renderInline([plain(readAlt(attributes['alt']))]);
      const { src } = attributes;
      return { text: isSafeImageSource(src) ? `![${alt}](${src})` : escapeLineStart(alt), isText: true };
    }
    default:
      return textBlock(inlineOf(element));
  }
}

function readQuote(quote: Y.XmlElement, depth: number, budget: Budget): Block {
  const text = joinBlocks(readBlocks(quote, depth, budget));
  return spend(budget, text, 2) ? { text: prefix(text, '> ') } : flattened(quote);
}

function readList(
  list: Y.XmlElement,
  depth: number,
  kind: 'bullet' | 'ordered',
  isApart: boolean,
  budget: Budget,
): Block {
  const start: unknown = list.getAttribute('start');
  let number = typeof start === 'number' && Number.isInteger(start) && start >= 0 && start < 1e8 ? start : 1;
  const items: string[] = [];
  let isLoose = false;
  for (const item of list.toArray()) {
    if (!(item instanceof Y.XmlElement)) continue;
    const blocks = readBlocks(item, depth + 1, budget);
    isLoose ||= blocks.some((block, i) => i > 0 && block.list === undefined);
    const marker = kind === 'bullet' ? (isApart ? '* ' : '- ') : `${number++}${isApart ? ')' : '.'} `;
    const checked: unknown = item.getAttribute('checked');
    const task = item.nodeName === 'taskItem' ? `[${checked === true ? 'x' : ' '}] ` : '';
    const indent = ' '.repeat(marker.length);
    let content = '';
    blocks.forEach((block, i) => {
      // beside the box of a task only text is read as what it is
      if (i > 0 || (task !== '' && block.isText !== true)) content += block.list === undefined ? '\n\n' : '\n';
      content += block.text;
    });
    if (!spend(budget, content, indent.length)) return flattened(list);
    items.push((marker + task + content.replaceAll(/\n(?!\n)/g, `\n${indent}`)).trimEnd());
  }
  return { text: items.join(isLoose ? '\n\n' : '\n'), list: kind, isApart };
}

/** A heading ends in signs of its own, which do not show. */
function escapeEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === '#') end--;
  return end === text.length ? text : `${text.slice(0, end)}\\${text.slice(end)}`;
}

function fence(source: string, language: unknown): string {
  const code = codeLines(source).join('\n');
  const ticks = '`'.repeat(Math.max(3, longestRun(code) + 1));
  const info = typeof language === 'string' && /^[\w+#.-]{1,32}$/.test(language) ? language : '';
  return `${ticks}${info}\n${code === '' ? '' : `${code}\n`}${ticks}`;
}

function readTable(table: Y.XmlElement): string {
  const rows = elementsOf(table).map((row) => {
    const cells = elementsOf(row).map((cell) => ({
      text: readCell(cell, 0),
      isHeader: cell.nodeName === 'tableHeader',
    }));
    const rest = cells.slice(MAX_COLUMNS - 1);
    if (rest.length < 2) return cells;
    const text = rest.flatMap((cell) => (cell.text === '' ? [] : [cell.text])).join('<br>');
    return [...cells.slice(0, MAX_COLUMNS - 1), { text, isHeader: rest.every(({ isHeader }) => isHeader) }];
  });
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (width === 0) return '';
  const line = (cells: readonly string[]) =>
    `| ${Array.from({ length: width }, (_, i) => cells[i] ?? '').join(' | ')} |`;
  const [first = [], ...rest] = rows;
  const hasHeader = first.length > 0 && first.every(({ isHeader }) => isHeader);
  const header = hasHeader ? first.map(({ text }) => text) : [];
  const body = (hasHeader ? rest : rows).map((row) => line(row.map(({ text }) => text)));
  return [line(header), line(Array.from({ length: width }, () => '---')), ...body].join('\n');
}

/** A cell is one line: its blocks are parted by breaks. */
function readCell(cell: Y.XmlElement, depth: number): string {
  if (depth > MAX_NODE_DEPTH) return renderInline([plain(textOf(cell))], { inTable: true });
  const parts: string[] = [];
  for (const block of elementsOf(cell)) {
    switch (String(block.nodeName)) {
      case 'bulletList':
      case 'orderedList':
      case 'taskList':
        for (const item of elementsOf(block)) parts.push(`• ${readCell(item, depth + 1)}`);
        break;
      case 'blockquote':
      case 'table':
      case 'tableRow':
        parts.push(readCell(block, depth + 1));
        break;
      case 'codeBlock':
        for (const codeLine of codeLines(textOf(block)))
          parts.push(renderInline([{ text: codeLine, marks: [{ name: 'code' }] }], { inTable: true }));
        break;
      case 'image': {
        const src: unknown = block.getAttribute('src');
        const alt = renderInline([plain(readAlt(block.getAttribute('alt')))], { inTable: true });
        parts.push(isSafeImageSource(src) ? `![${alt}](${src})` : alt);
        break;
      }
      default:
        parts.push(renderInline(inlineOf(block), { lineBreak: '<br>', inTable: true }));
    }
  }
  return parts.filter((part) => part !== '').join('<br>');
}

const elementsOf = (parent: Y.XmlFragment): Y.XmlElement[] =>
  parent.toArray().filter((child) => child instanceof Y.XmlElement);

const prefix = (text: string, sign: string): string =>
  text === ''
    ? ''
    : text
        .split('\n')
        .map((line) => (sign + line).trimEnd())
        .join('\n');

const plain = (text: string): Segment => ({ text: oneLine(text), marks: [] });

/** Text and line breaks; what else stands in a line is its text. */
function inlineOf(element: Y.XmlElement): Segment[] {
  return element.toArray().flatMap((child): Segment[] => {
    if (child instanceof Y.XmlText) return segmentsOf(child);
    if (!(child instanceof Y.XmlElement)) return [];
    return child.nodeName === 'hardBreak' ? [{ text: '\n', marks: [] }] : [plain(textOf(child))];
  });
}

function segmentsOf(text: Y.XmlText): Segment[] {
  // Y.Text promises this shape
  const delta = text.toDelta() as readonly {
    readonly insert: unknown;
    readonly attributes?: Record<string, unknown>;
  }[];
  return delta.flatMap(({ insert, attributes = {} }): Segment[] =>
    typeof insert === 'string'
      ? [
          {
            text: oneLine(insert),
            marks: Object.entries(attributes)
              .filter(([, value]) => value !== null)
              .map(([name, value]) => ({ name, value })),
          },
        ]
      : [],
  );
}

/** Text of a subtree of any depth, without recursion. */
function textOf(root: Y.XmlElement): string {
  const stack: unknown[] = [root];
  let out = '';
  while (stack.length > 0) {
    const next = stack.pop();
    if (next instanceof Y.XmlElement) {
      if (next.nodeName === 'mention') out += mentionText(next.getAttributes());
      for (const child of next.toArray().reverse()) stack.push(child);
    } else if (next instanceof Y.XmlText) {
      // as in segmentsOf
      for (const { insert } of next.toDelta() as readonly { readonly insert: unknown }[])
        if (typeof insert === 'string') out += insert;
    }
  }
  return out;
}
