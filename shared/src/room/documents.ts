/** Root Y types of each document and typed access to them. An entry that touches any other root is invalid. */
import type * as Y from 'yjs';
import type { DocKind } from '../roles.ts';

export type RootType = 'map' | 'text' | 'xml' | 'array';

/** Root names per document, with their type. Names are part of the stored format. */
export const ROOTS: Readonly<Record<DocKind, Readonly<Record<string, RootType>>>> = {
  meta: { title: 'text', props: 'map' },
  content: { body: 'xml' },
  talk: { comments: 'map', chat: 'map', moderation: 'map' },
  jobs: { requests: 'map', results: 'map' },
  index: { rooms: 'map', folders: 'map', props: 'map' },
};

/**
 * Schema of `content` this code can write: itself and every lower one. A document whose meta names a higher one is
 * read-only. 1: text, headings, lists, tasks, quotes, code, dividers. 2: also tables and pictures. 3: also mentions of
 * people: an inline node `mention` with the attributes `user` (user id), `label` (the name when it was written) and `id`
 * (22 characters, minted on the device: one mention is told of once, wherever it is moved).
 */
export const CONTENT_SCHEMA = 3;

/** The schema from which on a node of `content` exists; absent: from the first. */
export const NODE_SCHEMAS: ReadonlyMap<string, number> = new Map([
  ['table', 2],
  ['tableRow', 2],
  ['tableCell', 2],
  ['tableHeader', 2],
  ['image', 2],
  ['mention', 3],
]);

export const contentBody = (content: Y.Doc): Y.XmlFragment => content.getXmlFragment('body');
export const metaTitle = (meta: Y.Doc): Y.Text => meta.getText('title');
/** Keys: `schema` (number), `icon` (string). */
export const metaProps = (meta: Y.Doc): Y.Map<unknown> => meta.getMap('props');

/** The schema a document says it has; 1 when it says nothing that can be one. */
export function contentSchema(meta: Y.Doc): number {
  const value = metaProps(meta).get('schema');
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? value : 1;
}

/** Raises the schema a document says it has. Only the person who writes such content calls this, as they write it. */
export function raiseContentSchema(meta: Y.Doc, schema: number): void {
  if (contentSchema(meta) < schema) metaProps(meta).set('schema', schema);
}

/**
 * The index documents (workspace and personal), as stored. What is malformed is left out by whoever reads: an index is
 * written by many.
 *
 * `rooms`: room id → Y.Map `{title: string, createdAt: ms, updatedAt: ms, folder?: folder id, order?: string,
 * trashedAt?: ms, trashedBy?: user id}`. A room open to the whole workspace is listed in the workspace's index, any other
 * one only in the personal index of each person who has access.
 * `folders`: folder id (22 characters, minted on a device) → Y.Map `{name: string, createdAt: ms, parent?: folder id,
 * order?: string}`. A parent that is missing, or a chain of parents that closes on itself, counts as the top level.
 * `order`: key of a fractional index; siblings are sorted by it, those without one come last, newest first.
 * `props` of a personal index: `star/<room id>` → ms when starred, `opened/<room id>` → ms when last opened.
 */
export interface IndexedRoom {
  readonly title: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly folder?: string;
  readonly order?: string;
  readonly trashedAt?: number;
  readonly trashedBy?: string;
}
export const indexRooms = (index: Y.Doc): Y.Map<Y.Map<unknown>> => index.getMap<Y.Map<unknown>>('rooms');
export const indexFolders = (index: Y.Doc): Y.Map<Y.Map<unknown>> => index.getMap<Y.Map<unknown>>('folders');
export const indexProps = (index: Y.Doc): Y.Map<unknown> => index.getMap('props');
