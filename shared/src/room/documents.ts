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

/** Schema of `content` this code can write. A document whose meta names another is read-only. */
export const CONTENT_SCHEMA = 1;

export const contentBody = (content: Y.Doc): Y.XmlFragment => content.getXmlFragment('body');
export const metaTitle = (meta: Y.Doc): Y.Text => meta.getText('title');
/** Keys: `schema` (number), `icon` (string). */
export const metaProps = (meta: Y.Doc): Y.Map<unknown> => meta.getMap('props');

/** One room listed in an index: a Y.Map under `rooms` keyed by room id. */
export interface IndexedRoom {
  readonly title: string;
  /** ms since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}
export const indexRooms = (index: Y.Doc): Y.Map<Y.Map<unknown>> => index.getMap<Y.Map<unknown>>('rooms');
