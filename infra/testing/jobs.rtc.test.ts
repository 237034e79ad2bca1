/** The assistant end to end: a request of a real peer, the archiver as a process, the queue in Postgres, the result at peers. */
import { startModelProvider } from '@vicinal/archiver/testing/model-provider.ts';
import type { NodePeer } from '@vicinal/archiver/testing/node-peer.ts';
import { fromBase64Url } from '@vicinal/shared/bytes.ts';
import { metaProps } from '@vicinal/shared/room/documents.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import {
  ask,
  askSummary,
  assistantOf,
  HARBOUR,
  resultOf,
  resultsOf,
  startAssistedWorkspace,
  WITHIN,
  type AssistedWorkspace,
} from './assisted-workspace.ts';

const TEST_MS = 180_000;

let archive: AssistedWorkspace;
beforeAll(async () => {
  archive = await startAssistedWorkspace();
}, TEST_MS);
afterAll(() => archive.close(), TEST_MS);
/** Requests at the provider since `from`. */
const calls = (from = 0): number => archive.provider.requests.length - from;

/** The text that a place of a source lies in, and where. */
const placeOf = (peer: NodePeer, place: string): { index: number; text: string } => {
  const bytes = fromBase64Url(place);
  const { ydoc } = peer.replica('content');
  const found = bytes && Y.createAbsolutePositionFromRelativePosition(Y.decodeRelativePosition(bytes), ydoc);
  if (!(found?.type instanceof Y.XmlText)) throw new TypeError('a place in a text');
  return { index: found.index, text: found.type.toJSON() };
};

test(
  'JOB-1 a request is answered by the archiver, and the result is a valid, receipted entry at a peer',
  async () => {
    await archive.start();
    const { peer } = await archive.openHarbour();
    const request = ask(peer, { v: 1, kind: 'ask', task: 'key-sentences' });
    const result = await resultOf(peer, request);
    expect(result).toMatchObject({ kind: 'done', task: 'key-sentences', model: { place: 'built-in' }, attempts: 1 });
    if (result.kind !== 'done') throw new TypeError('it is done');
    expect(result.sources.length).toBeGreaterThanOrEqual(3);
    for (const source of result.sources) {
      expect(HARBOUR).toContain(source.text);
      const [start, stop] = [placeOf(peer, source.start), placeOf(peer, source.end)];
      expect(start.text.slice(start.index, stop.index)).toBe(source.text);
    }
    await expect.poll(() => assistantOf(peer), WITHIN).toEqual({ isOn: true, provider: archive.model, running: [] });
    await expect.poll(() => peer.replica('jobs').receipts.snapshot().uncovered, WITHIN).toBe(0);
    await peer.close();
  },
  TEST_MS,
);

test(
  'JOB-2 a request made while the archiver was away is answered when it comes back, once',
  async () => {
    await archive.stop();
    const { room, peer } = await archive.openHarbour();
    const request = ask(peer, { v: 1, kind: 'ask', task: 'key-sentences' });
    await archive.start();
    expect(await resultOf(peer, request)).toMatchObject({ kind: 'done' });
    // Everybody leaves, and the archiver starts again over what it has: nothing is answered twice.
    await peer.close();
    await archive.stop();
    await archive.start();
    const later = await archive.open(archive.owner, room);
    const second = ask(later, { v: 1, kind: 'ask', task: 'key-sentences' });
    await resultOf(later, second);
    expect(resultsOf(later, request)).toHaveLength(1);
    await later.close();
  },
  TEST_MS,
);

test(
  'JOB-27 asked for one host while the archiver was away, which comes back with another: nothing is sent',
  async () => {
    await archive.stop();
    const { peer } = await archive.openHarbour();
    const request = askSummary(peer, archive);
    const other = await startModelProvider();
    const before = calls();
    await archive.start({ AI_BASE_URL: other.baseUrl });
    expect(await resultOf(peer, request)).toMatchObject({ kind: 'failed', code: 'host-not-agreed', attempts: 1 });
    expect([calls(before), other.requests.length]).toEqual([0, 0]);
    await peer.close();
    await archive.stop();
    await other.close();
  },
  TEST_MS,
);

test(
  'JOB-7 switched off in the document or on the instance: no call, and the request is told',
  async () => {
    await archive.start();
    const { peer } = await archive.openHarbour();
    archive.provider.script({ kind: 'stream', text: 'Never' });
    const before = calls();
    metaProps(peer.replica('meta').ydoc).set('assistant', 'off');
    await expect.poll(() => assistantOf(peer)?.isOn, WITHIN).toBe(false);
    const request = askSummary(peer, archive);
    expect(await resultOf(peer, request)).toMatchObject({ kind: 'failed', code: 'switched-off' });
    metaProps(peer.replica('meta').ydoc).set('assistant', 'on');
    await expect.poll(() => assistantOf(peer)?.isOn, WITHIN).toBe(true);
    await archive.stop();
    await archive.start({ AI: 'off' });
    const second = askSummary(peer, archive);
    expect(await resultOf(peer, second)).toMatchObject({ kind: 'failed', code: 'switched-off' });
    expect(assistantOf(peer)).toMatchObject({ isOn: false, running: [] });
    expect(calls(before)).toBe(0);
    await peer.close();
  },
  TEST_MS,
);
