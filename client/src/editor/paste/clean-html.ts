/** HTML of other products → the plain HTML our schema reads. Nothing is run, loaded or kept that is not named here. */
import { isSafeImageSource } from '@vicinal/shared/room/html-images.ts';
import { isSafeUrl } from '@vicinal/shared/room/html.ts';
import {
  elements,
  holdsBlock,
  isBlank,
  isBlock,
  parseHtml,
  rename,
  styleOf,
  unwrap,
  wrapContent,
} from './html-source.ts';
import { mendLists } from './lists.ts';
import { mendTables } from './tables.ts';

export interface CleanHtml {
  readonly html: string;
  /** Pictures that are not in the HTML itself, which are left out. */
  readonly picturesLeftOut: number;
}

/** `keepsPicture`: whether the address is one that was drawn again here, or comes from the document itself. */
export function cleanHtml(
  html: string,
  { keepsPicture = () => false }: { readonly keepsPicture?: (source: string) => boolean } = {},
): CleanHtml {
  const root = parseHtml(html);
  // what an editor like ours copied says how its ends join; anybody can say so
  if (root.querySelector('[data-pm-slice]')) {
    const picturesLeftOut = mendPictures(root, keepsPicture);
    return { html: serialize(root), picturesLeftOut };
  }
  dropDead(root);
  mendLists(root);
  mendCode(root);
  mendTables(root);
  mendBlocks(root);
  mendMarks(root);
  const picturesLeftOut = mendPictures(root, keepsPicture);
  mendBreaks(root);
  return { html: serialize(root), picturesLeftOut };
}

const DEAD =
  'script, style, template, noscript, iframe, frame, object, embed, applet, svg, math, canvas, video, audio, source, ' +
  'link, meta, title, base, xml, button, select, textarea, input:not([type="checkbox"]), colgroup, map, ' +
  'clipboard-copy, a.anchor, br.Apple-interchange-newline';

function dropDead(root: HTMLElement): void {
  const comments = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const found: Node[] = [];
  while (comments.nextNode()) found.push(comments.currentNode);
  for (const comment of found) comment.parentNode?.removeChild(comment);
  for (const element of elements(root, DEAD)) element.remove();
  for (const element of elements(root, '[data-style]')) {
    const style = styleOf(element);
    if (style.get('display') === 'none' || style.get('mso-hide') === 'all') element.remove();
  }
  for (const element of elements(root, '*')) {
    // <o:p>, <w:sdt>, <st1:place>: Word's own
    if (element.localName.includes(':')) unwrap(element);
  }
  for (const space of elements(root, 'span.Apple-converted-space')) space.textContent = ' ';
}

