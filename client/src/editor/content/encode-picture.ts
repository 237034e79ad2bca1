/**
 * A picture from outside, made into one a document can hold: decoded and drawn again here, so that nothing of the file
 * but its pixels survives (no position, no camera, no script), and scaled down until it fits.
 */
import { MAX_IMAGE_BYTES } from '@vicinal/shared/room/html-images.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';

/** Unreadable: the browser cannot draw it, or it is of a kind that can carry script. Too large: it cannot be made to fit. */
export type PictureProblem = 'picture-unreadable' | 'picture-too-large';

/** Larger files are not even decoded. */
const MAX_FILE_BYTES = 50 * 1024 * 1024;
/** Longest edge that is kept, in pixels: sharp at twice the width of the text. */
const MAX_EDGE = 1600;
const MIN_EDGE = 200;
const QUALITIES = [0.85, 0.7, 0.55] as const;
const ACCEPTED = /^image\/(?:png|jpeg|webp|gif|avif|bmp|heic|heif|tiff)$/;

export const PICTURE_TYPES = 'image/png,image/jpeg,image/webp,image/gif,image/avif,image/bmp';

export const isPicture = (file: Blob): boolean => file.type.startsWith('image/');

/** Resolves to an address that holds the picture's bytes. */
export async function encodePicture(file: Blob): Promise<Result<string, PictureProblem>> {
  if (!ACCEPTED.test(file.type)) return err('picture-unreadable');
  if (file.size > MAX_FILE_BYTES) return err('picture-too-large');
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    // a file that only says it is a picture
    return err('picture-unreadable');
  }
  try {
    const blob = await smallEnough(bitmap);
    return blob === undefined ? err('picture-too-large') : ok(await toAddress(blob));
  } finally {
    bitmap.close();
  }
}

async function smallEnough(bitmap: ImageBitmap): Promise<Blob | undefined> {
  const longest = Math.max(bitmap.width, bitmap.height);
  for (let edge = Math.min(longest, MAX_EDGE); ; edge = Math.floor(edge * 0.75)) {
    for (const quality of QUALITIES) {
      const blob = await draw(bitmap, edge / longest, quality);
      if (blob.size <= MAX_IMAGE_BYTES) return blob;
    }
    if (edge < MIN_EDGE) return undefined;
  }
}

async function draw(bitmap: ImageBitmap, scale: number, quality: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(bitmap.width * scale)),
    Math.max(1, Math.round(bitmap.height * scale)),
  );
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas to draw on');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
  if (blob.type === 'image/webp') return blob;
  // a browser that cannot write WebP wrote PNG, however large; JPEG knows no transparency
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}

function toAddress(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // readAsDataURL reads into a string
    reader.addEventListener('load', () => resolve(reader.result as string), { once: true });
    reader.addEventListener('error', () => reject(new Error('a picture in memory could not be read')), { once: true });
    reader.readAsDataURL(blob);
  });
}
