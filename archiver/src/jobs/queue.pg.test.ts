import { startRestartablePostgres } from '@vicinal/infra/testing/archive-postgres.ts';
import { startTestPostgres } from '@vicinal/infra/testing/postgres.ts';
import type { TestPostgres } from '@vicinal/infra/testing/postgres.ts';
import type { WorkspaceId } from '@vicinal/shared/ids.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRoom } from '../testing/test-session.ts';
import { openJobQueue, QUEUE_SCHEMA } from './queue.ts';
import type { JobName, JobQueue, TakenJob } from './queue.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

const open = (url: string, workspace = 'AAAAAAAAAAAAAAAAAAAAAA'): Promise<JobQueue> =>
  openJobQueue({
    url,
    workspace: workspace as WorkspaceId, // a valid id
    attempts: 2,
    connectTimeoutMs: 2000,
    statementTimeoutMs: 5000,
    logger: silentLogger,
  });
const job = (name: string, clock = 0): JobName => ({ room: testRoom(name), request: `5:${clock}`, task: 'summarise' });
async function takeOne(queue: JobQueue): Promise<TakenJob> {
  let taken: readonly TakenJob[] = [];
  await expect.poll(async () => (taken = await queue.take(1)).length, { timeout: 10_000 }).toBe(1);
  const [one] = taken;
  if (one === undefined) throw new TypeError('one was taken');
  return one;
}
/** What the database says of the queue: its connections, and jobs by state. */
async function ask<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('JOB-30 a request is queued once, while it waits and while it runs, and workspaces do not see each other', async () => {
  const url = await postgres.createDatabase();
  const queue = await open(url);
  const other = await open(url, 'BBBBBBBBBBBBBBBBBBBBBA');
  for (let i = 0; i < 3; i++) await queue.add(job('a'));
  await queue.add(job('a', 1));
  expect((await queue.queued()).map(({ request }) => request)).toEqual(['5:0', '5:1']);
  expect(await other.take(5)).toEqual([]);
  const [first] = await queue.take(1);
  expect(first).toMatchObject({ ...job('a'), attempt: 1, dead: undefined });
  await queue.add(job('a'));
  expect(await queue.queued()).toEqual([job('a', 1)]);
  if (first) await queue.done(first);
  expect((await queue.take(5)).map(({ request }) => request)).toEqual(['5:1']);
  await Promise.all([queue.close(), other.close()]);
});

test('JOB-31 an attempt that ended is due again after its pause; after the last one the job comes as dead, with its code', async () => {
  const queue = await open(await postgres.createDatabase());
  await queue.add(job('a'));
  const first = await takeOne(queue);
  await queue.again(first, 'model-busy', 1500);
  expect(await queue.take(1)).toEqual([]);
  const second = await takeOne(queue);
  expect(second).toMatchObject({ id: first.id, attempt: 2 });
  await queue.again(second, 'model-timeout', 10);
  await queue.add(job('a'));
  const dead = await takeOne(queue);
  await queue.add(job('a'));
  expect(await queue.queued()).toEqual([]);
  expect(dead).toMatchObject({ ...job('a'), attempt: 2, dead: { code: 'model-timeout' } });
  await queue.again(dead, 'internal', 1000);
  expect(await takeOne(queue)).toMatchObject({ id: dead.id, dead: { code: 'internal' } });
  await queue.close();
});

test('JOB-32 what a process that died had taken is given out again as the next attempt', async () => {
  const url = await postgres.createDatabase();
  const dying = await open(url);
  await dying.add(job('a'));
  await dying.add(job('b'));
  expect(await dying.take(2)).toHaveLength(2);
  const next = await open(url);
  const again = [await takeOne(next), await takeOne(next)];
  expect(again.map(({ attempt }) => attempt)).toEqual([2, 2]);
  expect(new Set(again.map(({ room }) => room))).toEqual(new Set([testRoom('a'), testRoom('b')]));
  await Promise.all([dying.close(), next.close()]);
});

test('JOB-33 it keeps two connections at most, none once closed, and opens again over the same schema', async () => {
  const url = await postgres.createDatabase();
  const connections = (): Promise<readonly { pid: number }[]> =>
    ask(
      url,
      `select pid from pg_stat_activity where application_name = 'vicinal-archiver-jobs' and datname = current_database()`,
    );
  const queue = await open(url);
  await Promise.all(Array.from({ length: 20 }, (_, i) => queue.add(job('a', i))));
  expect((await connections()).length).toBeLessThanOrEqual(2);
  await queue.close();
  await queue.close();
  await expect.poll(async () => (await connections()).length).toBe(0);
  const again = await open(url);
  expect(await again.queued()).toHaveLength(20);
  await again.maintain();
  await again.close();
});

test('JOB-34 what is not a job is removed, never run', async () => {
  const url = await postgres.createDatabase();
  const queue = await open(url);
  await queue.add(job('a'));
  await ask(url, `update ${QUEUE_SCHEMA}.job set data = '{"room":"../..","request":"x","task":"rm"}'`);
  expect(await queue.take(5)).toEqual([]);
  expect(await ask(url, `select 1 from ${QUEUE_SCHEMA}.job where state < 'completed'`)).toEqual([]);
  await queue.close();
});

test('JOB-33 Postgres killed and started again: calls fail meanwhile, then go on with what was queued', async () => {
  const server = await startRestartablePostgres();
  try {
    const queue = await open(server.url);
    await queue.add(job('a'));
    await server.kill();
    await expect(queue.add(job('b'))).rejects.toThrow();
    await expect(queue.take(1)).rejects.toThrow();
    await server.restart();
    const taken = await takeEventually(queue);
    expect(taken).toMatchObject(job('a'));
    await queue.done(taken);
    await queue.close();
  } finally {
    await server.stop();
  }
}, 60_000);

async function takeEventually(queue: JobQueue): Promise<TakenJob> {
  let taken: TakenJob | undefined;
  await expect
    .poll(async () => ([taken] = await queue.take(1).catch(() => [])).length && taken !== undefined, {
      timeout: 15_000,
    })
    .toBe(true);
  if (taken === undefined) throw new TypeError('one was taken');
  return taken;
}
