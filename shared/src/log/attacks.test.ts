import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { toHex } from '../bytes.ts';
import { verifySignature } from '../crypto/device-key.ts';
import type { PeerId } from '../ids.ts';
import { contentBody } from '../room/documents.ts';
import { ATTACK_CORPUS } from '../testing/attack-corpus.ts';
import { createAttacker } from '../testing/attacker.ts';
import type { Attacker } from '../testing/attacker.ts';
import { rawUpdate, text } from '../testing/raw-update.ts';
import { contents } from '../testing/simulation.ts';
import { createTestDocument, pull, syncAll, testId } from '../testing/test-document.ts';
import type { MemberReplica, TestDocument } from '../testing/test-document.ts';
import { createRandomEditor } from '../testing/random-edits.ts';
import { seededRandom } from '../testing/seeded-device.ts';
import type { Entry, LogBatch } from './types.ts';

interface Scene {
  readonly document: TestDocument;
  readonly victim: MemberReplica;
  readonly witness: MemberReplica;
  readonly attacker: Attacker;
  /** Delivered by the attacker itself. */
  strike(to: MemberReplica, batch: LogBatch): ReturnType<MemberReplica['replica']['receive']>;
}

const paragraph = (ydoc: Y.Doc): Y.XmlText =>
  contentBody(ydoc)
    .createTreeWalker((node) => node instanceof Y.XmlText)
    [Symbol.iterator]()
    .next().value as Y.XmlText; // the document of the scene has one

async function scene(role: 'editor' | 'viewer' = 'editor'): Promise<Scene> {
  const document = await createTestDocument();
  const [victim, witness] = await Promise.all([document.join('victim', 'owner'), document.join('witness', 'editor')]);
  victim.replica.ydoc.transact(() => {
    const element = new Y.XmlElement('paragraph');
    element.insert(0, [new Y.XmlText('hello')]);
    contentBody(victim.replica.ydoc).push([element]);
  });
  await syncAll([victim, witness]);
  const mallory = await document.member('mallory', role);
  const attacker = await createAttacker(mallory, document.address);
  return { document, victim, witness, attacker, strike: (to, batch) => to.replica.receive(batch, mallory.peer) };
}

const append = (client: number, clock: number, own: number): Uint8Array =>
  rawUpdate([{ client: own, clock: 0, structs: [text({ origin: { client, clock } }, '!')] }]);

/** The victim goes on writing, and everybody ends with the same. */
async function expectUnharmed({ victim, witness }: Scene, expected = 'hello, world'): Promise<void> {
  const node = paragraph(victim.replica.ydoc);
  node.insert(5, ', world');
  await syncAll([victim, witness]);
  for (const { replica } of [victim, witness]) {
    expect(paragraph(replica.ydoc).toString()).toBe(expected);
    expect(replica.state).toBe('writable');
    expect([replica.ydoc.store.pendingStructs, replica.ydoc.store.pendingDs]).toEqual([null, null]);
  }
  expect(toHex(victim.replica.digest())).toBe(toHex(witness.replica.digest()));
  expect(contents(victim.replica.ydoc)).toBe(contents(witness.replica.ydoc));
}

