/** Pasted HTML as text → an inert document, and small helpers for changing it. */

/**
 * Parses without running, loading or styling anything. Style attributes are renamed first: the content security policy
 * holds for documents like this one too, and would hide from us what they say.
 */
export function parseHtml(html: string): HTMLElement {
  const source = renameStyles(html.replaceAll(/<style\b[^]*?(?:<\/style\s*>|$)/gi, ''));
  return new DOMParser().parseFromString(source, 'text/html').body;
}

/** Goes through `html` once, however it is broken: a regular expression looks for the end of every tag anew. */
export function renameStyles(html: string): string {
  const last = { '"': html.lastIndexOf('"'), "'": html.lastIndexOf("'") };
  const starts = /<[a-z]/gi;
  const out: string[] = [];
  let from = 0;
  for (let start = starts.exec(html); start; start = starts.exec(html)) {
    let at = start.index + 1;
    while (at < html.length && html[at] !== '>') {
      const sign = html[at];
      // a quote that is not closed is a letter
      at = (sign === '"' || sign === "'") && at < last[sign] ? html.indexOf(sign, at + 1) + 1 : at + 1;
    }
    const tag = html.slice(start.index, at + 1).replaceAll(/([\s"'])style(\s*=)/gi, '$1data-style$2');
    out.push(html.slice(from, start.index), tag);
    from = at + 1;
    starts.lastIndex = from;
  }
  return out.join('') + html.slice(from);
}

export type Style = ReadonlyMap<string, string>;

/** What the style attribute of `element` said. */
export function styleOf(element: Element): Style {
  const out = new Map<string, string>();
  for (const declaration of (element.getAttribute('data-style') ?? '').split(';')) {
    const colon = declaration.indexOf(':');
    if (colon > 0)
      out.set(
        declaration.slice(0, colon).trim().toLowerCase(),
        declaration
          .slice(colon + 1)
          .trim()
          .toLowerCase(),
      );
  }
  return out;
}

export const elements = (root: ParentNode, selector: string): HTMLElement[] => [
  ...root.querySelectorAll<HTMLElement>(selector),
];

export function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

/** The same content under another tag, without attributes. */
export function rename(element: Element, tag: string): HTMLElement {
  const out = element.ownerDocument.createElement(tag);
  out.append(...element.childNodes);
  element.replaceWith(out);
  return out;
}

/** Puts the content of `element` into a new element inside it. */
export function wrapContent(element: Element, tag: string): void {
  const inner = element.ownerDocument.createElement(tag);
  inner.append(...element.childNodes);
  element.append(inner);
}

export const isBlank = (node: Node): boolean => (node.textContent ?? '').replaceAll(/[\s\u00a0\u200b]/g, '') === '';

const BLOCKS =
  'address,article,aside,blockquote,center,dd,details,div,dl,dt,figcaption,figure,footer,form,h1,h2,h3,h4,h5,h6,header,' +
  'hr,li,main,nav,ol,p,pre,section,summary,table,tbody,td,th,tr,ul';
export const isBlock = (node: Node | null): boolean => node instanceof Element && node.matches(BLOCKS);
export const holdsBlock = (element: Element): boolean => element.querySelector(BLOCKS) !== null;
