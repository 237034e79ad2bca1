/** Search in titles: prefixes, small typing errors, and parts of words. The index engine arrives with the first search. */
import type MiniSearch from 'minisearch';
import type { RoomId } from '@vicinal/shared/ids.ts';

export interface Titled {
  readonly room: RoomId;
  readonly title: string;
  /** ms since the epoch. */
  readonly updatedAt: number;
}

export interface TitleHit {
  readonly room: RoomId;
  /** Words of the title that match, as {@link foldText} writes them. */
  readonly words: readonly string[];
}

export interface TitleSearch {
  /** Takes over the titles as they are now; only what changed is indexed again. */
  update(documents: readonly Titled[]): void;
  /** Best first. */
  search(query: string): readonly TitleHit[];
}

/** Without case and accents, so that "Öl" is found as "ol". */
export const foldText = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase();

export const WORD = /[\p{L}\p{N}]+/gu;

const wordsOf = (text: string): string[] => text.match(WORD) ?? [];

export async function loadTitleSearch(): Promise<TitleSearch> {
  const { default: Engine } = await import('minisearch');
  return createTitleSearch(
    new Engine<Titled>({
      idField: 'room',
      fields: ['title'],
      tokenize: wordsOf,
      processTerm: foldText,
    }),
  );
}

function createTitleSearch(engine: MiniSearch<Titled>): TitleSearch {
  let known = new Map<RoomId, Titled>();
  return {
    update(documents) {
      const next = new Map(documents.map((document) => [document.room, document]));
      for (const room of known.keys()) if (!next.has(room)) engine.discard(room);
      for (const document of documents) {
        const before = known.get(document.room);
        if (before === undefined) engine.add(document);
        else if (before.title !== document.title) engine.replace(document);
      }
      known = next;
    },
    search(query) {
      const folded = foldText(query).trim();
      if (folded === '') return [];
      const hits = engine.search(query, {
        prefix: true,
        fuzzy: (term) => (term.length >= 4 ? 0.2 : false),
        combineWith: 'AND',
      });
      const found = new Map<RoomId, TitleHit>();
      for (const hit of hits) {
        // Rooms are the ids that were added.
        const room = hit.id as RoomId;
        found.set(room, { room, words: hit.terms });
      }
      // Parts of words, and writing without spaces between words.
      const rest = [...known.values()]
        .filter((document) => !found.has(document.room) && foldText(document.title).includes(folded))
        .sort((a, b) => b.updatedAt - a.updatedAt);
      return [...found.values(), ...rest.map(({ room }) => ({ room, words: [] }))];
    },
  };
}
