import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { contentSchema, metaProps, raiseContentSchema } from './documents.ts';

test.each([
  [undefined, 1],
  [1, 1],
  [2, 2],
  [7, 7],
  ['2', 1],
  [Number.NaN, 1],
  [1.5, 1],
  [-3, 1],
  [{}, 1],
])('a document that names its schema %j has schema %d', (stored, expected) => {
  const meta = new Y.Doc();
  if (stored !== undefined) metaProps(meta).set('schema', stored);
  expect(contentSchema(meta)).toBe(expected);
});

test('the schema is raised once and never lowered', () => {
  const meta = new Y.Doc();
  let updates = 0;
  meta.on('update', () => updates++);
  raiseContentSchema(meta, 2);
  raiseContentSchema(meta, 2);
  raiseContentSchema(meta, 1);
  expect(contentSchema(meta)).toBe(2);
  expect(updates).toBe(1);
});
