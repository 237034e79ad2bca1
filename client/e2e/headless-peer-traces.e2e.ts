/** Recorded editing sessions, replayed by the headless peer: an open browser and the archive end with the recorded text. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTrace, runPeer } from '@vicinal/infra/testing/headless-peer.ts';
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { createPerson, endJourney, poll, type Person } from './harness.ts';

const TRACES = join(import.meta.dirname, '../../infra/bench/traces');
let stack: TestStack;
let ada: Person;

beforeAll(async () => {
  stack = await startTestStack();
  ada = await createPerson({ name: 'Ada' });
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
});
afterAll(() => endJourney(stack, [ada]));

test.each(['sveltecomponent', 'rustcode', 'friendsforever_flat', 'clownschool.concurrent'])(
  'PEER-30 %s replayed at full speed ends in its endContent, in the page and in the archive',
  async (name) => {
    const path = join(TRACES, `${name}.json.gz`);
    const trace = await readTrace(path);
    const endContent = trace.ok ? trace.value.endContent : expect.unreachable(trace.error);
    await ada.page.goto(stack.origin);
    await ada.newDocument(name);
    const link = await ada.createLink('editor');
    const replayed = await runPeer(['--link', link, '--replay', path, '--rate', 'max', '--json', '--timeout', '60']);
    expect([replayed.code, replayed.errors]).toEqual([0, '']);
    const report = JSON.parse(replayed.output) as Record<string, unknown>; // --json prints one object
    expect(report).toMatchObject({ equalsEndContent: true, level: 'archived' });
    await poll(
      async () => (await ada.documentText()) === endContent,
      60_000,
      async () =>
        `the page shows ${(await ada.documentText()).length} characters, not the ${endContent.length} of ${name}`,
    );
    // the page leaves: whoever reads now gets it from the archive alone
    await ada.page.goto(`${stack.origin}/settings/about`);
    const read = await runPeer(['--link', link, '--read', '--json']);
    const archived = JSON.parse(read.output) as Record<string, unknown>; // as above
    expect(archived).toMatchObject({ peers: 0, archivers: 1, digest: report['digest'] });
    expect(archived['text'] === endContent).toBe(true);
  },
);
