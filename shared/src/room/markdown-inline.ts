/** One line of Markdown: escaping and the signs of marks, each chosen so that a reader finds exactly what was stored. */
import { isSafeUrl } from './html.ts';

export interface Segment {
  /** A lone line break stands for a hard break. */
  readonly text: string;
  readonly marks: readonly { readonly name: string; readonly value?: unknown }[];
}

export interface InlineOptions {
  /** How a hard break is written; a backslash at the end of the line by default. */
  readonly lineBreak?: string;
  readonly inTable?: boolean;
}

interface Piece {
  readonly text: string;
  readonly signs: ReadonlySet<string>;
  readonly href: string | undefined;
  readonly isBreak: boolean;
}

/** From the innermost outwards. */
const SIGNS = [
  ['strike', '~~', 's'],
  ['underline', '', 'u'],
  ['italic', '*', 'em'],
  ['bold', '**', 'strong'],
] as const;

export function renderInline(segments: readonly Segment[], options: InlineOptions = {}): string {
  const pieces = trimEnds(join(segments.map(toPiece)));
  const out: string[] = [];
  pieces.forEach((piece, i) => {
    if (!piece.isBreak) {
      out.push(renderPiece(piece, out.at(-1)?.at(-1) ?? ' ', pieces[i + 1]?.text[0] ?? ' ', options));
      return;
    }
    let last = '';
    while (out.length > 0 && last === '') last = (out.pop() ?? '').trimEnd();
    out.push(last + (options.lineBreak ?? '\\\n'));
  });
  return out.join('');
}

// eslint-disable-next-line no-control-regex -- as in the canonical HTML
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
/** Whatever some reader takes for the end of a line. */
const LINE_END = /\r\n?|[\n\u0085\u2028\u2029]/g;

export const oneLine = (text: string): string => text.replaceAll(LINE_END, ' ');

export const codeLines = (code: string): string[] => code.replaceAll(CONTROL, '\ufffd').split(LINE_END);

/** Length of the longest run of backticks. */
export function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

/** Keeps a line of text from being read as a heading, list, quote, rule, fence or table. */
export function escapeLineStart(text: string): string {
  return text
    .split('\n')
    .map((line) =>
      line
        .trimStart()
        .replace(/^(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|=+\s*$|-+\s*$|[-|: ]+$)/, '\\$1')
        .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2'),
    )
    .join('\n');
}

function toPiece({ text, marks }: Segment): Piece {
  const link = marks.find(({ name }) => name === 'link')?.value;
  const href: unknown = typeof link === 'object' && link !== null ? (link as { href?: unknown }).href : undefined;
  return {
    text: text.replaceAll(CONTROL, '\ufffd'),
    signs: new Set(marks.map(({ name }) => name)),
    href: typeof href === 'string' && isSafeUrl(href) ? href : undefined,
    isBreak: text === '\n',
  };
}

/** Neighbours with the same marks are one piece, so that how a line came about does not show. */
function join(pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (piece.text === '') continue;
    if (last && !last.isBreak && !piece.isBreak && key(last) === key(piece))
      out[out.length - 1] = { ...last, text: last.text + piece.text };
    else out.push(piece);
  }
  return out;
}

const key = ({ signs, href }: Piece): string =>
  [...SIGNS.map(([name]) => name), 'code'].filter((name) => signs.has(name)).join() + `|${href ?? ''}`;

/** White space and breaks at the ends of a block mean nothing in Markdown. */
function trimEnds(pieces: readonly Piece[]): Piece[] {
  let from = 0;
  let to = pieces.length;
  const isBlank = (piece: Piece | undefined): boolean =>
    piece !== undefined && !piece.signs.has('code') && piece.text.trimStart() === '';
  while (from < to && isBlank(pieces[from])) from++;
  while (from < to && isBlank(pieces[to - 1])) to--;
  const out = pieces.slice(from, to);
  const first = out[0];
  if (first && !first.signs.has('code')) out[0] = { ...first, text: first.text.trimStart() };
  const last = out.at(-1);
  if (last && !last.signs.has('code')) out[out.length - 1] = { ...last, text: last.text.trimEnd() };
  return out;
}

