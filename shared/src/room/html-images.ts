/** Pictures inside a document, as stored: an address that holds the bytes themselves. */
import { base64Reader, imageSize } from './image-size.ts';

/** Largest picture a document holds, in bytes. */
export const MAX_IMAGE_BYTES = 500 * 1024;
/** Longest description of a picture, in UTF-16 code units. */
export const MAX_ALT_LENGTH = 500;

/** Longest edge of a picture, in pixels: few bytes can ask for any amount of memory. */
export const MAX_IMAGE_EDGE = 4096;

const MAX_SOURCE_LENGTH = Math.ceil(MAX_IMAGE_BYTES / 3) * 4 + 'data:image/jpeg;base64,'.length;

/**
 * Whether `value` holds a PNG, JPEG or WebP picture of at most {@link MAX_IMAGE_BYTES} that says, where its kind says
 * it, to be no longer than {@link MAX_IMAGE_EDGE} on either edge. Nothing scriptable passes.
 */
export function isSafeImageSource(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_SOURCE_LENGTH) return false;
  if (!/^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/.test(value)) return false;
  const size = imageSize(base64Reader(value.slice(value.indexOf(',') + 1)));
  return size !== undefined && size.every((edge) => edge >= 1 && edge <= MAX_IMAGE_EDGE);
}

/** The description of a picture, whatever was stored. */
export const readAlt = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_ALT_LENGTH) : '');
