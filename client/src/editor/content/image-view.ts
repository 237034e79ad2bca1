import type { NodeViewRendererProps } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import type { NodeView } from '@tiptap/pm/view';
import { isSafeImageSource, readAlt } from '@vicinal/shared/room/html-images.ts';
import { t } from '../../i18n/messages.ts';

/** The bytes of a stored picture; `undefined` when they are not what the address says. */
export function pictureOf(source: unknown): Blob | undefined {
  if (!isSafeImageSource(source)) return undefined;
  try {
    const bytes = Uint8Array.from(atob(source.slice(source.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));
    const type = typeOf(bytes);
    return type === undefined ? undefined : new Blob([bytes], { type });
  } catch {
    // base64 of an impossible length
    return undefined;
  }
}

/** By the first bytes, whatever the address claims. */
function typeOf(bytes: Uint8Array): string | undefined {
  const starts = (...wanted: readonly number[]) => wanted.every((byte, i) => bytes[i] === byte);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  const isWebp = starts(0x52, 0x49, 0x46, 0x46) && String.fromCharCode(...bytes.subarray(8, 12)) === 'WEBP';
  return isWebp ? 'image/webp' : undefined;
}

/** Draws a picture from its own bytes, or a box with its description when there are none to draw. */
export function createImageView({ node }: Pick<NodeViewRendererProps, 'node'>): NodeView {
  const dom = document.createElement('figure');
  dom.className = 'document-image';
  let shown = node;
  let url: string | undefined;
  const release = () => {
    if (url !== undefined) URL.revokeObjectURL(url);
    url = undefined;
  };
  const placeholder = () => {
    release();
    const box = document.createElement('span');
    box.className = 'document-image-missing';
    box.textContent = readAlt(shown.attrs['alt']) || t('editor.image.missing');
    dom.replaceChildren(box);
  };
  const draw = () => {
    release();
    const blob = pictureOf(shown.attrs['src']);
    if (!blob) {
      placeholder();
      return;
    }
    url = URL.createObjectURL(blob);
    const image = document.createElement('img');
    image.alt = readAlt(shown.attrs['alt']);
    image.draggable = false;
    image.addEventListener('error', placeholder, { once: true });
    image.src = url;
    dom.replaceChildren(image);
  };
  draw();
  return {
    dom,
    update: (next: Node) => {
      if (next.type !== shown.type) return false;
      const isSameSource = next.attrs['src'] === shown.attrs['src'];
      shown = next;
      const image = dom.querySelector('img');
      if (isSameSource && image) image.alt = readAlt(next.attrs['alt']);
      else draw();
      return true;
    },
    ignoreMutation: () => true,
    destroy: release,
  };
}