function renderPiece(piece: Piece, before: string, after: string, options: InlineOptions): string {
  if (piece.signs.has('code')) {
    const code = codeSpan(piece.text, before, options);
    return piece.href === undefined ? code : `[${code}](${target(piece.href)})`;
  }
  // signs beside white space are not read as signs
  const core = piece.text.trim();
  if (core === '') return piece.text;
  const lead = piece.text.slice(0, piece.text.length - piece.text.trimStart().length);
  const trail = piece.text.slice(piece.text.trimEnd().length);
  const isLinked = piece.href !== undefined;
  if (isLinked && piece.signs.size === 1 && core === piece.href && /^https?:/i.test(core) && !/[<>\\`|]/.test(core))
    return `${lead}<${core}>${trail}`;
  let html = escapeText(core, options, isLinked);
  const outside = [lead === '' ? before : ' ', trail === '' ? after : ' '] as const;
  for (const [name, sign, tag] of SIGNS) {
    if (!piece.signs.has(name)) continue;
    const isPlain =
      sign !== '' &&
      (isLinked || outside.every(isApart)) &&
      /^[\p{L}\p{N}*]/u.test(html) &&
      /[\p{L}\p{N}*]$/u.test(html);
    html = isPlain ? sign + html + sign : `<${tag}>${html}</${tag}>`;
  }
  if (piece.href !== undefined) html = `[${html}](${target(piece.href)})`;
  return lead + html + trail;
}

const isApart = (neighbour: string): boolean => /[\s.,;:!?()"'\u2014]/.test(neighbour);

/** Backticks and bars are read before links are. */
function target(href: string): string {
  const address = href.replaceAll('`', '%60').replaceAll('|', '%7C');
  return /[()<>\\]/.test(address) ? `<${address.replaceAll(/[<>\\]/g, encodeURIComponent)}>` : address;
}

function codeSpan(text: string, before: string, { inTable = false }: InlineOptions): string {
  const hasOddEnds = /^[\s`]|[\s`]$/.test(text);
  // an address before it would reach into it, up to the next tag
  const isReached = !/\s/.test(before) && text.includes('<');
  // a backslash before the one that keeps a bar takes it away
  const isSplit = inTable && text.includes('\\|');
  if (before === '`' || isReached || isSplit || (hasOddEnds && text.trim() === ''))
    return `<code>${escapeText(text, { inTable }, true)}</code>`;
  const ticks = '`'.repeat(longestRun(text) + 1);
  const pad = hasOddEnds ? ' ' : '';
  return ticks + pad + (inTable ? text.replaceAll('|', '\\|') : text) + pad + ticks;
}

/** An address in plain text stays readable: what is read as a link there reads the same. */
function escapeText(text: string, { inTable = false }: InlineOptions, isWhole: boolean): string {
  const parts = isWhole ? [text] : text.split(/((?:https?:\/\/|www\.)[^\s<>[\]`*\\|~]+)/g);
  return parts.map((part, i) => (i % 2 === 1 ? part : escapePlain(part, inTable))).join('');
}

function escapePlain(text: string, inTable: boolean): string {
  const escaped = text
    .replaceAll(/[\\`*[\]~]/g, '\\$&')
    .replaceAll(/&(?=#?\w+;)/g, '\\&')
    // an address reaches to the next space or tag, and would take a backslash along
    .replaceAll(/<(?=[A-Za-z/!?])/g, (_, at: number, all: string) => (/\s/.test(all[at - 1] ?? '') ? '\\<' : '&lt;'))
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_');
  return inTable ? escaped.replaceAll('|', '\\|') : escaped;
}
