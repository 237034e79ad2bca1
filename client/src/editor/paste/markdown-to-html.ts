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

export function markdownToHtml(text: string): string {
  // synchronous unless an asynchronous extension is used, and none is
  const html = marked.parse(text.replaceAll(/\r\n?/g, '\n')) as string;
  return cleanHtml(html, { keepsPicture: () => true }).html;
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
