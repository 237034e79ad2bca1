/** The archiver is killed at work: whenever that is, a request gets one result. */
import { type EntryKey } from '@vicinal/shared/room/jobs.ts';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  askSummary,
  assistantOf,
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

test(
  'JOB-3 killed while the model answers: the next start tries again, and there is one result',
  async () => {
    await archive.start();
    const { room, peer } = await archive.openHarbour();
    archive.provider.script({ kind: 'stall', text: 'Half an' }, { kind: 'stream', text: 'All of it [1].' });
    const before = calls();
    const request = askSummary(peer, archive);
    await expect.poll(() => calls(before), WITHIN).toBe(1);
    await expect.poll(() => assistantOf(peer)?.running, WITHIN).toEqual([{ request, state: 'running' }]);
    await archive.stop('SIGKILL');
    // Nobody is in the room any more: what is queued is reason enough to attend it.
    await peer.close();
    await archive.start();
    await expect.poll(() => calls(before), WITHIN).toBe(2);
    const later = await archive.open(archive.owner, room);
    expect(await resultOf(later, request)).toMatchObject({
      kind: 'done',
      text: 'All of it [1].',
      model: archive.model,
      attempts: 2,
    });
    await later.close();
  },
  TEST_MS,
);

test(
  'JOB-3 killed after the result was written and before the queue heard of it: it is not run again',
  async () => {
    await archive.start();
    const { peer } = await archive.openHarbour();
    archive.provider.script({ kind: 'stream', text: 'Slow and whole [1].', gapMs: 200 });
    const before = calls();
    const request = askSummary(peer, archive);
    await expect.poll(() => calls(before), WITHIN).toBe(1);
    // Holds back what would tell the queue that the job is done.
    const holder = new pg.Client({ connectionString: archive.server.databaseUrl });
    await holder.connect();
    await holder.query('begin; lock table archive_jobs.job_common in share mode');
    await resultOf(peer, request);
    await archive.stop('SIGKILL');
    // Its last statement would still be run once the lock is gone.
    await holder.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'vicinal-archiver-jobs'",
    );
    await holder.end();
    const { rows } = await archive.server.database.query(
      "select 1 from archive_jobs.job_common where state = 'active'",
    );
    expect(rows).toHaveLength(1);
    await archive.start();
    await expect
      .poll(
        async () =>
          (await archive.server.database.query("select 1 from archive_jobs.job_common where state < 'completed'")).rows
            .length,
        WITHIN,
      )
      .toBe(0);
    expect(calls(before)).toBe(1);
    expect(resultsOf(peer, request)).toHaveLength(1);
    await peer.close();
  },
  TEST_MS,
);

test(
  'JOB-3 killed again and again at whatever moment: one result on disk and at the peer',
  async () => {
    await archive.start();
    const { room, peer } = await archive.openHarbour();
    archive.provider.script({ kind: 'stream', text: 'Whole [1].', gapMs: 5 });
    const before = calls();
    const asked: EntryKey[] = [];
    for (const delayMs of [0, 15, 40, 90]) {
      asked.push(askSummary(peer, archive));
      const had = calls(before);
      await expect.poll(() => calls(before), { ...WITHIN, interval: 5 }).toBeGreaterThan(had);
      await new Promise((resolve) => setTimeout(resolve, delayMs)); // where the process is then is the point
      await archive.stop('SIGKILL');
      await archive.start({ AI_ATTEMPTS: '20' });
    }
    for (const request of asked) expect((await resultOf(peer, request)).kind).toBe('done');
    await archive.stop();
    const { rows } = await archive.server.database.query<{ n: string }>(
      `select count(*) as n from archive.envelopes e join archive.headers h using (room, doc, gen, client_id)
     where e.room = $1 and e.doc = 'jobs' and h.device_pub <> $2`,
      [room, Buffer.from(archive.owner.device.publicKey)],
    );
    expect(Number(rows[0]?.n)).toBe(asked.length);
    await archive.start();
    await peer.close();
  },
  TEST_MS,
);

test(
  'JOB-3 a job that kills every process that runs it is given up, and says so',
  async () => {
    await archive.stop();
    await archive.start({ AI_ATTEMPTS: '2' });
    const { peer } = await archive.openHarbour();
    archive.provider.script({ kind: 'stall', text: 'Half' });
    const before = calls();
    const request = askSummary(peer, archive);
    for (const attempt of [1, 2]) {
      await expect.poll(() => calls(before), WITHIN).toBe(attempt);
      await archive.stop('SIGKILL');
      await archive.start({ AI_ATTEMPTS: '2' });
    }
    expect(await resultOf(peer, request)).toMatchObject({ kind: 'failed', code: 'internal', attempts: 2 });
    expect(calls(before)).toBe(2);
    await peer.close();
  },
  TEST_MS,
);
