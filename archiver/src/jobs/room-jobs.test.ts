import type { UserId } from '@vicinal/shared/ids.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { jobRequests, jobResults, parseAssistantPresence, parseResult } from '@vicinal/shared/room/jobs.ts';
import type { EntryKey, JobRequest, JobResult, JobSource } from '@vicinal/shared/room/jobs.ts';
import { createTestDocument, pull, testId } from '@vicinal/shared/testing/test-document.ts';
import type { MemberReplica, TestDocument } from '@vicinal/shared/testing/test-document.ts';
import { seededRandom } from '@vicinal/shared/testing/seeded-device.ts';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createAuthors } from './authors.ts';
import type { JobName } from './queue.ts';
import { createQuota } from './quota.ts';
import { createResultWriter } from './result-writer.ts';
import { createRoomJobs } from './room-jobs.ts';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** An archiver's room over real replicas; the queue is a list. */
async function setUp(options: { perUser?: number; perRoom?: number } = {}) {
  const document = await createTestDocument({ doc: 'jobs' });
  const { clock, grants } = document;
  const archiver = await document.join('archiver', 'archiver');
  const queued: JobName[] = [];
  let disk: Promise<void> = Promise.resolve();
  const published: unknown[] = [];
  let isQueueDown = false;
  const writer = createResultWriter({
    live: archiver.replica,
    store: { append: (address, batch) => disk.then(() => archiver.store.append(address, batch)) },
    signer: archiver.device,
    grants,
    grant: async () => ({ grant: archiver.grant, claims: archiver.claims }),
    workspace: archiver.claims.ws,
    clock,
    random: seededRandom('results'),
    logger: silentLogger,
  });
  const room = createRoomJobs({
    room: document.address.room,
    replicas: new Map([['jobs', archiver.replica]]),
    presence: { set: (state) => void published.push(state) },
    authorOf: createAuthors(archiver.replica, grants, archiver.claims.ws),
    writer,
    quota: createQuota(
      { requestsPerUserPerMinute: options.perUser ?? 1e6, requestsPerRoomPerMinute: options.perRoom ?? 1e6 },
      () => clock.monotonic(),
    ),
    isOn: true,
    provider: () => undefined,
    enqueue: async (job) => {
      if (isQueueDown) throw new Error('down');
      queued.push(job);
    },
    position: () => undefined,
    onFailed: () => undefined,
    clock,
    logger: silentLogger,
  });
  return {
    document,
    archiver,
    room,
    queued,
    presence: () => parseAssistantPresence(published.at(-1)),
    holdDisk: (until: Promise<void>) => void (disk = until),
    breakQueue: (down: boolean) => void (isQueueDown = down),
    /** Lets what is due happen. */
    async run(ms = 100): Promise<void> {
      // Signatures are made and checked on other threads: turns enough for a busy machine.
      for (let i = 0; i < 200; i++) await settle();
      for (let i = 0; i < 4; i++) {
        await settle();
        clock.advance(ms / 4);
        for (let j = 0; j < 200; j++) await settle();
      }
    },
    results: (): readonly JobResult[] =>
      [...jobResults(archiver.replica.ydoc).values()].flatMap((value) => parseResult(value) ?? []),
  };
}
function put(member: MemberReplica, request: JobRequest | Readonly<Record<string, unknown>>): EntryKey {
  const { ydoc } = member.replica;
  const key: EntryKey = `${ydoc.clientID}:${Y.getState(ydoc.store, ydoc.clientID)}`;
  jobRequests(ydoc).set(key, request);
  return key;
}
const ASK = { v: 1, kind: 'ask', task: 'key-sentences' } as const;
const DONE = {
  kind: 'done',
  model: { place: 'built-in' },
  text: 'x',
  sources: [] as JobSource[],
  attempts: 1,
} as const;

