import { language, t } from '../i18n/messages.ts';
import type { RoomSession } from '../room/types.ts';

/** A whole page around the document's HTML, readable without this app. */
export function htmlPage(title: string, body: string): string {
  const heading = escapeHtml(title || t('document.untitled'));
  return `<!doctype html>\n<html lang="${language()}">\n<head>\n<meta charset="utf-8">\n<title>${heading}</title>\n</head>\n<body>\n<h1>${heading}</h1>\n${body}\n</body>\n</html>\n`;
}

/** A file name every system takes. */
export function fileNameOf(title: string): string {
  const safe = title
    .normalize('NFC')
    .replaceAll(/[\p{C}<>:"/\\|?*]+/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[.\s]+/, '')
    .slice(0, 80)
    .trim();
  return `${safe || t('document.untitled')}.html`;
}

/** Hands the document to the browser's downloads. */
export async function exportCopy(session: RoomSession): Promise<void> {
  const page = htmlPage(session.title, await session.exportHtml());
  const url = URL.createObjectURL(new Blob([page], { type: 'text/html' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileNameOf(session.title);
  link.click();
  // Some browsers read the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
