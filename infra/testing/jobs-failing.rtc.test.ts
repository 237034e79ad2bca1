/** Requests that are stopped, may not be made, or meet a model that fails; and what of all that is in the logs. */
import { jobRequests } from '@vicinal/shared/room/jobs.ts';
import { createLink, createRoom, joinAsGuest } from '@vicinal/signaling/testing/people.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ask,
  askSummary,
  assistantOf,
  HARBOUR,
  MODEL_KEY,
  resultOf,
  resultsOf,
  startAssistedWorkspace,
  WITHIN,
  write,
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

test(
  'JOB-4 a person who may edit stops it: the connection to the model ends, and that is the result',
  async () => {
    await archive.start();
    const room = await createRoom(archive.server, archive.owner, archive.owner.workspace);
    const { token } = await createLink(archive.server, archive.owner, room, { role: 'commenter' });
    const guest = await joinAsGuest(archive.server, token);
    const [peer, commenter] = [await archive.open(archive.owner, room), await archive.open(guest, room)];
    write(peer, HARBOUR);
    archive.provider.script({ kind: 'stall', text: 'Half' });
    const before = calls();
    const request = askSummary(peer, archive);
    await expect.poll(() => calls(before), WITHIN).toBe(1);
    await expect.poll(() => jobRequests(commenter.replica('jobs').ydoc).has(request), WITHIN).toBe(true);
    // A commenter may not stop what somebody else asked for.
    ask(commenter, { v: 1, kind: 'stop', request });
    await expect.poll(() => jobRequests(peer.replica('jobs').ydoc).size, WITHIN).toBe(2);
    await expect.poll(() => commenter.replica('jobs').receipts.snapshot().unarchived, WITHIN).toBe(0);
    expect(archive.provider.open).toBe(1);
    ask(peer, { v: 1, kind: 'stop', request });
    expect(await resultOf(peer, request)).toEqual({ v: 1, kind: 'stopped', request, task: 'summarise' });
    await expect.poll(() => archive.provider.open, WITHIN).toBe(0);
    expect(calls(before)).toBe(1);
    await Promise.all([peer.close(), commenter.close()]);
  },
  TEST_MS,
);

test(
  'JOB-5 a request of a modified viewer reaches neither queue nor model',
  async () => {
    await archive.start();
    const room = await createRoom(archive.server, archive.owner, archive.owner.workspace);
    const { token } = await createLink(archive.server, archive.owner, room, { role: 'viewer' });
    const viewer = await joinAsGuest(archive.server, token);
    const honest = await archive.open(archive.owner, room);
    write(honest, HARBOUR);
    const attacker = await archive.open(viewer, room, { modified: { rulesOff: new Set(['role']) } });
    await expect.poll(() => attacker.handle.peers().some((one) => one.isArchiver), WITHIN).toBe(true);
    archive.provider.script({ kind: 'stream', text: 'Never' });
    const before = calls();
    const forged = askSummary(attacker, archive);
    await expect.poll(() => attacker.mesh.counters()['batch-sent'] ?? 0, WITHIN).toBeGreaterThan(0);
    const request = ask(honest, { v: 1, kind: 'ask', task: 'key-sentences' });
    await resultOf(honest, request);
    expect(resultsOf(honest, forged)).toEqual([]);
    expect(calls(before)).toBe(0);
    await Promise.all([attacker.close(), honest.close()]);
  },
  TEST_MS,
);

test(
  'JOB-6 a busy model is asked again after the pause it wants, and given up after the last attempt',
  async () => {
    await archive.start();
    const { peer } = await archive.openHarbour();
    archive.provider.script(
      { kind: 'status', status: 429, headers: { 'retry-after': '4' } },
      { kind: 'cut', text: 'Half' },
      { kind: 'stream', text: 'At last [1].' },
    );
    const request = askSummary(peer, archive);
    await expect.poll(() => assistantOf(peer)?.running, WITHIN).toEqual([{ request, state: 'waiting' }]);
    expect(await resultOf(peer, request)).toMatchObject({ kind: 'done', text: 'At last [1].', attempts: 3 });
    archive.provider.script({ kind: 'status', status: 500 });
    const hopeless = askSummary(peer, archive);
    expect(await resultOf(peer, hopeless)).toMatchObject({ kind: 'failed', code: 'model-unreachable', attempts: 4 });
    await expect.poll(() => assistantOf(peer)?.running, WITHIN).toEqual([]);
    await peer.close();
  },
  TEST_MS,
);

test('JOB-22 neither the key nor a word of document or answer is in the logs', () => {
  expect(archive.printed).toContain('"event":"jobs.answered"');
  for (const secret of [MODEL_KEY, 'harbour', 'At last', 'Half']) expect(archive.printed).not.toContain(secret);
});