describe('jobs of a room', () => {
  test('JOB-8 malformed requests, and results for them, are left alone', async () => {
    const { document, archiver, queued, run, results } = await setUp();
    const ann = await document.join('ann', 'editor');
    for (const odd of [
      {},
      { v: 1 },
      { v: 2, kind: 'ask', task: 'key-sentences' },
      { v: 1, kind: 'ask', task: 'rm -rf' },
      { v: 1, kind: 'stop' },
      { v: 1, kind: 'stop', request: '../../x' },
      { v: 1, kind: 'ask', task: ['key-sentences'] },
    ])
      put(ann, odd);
    jobRequests(ann.replica.ydoc).set(`${ann.replica.ydoc.clientID}:77`, new Y.Map());
    jobRequests(ann.replica.ydoc).set(`${ann.replica.ydoc.clientID}:78`, new Uint8Array(9));
    await pull(ann, archiver);
    await run();
    expect(queued).toEqual([]);
    const good = put(ann, ASK);
    await pull(ann, archiver);
    await run();
    expect(queued.map(({ request }) => request)).toEqual([good]);
    expect(results()).toEqual([]);
  });

  test('JOB-8 the author is who signed, whatever the value says; stop counts from who may', async () => {
    const { document, archiver, room, queued, run, results } = await setUp();
    const ann = await document.join('ann', 'editor');
    const commenter = await document.join('tom', 'commenter');
    const request = put(ann, { ...ASK, author: testId('user/tom'), role: 'viewer' });
    await pull(ann, archiver);
    await pull(ann, commenter);
    await run();
    expect(queued).toHaveLength(1);
    put(commenter, { v: 1, kind: 'stop', request, role: 'owner', author: ann.claims.sub });
    await pull(commenter, archiver);
    await run();
    expect(await room.standing(request)).toMatchObject({ kind: 'asked' });
    expect(room.signal(request).aborted).toBe(false);
    put(ann, { v: 1, kind: 'stop', request });
    await pull(ann, archiver);
    await run();
    expect(await room.standing(request)).toEqual({ kind: 'settled' });
    expect(results()).toEqual([{ v: 1, kind: 'stopped', request, task: 'key-sentences' }]);
  });

  test('JOB-8 an editor demoted since may not stop, also under the key of the session that might', async () => {
    const { document, archiver, room, run } = await setUp();
    const bob = await document.join('bob', 'editor');
    const before = await document.join('ann', 'editor');
    const now = await document.join('ann', 'commenter');
    const request = put(bob, ASK);
    put(before, ASK);
    for (const from of [bob, before]) for (const to of [archiver, now]) await pull(from, to);
    jobRequests(now.replica.ydoc).set(`${before.replica.clientId}:7`, { v: 1, kind: 'stop', request });
    await pull(now, archiver);
    await run();
    expect(jobRequests(archiver.replica.ydoc).size).toBe(3);
    expect(await room.standing(request)).toMatchObject({ kind: 'asked' });
  });

  test('JOB-8 who asked may stop it, also with less than the right to edit, and before it was ever queued', async () => {
    const { document, archiver, queued, run, results } = await setUp();
    const tom = await document.join('tom', 'commenter');
    const request = put(tom, ASK);
    put(tom, { v: 1, kind: 'stop', request });
    await pull(tom, archiver);
    await run();
    expect(queued).toEqual([]);
    expect(results()).toMatchObject([{ kind: 'stopped', request }]);
  });

  test('JOB-27 where text may go is what the request says', async () => {
    const { document, archiver, room, run } = await setUp();
    const ann = await document.join('ann', 'editor');
    const to = { host: 'llm.lan:8080', place: 'network' } as const;
    const agreed = put(ann, { v: 1, kind: 'ask', task: 'summarise', to });
    const silent = put(ann, { v: 1, kind: 'ask', task: 'summarise' });
    await pull(ann, archiver);
    await run();
    expect(await room.standing(agreed)).toEqual({ kind: 'asked', task: 'summarise', to });
    expect(await room.standing(silent)).toEqual({ kind: 'asked', task: 'summarise', to: undefined });
  });

  test('JOB-9 ten thousand requests of one person wait their turn, and another person is served meanwhile', async () => {
    const { document, archiver, queued, run, presence, results } = await setUp({ perUser: 10, perRoom: 30 });
    const [flood, ann] = [await document.join('flood', 'commenter'), await document.join('ann', 'editor')];
    flood.replica.ydoc.transact(() => {
      for (let i = 0; i < 10_000; i++) jobRequests(flood.replica.ydoc).set(`${flood.replica.ydoc.clientID}:${i}`, ASK);
    });
    await pull(flood, archiver);
    await run();
    expect(queued).toHaveLength(10);
    const request = put(ann, ASK);
    await pull(ann, archiver);
    await run();
    expect(queued.map((job) => job.request)).toContain(request);
    expect(presence()?.running.length).toBeLessThanOrEqual(20);
    await run(60_000);
    expect(queued).toHaveLength(21);
    expect(results()).toEqual([]);
  });

  test('JOB-3 a request that is answered is never answered again, however often and from wherever it is tried', async () => {
    const { document, archiver, room, run, results } = await setUp();
    const ann = await document.join('ann', 'editor');
    const request = put(ann, ASK);
    await pull(ann, archiver);
    await run();
    await Promise.all(Array.from({ length: 8 }, () => room.answer(request, DONE)));
    expect(results()).toHaveLength(1);
    await pull(archiver, ann);
    expect([...jobResults(ann.replica.ydoc).values()]).toMatchObject([{ kind: 'done', request }]);
    // Opened again over what is on disk.
    const reopened = await document.open(await document.member('archiver', 'archiver'), {
      memoryStore: archiver.store,
    });
    expect([...jobResults(reopened.replica.ydoc).keys()]).toHaveLength(1);
  });

  test('JOB-3 nothing reaches a peer before it is on disk', async () => {
    const { document, archiver, room, run, holdDisk, results } = await setUp();
    const ann = await document.join('ann', 'editor');
    const request = put(ann, ASK);
    await pull(ann, archiver);
    await run();
    const before = archiver.replica.heads().length;
    const disk = Promise.withResolvers<void>();
    holdDisk(disk.promise);
    const answering = room.answer(request, DONE);
    await run();
    expect(archiver.replica.heads()).toHaveLength(before);
    expect(results()).toEqual([]);
    disk.resolve();
    await answering;
    expect(archiver.replica.heads()).toHaveLength(before + 1);
    expect(results()).toHaveLength(1);
  });

  test('JOB-2 a queue that is away is tried again, and nothing is lost', async () => {
    const { document, archiver, queued, run, breakQueue } = await setUp();
    const ann = await document.join('ann', 'editor');
    breakQueue(true);
    put(ann, ASK);
    await pull(ann, archiver);
    await run();
    expect(queued).toEqual([]);
    breakQueue(false);
    await run(8000);
    expect(queued).toHaveLength(1);
  });
});

test('JOB-9 shares are by person and by room, and begin anew each minute', () => {
  let now = 0;
  const quota = createQuota({ requestsPerUserPerMinute: 2, requestsPerRoomPerMinute: 3 }, () => now);
  const room: TestDocument['address']['room'] = testId('room') as TestDocument['address']['room']; // a valid id
  const user = (name: string): UserId => testId(name) as UserId; // as above
  expect([1, 2, 3].map(() => quota.take(user('a'), room))).toEqual([true, true, false]);
  expect([1, 2].map(() => quota.take(user('b'), room))).toEqual([true, false]);
  now = 60_000;
  expect(quota.take(user('a'), room)).toBe(true);
});
