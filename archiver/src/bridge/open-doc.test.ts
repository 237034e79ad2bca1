import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { createOpenDoc, decodeUpdates, encodeUpdates } from './open-doc.ts';

const make = () => {
  const seen = { isTaking: true, updates: [] as Uint8Array[], refused: 0, dropped: 0 };
  const doc = createOpenDoc({
    isTaking: () => seen.isTaking,
    onUpdate: (update) => seen.updates.push(update),
    onRefused: () => seen.refused++,
    onDropped: () => seen.dropped++,
    maxPendingBytes: 4096,
  });
  return { doc, seen };
};
const update = (text: string): Uint8Array => {
  const ydoc = new Y.Doc();
  ydoc.getText('text').insert(0, text);
  return Y.encodeStateAsUpdate(ydoc);
};
const textOf = (ydoc: Y.Doc): string => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(ydoc));
  return copy.getText('text').toJSON();
};

test('y-webrtc applies with the very yjs that the bridge watches', () => {
  const require = createRequire(import.meta.url);
  const theirs = createRequire(require.resolve('y-webrtc'));
  expect(theirs.resolve('yjs')).toBe(require.resolve('yjs'));
  const protocols = createRequire(theirs.resolve('y-protocols/sync'));
  expect(protocols.resolve('yjs')).toBe(require.resolve('yjs'));
});

test('OPEN-10 a closed gate refuses a change before anything happens, and what comes after it opens is taken', () => {
  const { doc, seen } = make();
  seen.isTaking = false;
  expect(() => Y.applyUpdate(doc.ydoc, update('no'))).toThrow('takes no updates');
  expect([textOf(doc.ydoc), seen.updates.length, seen.refused]).toEqual(['', 0, 1]);
  seen.isTaking = true;
  Y.applyUpdate(doc.ydoc, update('yes'));
  expect([textOf(doc.ydoc), seen.updates.length]).toEqual(['yes', 1]);
});

test('OPEN-11 updates whose predecessors never come are dropped above the limit, and later ones are taken', () => {
  const { doc, seen } = make();
  for (let client = 1; client <= 1000; client++) {
    const ydoc = new Y.Doc();
    ydoc.clientID = client;
    ydoc.getText('text').insert(0, 'a');
    const before = Y.encodeStateVector(ydoc);
    ydoc.getText('text').insert(1, 'x'.repeat(50));
    Y.applyUpdate(doc.ydoc, Y.encodeStateAsUpdate(ydoc, before));
    expect(doc.ydoc.store.pendingStructs?.update.length ?? 0).toBeLessThanOrEqual(4096);
  }
  expect(seen.dropped).toBeGreaterThan(10);
  Y.applyUpdate(doc.ydoc, update('honest'));
  expect(textOf(doc.ydoc)).toBe('honest');
});

test('OPEN-12 receiving writes nothing of its own, formatted text included', () => {
  const { doc, seen } = make();
  const ydoc = new Y.Doc();
  const text = new Y.XmlText();
  ydoc.getXmlFragment('body').push([text]);
  text.insert(0, 'formatted words');
  Y.applyUpdate(doc.ydoc, Y.encodeStateAsUpdate(ydoc));
  for (const range of [
    [0, 5],
    [2, 8],
    [4, 3],
  ] as const) {
    const before = Y.encodeStateVector(ydoc);
    text.format(range[0], range[1], { bold: true });
    text.format(range[0], range[1], { bold: null });
    Y.applyUpdate(doc.ydoc, Y.encodeStateAsUpdate(ydoc, before));
  }
  expect(doc.ydoc.store.clients.has(doc.ydoc.clientID)).toBe(false);
  expect(seen.updates).toHaveLength(4);
});

test('a batch comes back as it was, and bytes that are none are an error', () => {
  const updates = [update('a'), new Uint8Array(), update('b')];
  const bytes = encodeUpdates(updates);
  expect(decodeUpdates(bytes).map((one) => [...one])).toEqual(updates.map((one) => [...one]));
  expect(decodeUpdates(new Uint8Array())).toEqual([]);
  for (const wrong of [bytes.subarray(0, -1), new Uint8Array([0, 0, 0]), new Uint8Array([255, 255, 255, 255, 1])])
    expect(() => decodeUpdates(wrong)).toThrow('cut off');
});