function mendCode(root: HTMLElement): void {
  for (const holder of elements(root, 'div[class*="highlight-source-"]')) {
    const language = /highlight-source-([\w+#.-]+)/.exec(holder.className)?.[1];
    const pre = holder.querySelector('pre');
    if (pre && language !== undefined) setCode(pre, pre.textContent, language);
  }
  // editors of code: one block that keeps white space, a block per line
  for (const block of elements(root, 'div[data-style]')) {
    const style = styleOf(block);
    const isCode =
      style.get('white-space')?.startsWith('pre') === true &&
      /mono|courier|menlo|consol/.test(style.get('font-family') ?? '');
    if (!isCode || block.closest('pre')) continue;
    const lines = [...block.childNodes].flatMap((line) =>
      line instanceof Element && line.localName === 'br' ? [''] : [line.textContent ?? ''],
    );
    const pre = block.ownerDocument.createElement('pre');
    block.replaceWith(pre);
    setCode(pre, lines.join('\n'));
  }
  for (const pre of elements(root, 'pre')) {
    const code = pre.querySelector('code') ?? pre;
    const language = /(?:^|\s)lang(?:uage)?-([\w+#.-]{1,32})(?:\s|$)/.exec(`${code.className} ${pre.className}`)?.[1];
    for (const line of elements(pre, 'br')) line.replaceWith('\n');
    setCode(pre, (pre.textContent ?? '').replace(/\n$/, ''), language);
  }
}

function setCode(pre: Element, text: string | null, language?: string): void {
  const code = pre.ownerDocument.createElement('code');
  if (language !== undefined) code.className = `language-${language}`;
  code.textContent = text;
  pre.className = '';
  pre.replaceChildren(code);
}

function mendBlocks(root: HTMLElement): void {
  for (const paragraph of elements(root, 'p[class]')) {
    if (/\bMsoTitle\b/i.test(paragraph.className)) rename(paragraph, 'h1');
    else if (/\bMsoSubtitle\b/i.test(paragraph.className)) rename(paragraph, 'h2');
    else if (/\bMso(?:Intense)?Quote\b/i.test(paragraph.className)) wrapIn(rename(paragraph, 'p'), 'blockquote');
  }
  for (const heading of elements(root, '[role="heading"][aria-level]')) {
    if (!/^h\d$/.test(heading.localName))
      rename(heading, `h${Math.min(3, Number(heading.getAttribute('aria-level')) || 1)}`);
  }
  for (const heading of elements(root, 'h4, h5, h6')) rename(heading, 'h3');
  for (const heading of elements(root, 'h1, h2, h3')) {
    for (const bold of elements(heading, 'b, strong')) unwrap(bold);
    for (const span of elements(heading, '[data-style]')) span.removeAttribute('data-style');
  }
}

function wrapIn(element: Element, tag: string): void {
  const outer = element.ownerDocument.createElement(tag);
  element.replaceWith(outer);
  outer.append(element);
}

/** What is said by style is said by tags from here on. */
function mendMarks(root: HTMLElement): void {
  for (const element of elements(root, 'b, strong, i, em, u, ins, s, del, strike, tt, kbd, samp')) {
    const style = styleOf(element);
    const weight = style.get('font-weight');
    // Google Docs wraps everything in a bold that is not bold
    const isOff =
      (element.matches('b, strong') && (weight === 'normal' || Number(weight) < 600)) ||
      (element.matches('i, em') && style.get('font-style') === 'normal');
    if (isOff || (holdsBlock(element) && !element.closest('pre'))) unwrap(element);
    else if (element.matches('tt, kbd, samp')) rename(element, 'code');
    else if (element.matches('ins')) rename(element, 'u');
  }
  for (const element of elements(root, '[data-style]')) {
    if (element.closest('pre, code, h1, h2, h3') || holdsBlock(element) || isBlock(element) || isBlank(element))
      continue;
    const style = styleOf(element);
    const weight = style.get('font-weight') ?? '';
    const decoration = `${style.get('text-decoration') ?? ''} ${style.get('text-decoration-line') ?? ''}`;
    const isLink = element.closest('a') !== null || element.querySelector('a') !== null;
    if (weight.startsWith('bold') || Number(weight) >= 600) wrapContent(element, 'strong');
    if (/italic|oblique/.test(style.get('font-style') ?? '')) wrapContent(element, 'em');
    if (decoration.includes('underline') && !isLink) wrapContent(element, 'u');
    if (decoration.includes('line-through')) wrapContent(element, 's');
  }
  for (const link of elements(root, 'a')) {
    const href = direct(link.getAttribute('href')?.trim() ?? '');
    if (isSafeUrl(href)) link.setAttribute('href', href);
    else unwrap(link);
  }
}

/** Google Docs sends links through an address of its own. */
function direct(href: string): string {
  if (!href.startsWith('https://www.google.com/url?') || !URL.canParse(href)) return href;
  return new URL(href).searchParams.get('q') ?? href;
}

function mendPictures(root: HTMLElement, keeps: (source: string) => boolean): number {
  let leftOut = 0;
  for (const image of elements(root, 'img')) {
    const source = image.getAttribute('src');
    if (isSafeImageSource(source) && keeps(source)) continue;
    const isSign = image.closest('[data-type="taskItem"]') !== null || image.getAttribute('width') === '1';
    if (!isSign) leftOut++;
    image.remove();
  }
  return leftOut;
}

function mendBreaks(root: HTMLElement): void {
  for (const line of elements(root, 'br')) {
    const isBetweenBlocks = isBlock(line.previousElementSibling) || isBlock(line.nextElementSibling);
    const next = nextInLine(line);
    const isLast =
      next === undefined
        ? isBlock(line.parentElement?.closest('p, div, li, td, th, h1, h2, h3, dd') ?? null)
        : isBlock(next);
    if (isLast || (isBetweenBlocks && !hasTextBeside(line))) line.remove();
  }
  for (const block of elements(root, 'p, div, h1, h2, h3')) {
    const isKept = block.closest('td, th, li, pre') !== null || block.querySelector('img, hr, br') !== null;
    if (!isKept && isBlank(block)) block.remove();
  }
}

/** What follows in the same block, white space aside, through the ends of marks. */
function nextInLine(node: Node): Node | undefined {
  for (let at: Node | null = node; at && !(at !== node && isBlock(at)); at = at.parentNode) {
    for (let next = at.nextSibling; next; next = next.nextSibling)
      if (!(next instanceof Text && isBlank(next))) return next;
  }
  return undefined;
}

const hasTextBeside = (line: Element): boolean =>
  [line.previousSibling, line.nextSibling].some((node) => node instanceof Text && node.data.trim() !== '');

const KEPT: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  code: ['class'],
  img: ['src', 'alt'],
  ol: ['start', 'type'],
  ul: ['data-type'],
  li: ['data-type', 'data-checked'],
  span: ['data-mention', 'data-mention-id'],
};

function serialize(root: HTMLElement): string {
  for (const element of elements(root, '*')) {
    for (const { name } of [...element.attributes]) {
      if (name !== 'data-pm-slice' && !KEPT[element.localName]?.includes(name)) element.removeAttribute(name);
    }
  }
  return root.innerHTML;
}
