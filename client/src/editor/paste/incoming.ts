/** Puts what came from outside into a new document, as one undo step. */
import type { Editor } from '@tiptap/core';
import type { Incoming } from '../../incoming/types.ts';
import { encodePicture, isPicture } from '../content/encode-picture.ts';
import type { FileRefusal } from '../content/picture-files.ts';
import { looksLikeMarkdown } from './looks-like-markdown.ts';
import { markdownToHtml } from './markdown-to-html.ts';

const TEXT_TYPE = /^text\/|\.(?:md|markdown|txt)$/i;

export async function insertIncoming(
  editor: Editor,
  incoming: Incoming,
  onRefused: (refusal: FileRefusal) => void,
): Promise<void> {
  const parts: string[] = [textToHtml(incoming.text), incoming.url === '' ? '' : textToHtml(incoming.url)];
  const pictures: { src: string; alt: string }[] = [];
  for (const file of incoming.files) {
    if (isPicture(file)) {
      const encoded = await encodePicture(file);
      if (encoded.ok) pictures.push({ src: encoded.value, alt: '' });
      else onRefused(encoded.error);
    } else if (TEXT_TYPE.test(file.type) || TEXT_TYPE.test(file.name)) {
      parts.push(textToHtml(await file.text(), /\.(?:md|markdown)$/i.test(file.name) || file.type === 'text/markdown'));
    } else onRefused('file-refused');
  }
  if (editor.isDestroyed || !editor.isEditable) return;
  const html = parts.join('');
  editor.commands.focus('start');
  if (html !== '') editor.view.pasteHTML(html);
  if (pictures.length > 0) editor.chain().insertPictures(pictures).run();
}

function textToHtml(text: string, isMarkdown = looksLikeMarkdown(text)): string {
  if (text.trim() === '') return '';
  if (isMarkdown) return markdownToHtml(text);
  const holder = document.createElement('div');
  for (const line of text.replaceAll(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n')) {
    const paragraph = holder.appendChild(document.createElement('p'));
    paragraph.textContent = line;
  }
  return holder.innerHTML;
}
