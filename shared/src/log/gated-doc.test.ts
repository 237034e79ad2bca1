import { createRequire } from 'node:module';
import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import { RemoteOrigin } from '../room/origins.ts';
import { pick, seededRandom } from '../testing/seeded-device.ts';
import { createGatedDoc } from './gated-doc.ts';

const open = (beforeLocal: () => AppError | undefined = () => undefined) => {
  const updates: Uint8Array[] = [];
  const errors: unknown[] = [];
  const gated = createGatedDoc({
    doc: 'meta',
    beforeLocal,
    onLocalUpdate: (update) => updates.push(update),
    onObserverError: (error) => errors.push(error),
  });
  return { gated, updates, errors };
};
const deliver = ({ gated }: ReturnType<typeof open>, update: Uint8Array): void => {
  const origin = new RemoteOrigin();
  gated.transactRemote(origin, () => gated.apply(update, origin));
};

/** Concurrent formats whose merges leave redundant markers, which plain Yjs deletes on receive. */
function overlappingFormats(): readonly Uint8Array[] {
  const random = seededRandom('formats');
  const [a, b] = [1, 2].map((clientID) => Object.assign(new Y.Doc({ gc: false }), { clientID })) as [Y.Doc, Y.Doc]; // two in, two out
  const updates: Uint8Array[] = [];
  for (const doc of [a, b])
    doc.on(
      'update',
      (update, _origin, _doc, transaction: Y.Transaction) => void (transaction.local && updates.push(update)),
    );
  a.getText('title').insert(0, 'some words');
  for (let round = 0; round < 30; round++) {
    Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
    Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
    for (const doc of [a, b]) {
      const title = doc.getText('title');
      title.format(pick(random, 5), 1 + pick(random, 5), { bold: random.fraction() < 0.5 ? null : true });
      title.delete(pick(random, 5), 3);
      title.insert(pick(random, 5), 'abc');
    }
  }
  return updates;
}

describe('gated document', () => {
  it('LOG-24: is pinned to the yjs version whose transaction order it relies on', () => {
    expect((createRequire(import.meta.url)('yjs/package.json') as { version: string }).version).toBe('13.6.33'); // shape of every package.json
  });

  it('LOG-24: plain Yjs writes on receive, and a gated document does not', () => {
    const plain = new Y.Doc({ gc: false });
    plain.getText('title');
    let plainWrites = 0;
    plain.on(
      'afterTransaction',
      (transaction: Y.Transaction) =>
        void (transaction.local && transaction.deleteSet.clients.size > 0 && plainWrites++),
    );
    const stage = open(() => new AppError('forbidden'));
    for (const update of overlappingFormats()) {
      Y.applyUpdate(plain, update);
      deliver(stage, update);
    }
    expect(plainWrites).toBeGreaterThan(0);
    expect([stage.updates, stage.errors]).toEqual([[], []]);
    expect(stage.gated.ydoc.getText('title').toString()).toBe(plain.getText('title').toString());
  });

  it('LOG-25: a refused local transaction changes nothing and leaves the document usable', () => {
    let refusal: AppError | undefined = new AppError('forbidden');
    const stage = open(() => refusal);
    const title = stage.gated.ydoc.getText('title');
    expect(() => title.insert(0, 'x')).toThrow(refusal);
    expect(title.toString()).toBe('');
    for (const update of overlappingFormats()) deliver(stage, update);
    refusal = undefined;
    title.insert(0, 'y');
    expect(stage.updates).toHaveLength(1);
  });

  it('LOG-24: a local change within a delivery and after it is heard of, by the document before any other listener', () => {
    const stage = open();
    const { ydoc } = stage.gated;
    const [update] = overlappingFormats();
    if (update === undefined) throw new TypeError('no update');
    ydoc.getText('title').observe(({ transaction }) => {
      if (!transaction.local) ydoc.getMap('props').set('k', 1);
    });
    deliver(stage, update);
    expect(stage.updates).toHaveLength(1);
    const heard: number[] = [];
    ydoc.on('update', () => heard.push(stage.updates.length));
    deliver(stage, update);
    ydoc.getMap('props').set('k', 2);
    expect(heard).toEqual([2]);
    expect(stage.updates).toHaveLength(2);
  });

  it('LOG-24: a remote change is encoded anew only for others who listen', () => {
    const stage = open();
    let encoded = 0;
    const encode = Y.UpdateEncoderV1.prototype.toUint8Array;
    Y.UpdateEncoderV1.prototype.toUint8Array = function (this: Y.UpdateEncoderV1) {
      encoded++;
      return encode.call(this);
    };
    try {
      const updates = overlappingFormats();
      encoded = 0;
      for (const update of updates.slice(0, 10)) deliver(stage, update);
      expect(encoded).toBe(0);
      let heard = 0;
      stage.gated.ydoc.on('update', () => heard++);
      for (const update of updates.slice(10)) deliver(stage, update);
      expect(heard).toBeGreaterThan(0);
      expect(encoded).toBe(heard);
    } finally {
      Y.UpdateEncoderV1.prototype.toUint8Array = encode;
    }
  });

  it('LOG-25: an observer that throws or writes while refused does not stop delivery', () => {
    const stage = open(() => new AppError('forbidden'));
    const title = stage.gated.ydoc.getText('title');
    title.observe(() => stage.gated.ydoc.getMap('props').set('k', 1));
    for (const update of overlappingFormats()) deliver(stage, update);
    const control = open();
    for (const update of overlappingFormats()) deliver(control, update);
    expect(title.toString()).toBe(control.gated.ydoc.getText('title').toString());
    expect(stage.errors.length).toBeGreaterThan(0);
    expect(stage.updates).toEqual([]);
  });
});
