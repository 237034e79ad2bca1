import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { diffText, replaceText } from './text-diff.ts';

const applied = (before: string, after: string): string => {
  const change = diffText(before, after);
  if (!change) return before;
  return before.slice(0, change.index) + change.inserted + before.slice(change.index + change.deleted);
};
const isLone = (text: string): boolean =>
  /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
/** Few letters, so that beginnings and ends often agree, and pairs that share a half. */
const word = fc.array(fc.constantFrom('a', 'b', '😀', '😁', '🐀', ' ')).map((letters) => letters.join(''));

describe('the smallest replacement', () => {
  test('turns any text into any other, without cutting a character in half', () => {
    fc.assert(
      fc.property(word, word, (before, after) => {
        expect(applied(before, after)).toBe(after);
        const change = diffText(before, after);
        if (!change) return;
        expect(isLone(change.inserted)).toBe(false);
        expect(isLone(before.slice(change.index, change.index + change.deleted))).toBe(false);
      }),
    );
  });

  test.each([
    ['same', 'same', undefined],
    ['abc', 'abXc', { index: 2, deleted: 0, inserted: 'X' }],
    ['abXc', 'abc', { index: 2, deleted: 1, inserted: '' }],
    ['aa', 'aaa', { index: 2, deleted: 0, inserted: 'a' }],
    ['x😀y', 'x😁y', { index: 1, deleted: 2, inserted: '😁' }],
    ['', 'new', { index: 0, deleted: 0, inserted: 'new' }],
  ])('%j to %j', (before, after, change) => {
    expect(diffText(before, after)).toEqual(change);
  });

  test('lets a concurrent change elsewhere survive', () => {
    const [mine, theirs] = [new Y.Doc(), new Y.Doc()];
    mine.getText('title').insert(0, 'Harbour survey');
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(mine));
    replaceText(mine.getText('title'), 'Harbour survey, week 46');
    replaceText(theirs.getText('title'), 'The harbour survey');
    Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs));
    expect(mine.getText('title').toJSON()).toBe('The harbour survey, week 46');
  });

  test('writes nothing when nothing changes, and one transaction otherwise', () => {
    const doc = new Y.Doc();
    doc.getText('title').insert(0, 'abc');
    let updates = 0;
    doc.on('update', () => updates++);
    replaceText(doc.getText('title'), 'abc');
    expect(updates).toBe(0);
    replaceText(doc.getText('title'), 'aXc');
    expect(updates).toBe(1);
  });
});
