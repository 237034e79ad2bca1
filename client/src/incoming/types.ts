/** What came from outside to become a document: shared by another app, or a file opened with this one. */
export interface Incoming {
  readonly title: string;
  readonly text: string;
  /** '' when there is none; untrusted. */
  readonly url: string;
  readonly files: readonly File[];
}

export const INCOMING_LIMITS = { files: 20, bytes: 20 * 1024 * 1024, textLength: 1_000_000, titleLength: 200 } as const;

/** How long something shared waits to be looked at. */
export const INCOMING_TTL_MS = 24 * 60 * 60 * 1000;

/** Whether all of it may come in. */
export const fitsLimits = ({ text, files }: Incoming): boolean =>
  text.length <= INCOMING_LIMITS.textLength &&
  files.length <= INCOMING_LIMITS.files &&
  files.reduce((sum, file) => sum + file.size, 0) <= INCOMING_LIMITS.bytes;

/** A name for the document: the title given, else that of the first file without its ending. */
export const titleOf = ({ title, files }: Incoming): string =>
  (title.trim() || (files[0]?.name ?? '').replace(/\.[^.]{1,8}$/, '').trim()).slice(0, INCOMING_LIMITS.titleLength);
