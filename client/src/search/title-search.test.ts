import type { RoomId } from '@vicinal/shared/ids.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { highlight } from './highlight.ts';
import { loadTitleSearch, type Titled, type TitleSearch } from './title-search.ts';

const titled = (room: string, title: string, updatedAt = 0): Titled => ({ room: room as RoomId, title, updatedAt }); // opaque here
const documents = [
  titled('a', 'Field notes: harbour survey, week 46'),
  titled('b', 'Budget 2027, second reading'),
  titled('c', 'Überblick der Öltanks'),
  titled('d', 'Translation glossary'),
  titled('e', '港湾調査の記録'),
  titled('f', ''),
];

let search: TitleSearch;
const rooms = (query: string): string[] => search.search(query).map((hit) => hit.room);

beforeAll(async () => {
  search = await loadTitleSearch();
  search.update(documents);
});

describe('finding', () => {
  test.each([
    ['harb', ['a'], 'the beginning of a word'],
    ['HARBOUR', ['a'], 'another case'],
    ['harbor', ['a'], 'a typing error'],
    ['notes week', ['a'], 'words apart from each other'],
    ['notes budget', [], 'words of two titles'],
    ['uberblick', ['c'], 'no accents'],
    ['öltank', ['c'], 'accents'],
    ['lossary', ['d'], 'the middle of a word'],
    ['調査', ['e'], 'writing without spaces'],
    ['2027', ['b'], 'numbers'],
    ['   ', [], 'nothing typed'],
    ['zzz', [], 'what is nowhere'],
  ])('"%s" finds %j: %s', (query, expected) => {
    expect(rooms(query)).toEqual(expected);
  });

  test('a renamed title is found by its new name alone, a removed one not at all', async () => {
    const own = await loadTitleSearch();
    own.update(documents);
    own.update([titled('b', 'Accounts'), ...documents.slice(2)]);
    expect(own.search('budget')).toEqual([]);
    expect(own.search('accounts').map((hit) => hit.room)).toEqual(['b']);
    expect(own.search('harbour')).toEqual([]);
  });

  test('two thousand titles are searched within a frame', () => {
    search.update([
      ...documents,
      ...Array.from({ length: 2000 }, (_, i) => titled(`n${i}`, `Minutes of meeting ${i}`)),
    ]);
    const start = performance.now();
    expect(rooms('minutes 199').length).toBeGreaterThan(5);
    expect(performance.now() - start).toBeLessThan(150);
    search.update(documents);
  });
});

describe('marking', () => {
  const marked = (title: string, query: string, words: readonly string[] = []): string =>
    highlight(title, query, words)
      .map((part) => (part.isHit ? `[${part.text}]` : part.text))
      .join('');

  test.each([
    ['Field notes: harbour', 'har', [], 'Field notes: [har]bour'],
    ['Field notes: harbour', 'not fi', [], '[Fi]eld [not]es: harbour'],
    ['Überblick', 'uber', [], '[Über]blick'],
    ['Harbour survey', 'harbor', ['harbour'], '[Harbour] survey'],
    ['Glossary', 'loss', [], 'G[loss]ary'],
    ['ﬁnal report', 'fin', [], '[ﬁnal] report'],
    ['Nothing here', 'zzz', [], 'Nothing here'],
  ])('in "%s", "%s" marks %j', (title, query, words, expected) => {
    expect(marked(title, query, words)).toBe(expected);
  });
});
