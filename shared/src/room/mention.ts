/** Mentions of people inside a document, as stored: attributes of an inline node `mention`, which any peer may have written. */
import { userIdSchema, type UserId } from '../ids.ts';

/** Longest name a mention shows, in UTF-16 code units. */
export const MAX_MENTION_LABEL = 80;
/** Bytes of a mention's id, written as 22 characters of base64url. */
export const MENTION_ID_BYTES = 16;

/** Signs that end lines or do not show; a name is one line. */
// eslint-disable-next-line no-control-regex -- exactly what is taken out
const UNSEEN = /[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffc]+/g;

/** The name a mention shows, whatever was stored: one line, without "@", at most {@link MAX_MENTION_LABEL}; may be empty. */
export function readMentionLabel(value: unknown): string {
  if (typeof value !== 'string') return '';
  const line = value
    .slice(0, MAX_MENTION_LABEL * 2)
    .replaceAll(UNSEEN, ' ')
    .trim();
  const cut = line.slice(0, MAX_MENTION_LABEL);
  // no half of a pair at the end
  return (/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut).trimEnd();
}

/** Whom a mention means; `undefined` when it means nobody: it is text then. */
export const readMentionUser = (value: unknown): UserId | undefined => userIdSchema.safeParse(value).data;

/** The id under which a mention is told of once; `undefined` when there is none: nobody is told. */
export const readMentionId = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w-]{22}$/.test(value) ? value : undefined;

/** What a mention reads as, `@Name`, whether or not it means anybody. */
export const mentionText = (attributes: Readonly<Record<string, unknown>>): string =>
  `@${readMentionLabel(attributes['label'])}`;
