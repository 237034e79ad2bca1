/** Markdown in the clipboard → HTML. What Markdown lets through as HTML is cleaned like any other pasted HTML. */
import { Marked } from 'marked';
import { cleanHtml } from './clean-html.ts';

/** Nothing registered on the library's shared instance reaches this one. */
const marked = new Marked({
  gfm: true,
  breaks: false,
  renderer: {
    // pictures elsewhere are never loaded: their address is kept as a link
    image: ({ href, text }) =>
      href.startsWith('data:') ? false : `<a href="${escapeHtml(href)}">${escapeHtml(text || href)}</a>`,
  },
});

const MAX_MARKDOWN = 1_000_000;
/** Nested deeper than the reader can follow. */
const TOO_DEEP = /^(?:[ \t]*(?:>|[-*+] |\d{1,9}[.)] )){50}/m;

/** Lines that nothing but Markdown has, and lines that need company. */
const STRONG = [
  /^#{1,6} \S/m,
  /^ {0,3}(?:```|~~~)/m,
  /^[ \t]*[-*+] \[[ xX]\] \S/m,
  /^ {0,3}\|?(?: *:?-{3,}:? *\|)+/m,
  /\[[^[\]\n]{1,1000}\]\((?:(?:https?:|mailto:)[^)\n]{1,2048}\)|data:image)/,
  /(?:^|\s)\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*/m,
];
const WEAK = /^[ \t]*(?:[-*+] \S|\d{1,9}[.)] \S|> ?\S)|`[^`\n]+`|~~[^~\n]+~~|^(?:-{3,}|\*{3,}|_{3,})$/gm;

export function looksLikeMarkdown(text: string): boolean {
  if (text.length > MAX_MARKDOWN || text.startsWith('#!') || TOO_DEEP.test(text)) return false;
  return STRONG.some((sign) => sign.test(text)) || (text.match(WEAK) ?? []).length >= 2;
}

export function markdownToHtml(text: string): string {
  // synchronous unless an asynchronous extension is used, and none is
  const html = marked.parse(text.replaceAll(/\r\n?/g, '\n')) as string;
  return cleanHtml(html, { keepsPicture: () => true }).html;
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