describe('attacks on replicas', () => {
  it.each(ATTACK_CORPUS.filter((hostile) => hostile.doc === 'content' && hostile.role === 'editor'))(
    '$id: $title changes nothing anywhere',
    async (hostile) => {
      const stage = await scene();
      const batch = await stage.attacker.batch(
        ...(Object.values(
          withDeps(hostile.build({ attacker: stage.attacker.clientId, victim: stage.victim.replica.clientId })),
        ) as [Uint8Array]),
      ); // bytes, then deps
      for (const to of [stage.victim, stage.witness]) {
        expect(await stage.strike(to, batch)).toMatchObject({ applied: 0, invalid: 1 });
        expect(paragraph(to.replica.ydoc).toString()).toBe('hello');
      }
      const late = await stage.attacker.batch(append(stage.victim.replica.clientId, 6, stage.attacker.clientId));
      expect(await stage.strike(stage.victim, late)).toMatchObject({ applied: 0, invalid: 1 });
      await expectUnharmed(stage);
    },
  );

  it('SEC-40: a delete range of 2^40 is held for ever, its session stalls, and nobody else is affected', async () => {
    const stage = await scene();
    const { clientId } = stage.victim.replica;
    const batch = await stage.attacker.batch(rawUpdate([], [{ client: clientId, clock: 0, length: 2 ** 40 }]));
    for (const to of [stage.victim, stage.witness])
      expect(await stage.strike(to, batch)).toMatchObject({ applied: 0, held: 1, invalid: 0 });
    const late = await stage.attacker.batch(append(clientId, 6, stage.attacker.clientId));
    expect(await stage.strike(stage.victim, late)).toMatchObject({ applied: 0, held: 1 });
    await expectUnharmed(stage);
  });

  it('SEC-41: a modified viewer changes nothing on any replica', async () => {
    const stage = await scene('viewer');
    const honestLooking = await stage.attacker.batch(append(stage.victim.replica.clientId, 6, stage.attacker.clientId));
    for (const to of [stage.victim, stage.witness])
      expect(await stage.strike(to, honestLooking)).toMatchObject({ applied: 0, invalid: 1 });
    await expectUnharmed(stage);
    expect(stage.victim.replica.heads()).toHaveLength(1);
  });

  it('SEC-42: entries count once a carrier brings the grant that allows them, whatever grant came before', async () => {
    const stage = await scene('viewer');
    const editor = await stage.document.member('mallory', 'editor');
    const batch = await stage.attacker.batch(append(stage.victim.replica.clientId, 6, stage.attacker.clientId));
    await stage.strike(stage.victim, batch);
    const completed = { headers: [{ ...stage.attacker.header, grant: editor.grant }], entries: batch.entries };
    expect(await stage.strike(stage.victim, completed)).toMatchObject({ applied: 1 });
    expect(await stage.strike(stage.witness, completed)).toMatchObject({ applied: 1 });
    await expectUnharmed(stage, 'hello, world!');
  });

  it.each([
    ['of another device', { cnf: { jkt: 'A'.repeat(43) } }],
    ['for another room', { room: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('SEC-43: a grant %s authorises nothing', async (_what, overrides) => {
    const stage = await scene();
    const mallory = await stage.document.member('mallory', 'editor', overrides as never); // ids spelled out by hand
    const attacker = await createAttacker(mallory, stage.document.address, 1);
    await stage.strike(stage.victim, await attacker.batch(append(stage.victim.replica.clientId, 6, attacker.clientId)));
    await expectUnharmed(stage);
  });

  it('SEC-44: two bodies for one seq: the first accepted stands, the second is not applied', async () => {
    const stage = await scene();
    const own = stage.attacker.clientId;
    const genesis = stage.attacker.headHash;
    const first = await stage.attacker.batch(append(stage.victim.replica.clientId, 6, own));
    const second = await stage.attacker.fork(1, genesis, append(stage.victim.replica.clientId, 2, own));
    await stage.strike(stage.victim, first);
    expect(await stage.strike(stage.victim, { headers: [stage.attacker.header], entries: [second] })).toMatchObject({
      applied: 0,
      duplicates: 1,
    });
    expect(stage.victim.replica.counters['forks']).toBe(1);
    await stage.strike(stage.witness, { headers: [stage.attacker.header], entries: [second] });
    expect(toHex(stage.victim.replica.digest())).not.toBe(toHex(stage.witness.replica.digest()));
  });

  it("SEC-45: an entry forged for the victim is dropped without ending the victim's session", async () => {
    const stage = await scene();
    const { clientId } = stage.victim.replica;
    const forged = await stage.attacker.entry(
      rawUpdate([
        { client: clientId, clock: 7, structs: [text({ origin: { client: clientId, clock: 6 } }, 'forged')] },
      ]),
    );
    const report = await stage.strike(stage.witness, {
      headers: [],
      entries: [
        { ...forged, clientId, seq: 2 },
        { ...forged, clientId, seq: 3 },
      ],
    });
    expect(report.applied).toBe(0);
    await expectUnharmed(stage);
  });

  it('SEC-50: forgeries sent ahead of an entry do not keep it out', async () => {
    const stage = await scene();
    const { replica } = stage.victim;
    const head = replica.heads().find(({ clientId }) => clientId === replica.clientId)?.seq ?? 0;
    const forged = await stage.attacker.entry(rawUpdate([]));
    const forgeries = Array.from({ length: 40 }, (_, i) => ({
      ...forged,
      clientId: replica.clientId,
      seq: head + 1 + (i % 8),
      sig: new Uint8Array(64).fill(i),
    }));
    await stage.strike(stage.witness, { headers: [], entries: forgeries });
    for (const word of ['here ', 'still ', 'am ', 'I ']) {
      paragraph(replica.ydoc).insert(0, word);
      await replica.flush();
    }
    let applied = 0;
    for (const batch of replica.range(replica.clientId, head + 1, undefined, 65_536)) {
      applied += (await stage.witness.replica.receive(batch, testId('the victim') as PeerId)).applied; // a valid id
    }
    expect(applied).toBe(4);
    expect(contents(stage.witness.replica.ydoc)).toEqual(contents(replica.ydoc));
  });

  it('SEC-50: what is forged in the name of another is charged to who carries it, and costs no more than it is', async () => {
    const stage = await scene();
    let checks = 0;
    const target = await stage.document.join('target', 'editor', {
      limits: { maxHeldBytesPerAuthor: 8 * 1024, maxHeldBytes: 64 * 1024 },
      verifySignature: (...asked) => {
        checks++;
        return verifySignature(...asked);
      },
    });
    await pull(stage.victim, target);
    const { replica } = stage.victim;
    const head = replica.heads().find(({ clientId }) => clientId === replica.clientId)?.seq ?? 0;
    for (let i = 0; i < 20; i++) {
      paragraph(replica.ydoc).insert(0, `${i} `);
      await replica.flush();
      stage.document.clock.advance(20);
    }
    const real = [...replica.range(replica.clientId, head + 1, undefined, 65_536)].flatMap(({ entries }) => entries);
    expect(real).toHaveLength(20);
    const honest = testId('an honest carrier') as PeerId; // a valid id
    expect(await target.replica.receive({ headers: [], entries: real.slice(1) }, honest)).toMatchObject({ held: 19 });

    const forged = await stage.attacker.entry(new Uint8Array(2048));
    const forge = (seq: number, fill: number): Entry => ({
      ...forged,
      clientId: replica.clientId,
      seq,
      sig: new Uint8Array(64).fill(fill),
    });
    checks = 0;
    const ahead = Array.from({ length: 60 }, (_, i) => forge(head + 2 + i, 1));
    await stage.strike(target, { headers: [], entries: ahead });
    expect(checks).toBe(0);
    for (let i = 0; i < 50; i++) await stage.strike(target, { headers: [], entries: [forge(head + 1, i)] });
    expect(checks).toBeLessThanOrEqual(60 + 50);

    const report = await target.replica.receive({ headers: [], entries: real.slice(0, 1) }, honest);
    expect([report.applied, report.missing]).toEqual([20, []]);
    expect(contents(target.replica.ydoc)).toEqual(contents(replica.ydoc));
  });

  it('SEC-46: a thousand entries with missing references stay within the bounds, are reported, and delay nobody', async () => {
    const stage = await scene();
    const limits = { maxHeldBytesPerAuthor: 8 * 1024, maxHeldBytes: 16 * 1024 };
    const target = await stage.document.join('target', 'editor', { limits });
    await pull(stage.victim, target);
    const entries = [];
    for (let i = 0; i < 1000; i++)
      entries.push(await stage.attacker.entry(append(999_999, i, stage.attacker.clientId)));
    const report = await stage.strike(target, { headers: [stage.attacker.header], entries });
    expect(report.applied).toBe(0);
    expect(report.held * 100).toBeLessThan(200_000);
    await expectUnharmed({ ...stage, witness: target });
  });

  it('SEC-47: receiving formatted histories never writes, for viewers and editors alike', async () => {
    const document = await createTestDocument();
    const writers = await Promise.all([document.join('a', 'owner'), document.join('b', 'editor')]);
    const readers = await Promise.all([document.join('c', 'viewer'), document.join('d', 'editor')]);
    const random = seededRandom('formatting');
    const editors = writers.map(({ replica }) => createRandomEditor(replica.ydoc, random));
    const errors: string[] = [];
    for (const { replica } of readers) replica.on('error', (error) => errors.push(error.code));
    for (let i = 0; i < 150; i++) {
      for (const editor of editors) editor.edit();
      document.clock.advance(20);
      if (i % 3 === 0) await syncAll([...writers, ...readers]);
    }
    await syncAll([...writers, ...readers]);
    for (const editor of editors) editor.close();
    expect(errors).toEqual([]);
    for (const { replica, device } of readers) {
      expect(contents(replica.ydoc)).toBe(contents(writers[0]?.replica.ydoc ?? new Y.Doc()));
      expect(
        replica.heads().map((head) => toHex(replica.header(head.clientId)?.devicePub ?? new Uint8Array())),
      ).not.toContain(toHex(device.publicKey));
    }
  });

  it('SEC-48: nothing but entries and checkpoints changes a document', async () => {
    const { victim, witness } = await scene();
    const foreign = Y.encodeStateAsUpdate(witness.replica.ydoc);
    const evil = new Y.Doc();
    evil.getXmlFragment('body').push([new Y.XmlElement('evil')]);
    for (const update of [foreign, Y.encodeStateAsUpdate(evil)])
      expect(() => Y.applyUpdate(victim.replica.ydoc, update)).toThrow('only entries');
    expect(contentBody(victim.replica.ydoc).toString()).toBe('<paragraph>hello</paragraph>');
    victim.replica.ydoc.getXmlFragment('body').push([new Y.XmlElement('paragraph')]);
    await syncAll([victim, witness]);
    expect(contentBody(witness.replica.ydoc).length).toBe(2);
  });
});

const withDeps = ({ bytes, deps = [] }: { bytes: Uint8Array; deps?: readonly unknown[] }): object => ({ bytes, deps });
