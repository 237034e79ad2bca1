/** The document as files for elsewhere: Markdown, and a page that reads and prints well without this app. */
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { renderMarkdown } from '@vicinal/shared/room/markdown.ts';
import { t } from '../i18n/messages.ts';
import type { RoomSession } from '../room/types.ts';
import { fileNameOf } from './export-copy.ts';

export type DownloadFormat = 'markdown' | 'html';

const TYPES = {
  markdown: { type: 'text/markdown', ending: '.md' },
  html: { type: 'text/html', ending: '.html' },
} as const;

/** Some browsers read the address after the click has returned. */
const RELEASE_AFTER_MS = 60_000;

/** Hands the document to the browser's downloads. */
export async function downloadAs(session: RoomSession, format: DownloadFormat): Promise<void> {
  const { type, ending } = TYPES[format];
  const content =
    format === 'html'
      ? printablePage(session.title, await session.exportHtml())
      : markdownFile(session.title, renderMarkdown(contentBody(session.content)));
  const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileNameOf(session.title).replace(/\.html$/, ending);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), RELEASE_AFTER_MS);
}

/** The title becomes the first heading. */
export function markdownFile(title: string, body: string): string {
  const heading = (title.trim() || t('document.untitled')).replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>#]/g, '\\$&');
  return body === '' ? `# ${heading}\n` : `# ${heading}\n\n${body}`;
}

const PAGE_STYLE = `
body{max-width:44rem;margin:3rem auto;padding:0 1.25rem;font:1rem/1.6 system-ui,sans-serif;color:#1c1c1a;background:#fff}
h1,h2,h3{line-height:1.25;break-after:avoid}
img{max-width:100%;height:auto}
table{border-collapse:collapse;width:100%}
td,th{border:1px solid #bbb;padding:.35rem .6rem;text-align:start;vertical-align:top}
td>p,th>p,li>p{margin:0}
pre{padding:.75rem 1rem;border:1px solid #ccc;border-radius:6px;background:#f6f6f3;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
code{font-family:ui-monospace,monospace;font-size:.9em}
blockquote{margin-inline:0;padding-inline-start:1rem;border-inline-start:3px solid #ccc;color:#444}
ul[data-type=taskList]{list-style:none;padding-inline-start:0}
ul[data-type=taskList]>li{display:flex;gap:.5rem}
ul[data-type=taskList]>li::before{content:"\\2610"}
ul[data-type=taskList]>li[data-checked=true]::before{content:"\\2611"}
@media print{body{max-width:none;margin:0;padding:0;font-size:11pt}tr,img,blockquote{break-inside:avoid}a[href]::after{content:" (" attr(href) ")";font-size:.85em;color:#444}}
`.trim();

/** A whole page around the canonical HTML: nothing in it is loaded from anywhere, and nothing in it can run. */
export function printablePage(title: string, body: string): string {
  const heading = escapeHtml(title.trim() || t('document.untitled'));
  const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading}</title>
<style>
${PAGE_STYLE}
</style>
</head>
<body>
<h1>${heading}</h1>
${body}
</body>
</html>
`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
