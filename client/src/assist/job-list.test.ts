import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import * as Y from 'yjs';
import { userIdSchema } from '@vicinal/shared/ids.ts';
import {
  jobRequests,
  jobResults,
  type AssistantPresence,
  type EntryKey,
  type JobRequest,
  type JobResult,
} from '@vicinal/shared/room/jobs.ts';
import { createTestDocument, syncAll, type MemberReplica } from '@vicinal/shared/testing/test-document.ts';
import type { RoomSession } from '../room/types.ts';
import { createAuthors, type Author } from './authors.ts';
import { MAX_CARDS, readJobs, type AskedJob } from './job-list.ts';
import { linesOf, paragraphsOf } from './result-text.ts';
import { writeRequest } from './request.ts';

const user = (letter: string) => userIdSchema.parse(`${letter.repeat(21)}A`);
const AUTHORS: ReadonlyMap<number, Author> = new Map([
  [1, { user: user('a'), name: 'Ada', role: 'owner' }],
  [2, { user: user('b'), name: 'Ben', role: 'commenter' }],
  [3, { user: user('c'), name: 'Chiara', role: 'commenter' }],
  [9, { user: user('x'), name: 'Archive', role: 'archiver' }],
]);
const authorOf = (client: number): Author | undefined => AUTHORS.get(client);

const ask = (task: 'key-sentences' | 'summarise' = 'key-sentences'): JobRequest => ({ v: 1, kind: 'ask', task });
const done = (request: EntryKey, text = 'One. [1]'): JobResult => ({
  v: 1,
  kind: 'done',
  request,
  task: 'key-sentences',
  model: { place: 'built-in' },
  text,
  sources: [{ text: 'One.', start: 'AAAA', end: 'AAAA' }],
  attempts: 1,
});

function read(
  requests: Readonly<Record<string, unknown>>,
  results: Readonly<Record<string, unknown>> = {},
  running: AssistantPresence['running'] = [],
): readonly AskedJob[] {
  const jobs = new Y.Doc();
  const put = (map: Y.Map<unknown>, entries: Readonly<Record<string, unknown>>): void => {
    for (const [key, value] of Object.entries(entries)) {
      jobs.clientID = Number(/^\d{1,15}(?=:)/.exec(key)?.[0] ?? 1); // the session of the key
      map.set(key, value);
    }
  };
  put(jobRequests(jobs), requests);
  put(jobResults(jobs), results);
  return readJobs(jobs, authorOf, running);
}
const kinds = (jobs: readonly AskedJob[]): string[] => jobs.map(({ key, state }) => `${key} ${state.kind}`);

describe('what was asked of the assistant', () => {
  it('JOB-40: is listed newest first, with who asked taken from the session that wrote it', () => {
    const jobs = read({ '1:0': ask(), '2:0': { ...ask('summarise'), by: 'Eve', user: user('e') } });
    expect(jobs.map(({ key, task, asker }) => [key, task, asker.name])).toEqual([
      ['2:0', 'summarise', 'Ben'],
      ['1:0', 'key-sentences', 'Ada'],
    ]);
  });

  it('JOB-40: by somebody demoted since counts as theirs now, also under the key of a session that might edit', async () => {
    const document = await createTestDocument({ doc: 'jobs' });
    const bob = await document.join('bob', 'owner');
    const archiver = await document.join('archive', 'archiver');
    const before = await document.join('ann', 'editor');
    const now = await document.join('ann', 'commenter');
    const put = (member: MemberReplica, map: (jobs: Y.Doc) => Y.Map<unknown>, key: EntryKey, value: object): void =>
      void map(member.replica.ydoc).set(key, value);
    const keyOf = ({ replica }: MemberReplica, n: number): EntryKey => `${replica.clientId}:${n}`;
    const [first, second, result] = [keyOf(bob, 0), keyOf(bob, 1), keyOf(archiver, 0)];
    put(bob, jobRequests, first, ask());
    put(bob, jobRequests, second, ask());
    put(archiver, jobResults, result, done(second));
    put(before, jobRequests, keyOf(before, 9), ask('summarise'));
    await syncAll([bob, archiver, before, now]);
    put(now, jobRequests, keyOf(before, 1), { v: 1, kind: 'stop', request: first });
    put(now, jobRequests, keyOf(before, 2), { v: 1, kind: 'dismiss', request: first });
    put(now, jobRequests, keyOf(before, 3), { v: 1, kind: 'accept', result });
    await syncAll([bob, now]);
    expect(jobRequests(bob.replica.ydoc).size).toBe(6);
    const authors = createAuthors({
      jobs: bob.replica.ydoc,
      grantOf: (_doc: string, client: number) => bob.replica.header(client)?.grant,
    } as unknown as RoomSession); // nothing else is asked of it
    const read = (): readonly AskedJob[] =>
      readJobs(bob.replica.ydoc, authors, []).filter(({ asker }) => asker.name === 'bob');
    expect(kinds(read()).toSorted()).toEqual([`${first} asked`, `${second} done`].toSorted());
    expect(read().map(({ state }) => state.kind === 'done' && state.acceptedBy)).toContainEqual([]);
    // what the session that might edit wrote itself still counts
    put(before, jobRequests, keyOf(before, 4), { v: 1, kind: 'stop', request: first });
    put(before, jobRequests, keyOf(before, 5), { v: 1, kind: 'accept', result });
    await syncAll([bob, before]);
    expect(kinds(read()).toSorted()).toEqual([`${first} stopping`, `${second} done`].toSorted());
    expect(
      read().flatMap(({ state }) => (state.kind === 'done' ? state.acceptedBy.map(({ name }) => name) : [])),
    ).toEqual(['ann']);
  });

  it('JOB-40: waits for the archive until it is told of, then follows it', () => {
    expect(kinds(read({ '1:0': ask() }))).toEqual(['1:0 asked']);
    const [queued] = read({ '1:0': ask() }, {}, [{ request: '1:0', state: 'queued', position: 3 }]);
    expect(queued?.state).toEqual({ kind: 'queued', position: 3 });
    expect(kinds(read({ '1:0': ask() }, {}, [{ request: '1:0', state: 'running' }]))).toEqual(['1:0 running']);
    expect(kinds(read({ '1:0': ask() }, {}, [{ request: '1:0', state: 'waiting' }]))).toEqual(['1:0 waiting']);
    expect(kinds(read({ '1:0': ask() }, { '9:0': done('1:0') }, [{ request: '1:0', state: 'running' }]))).toEqual([
      '1:0 done',
    ]);
  });

  it('JOB-41: a result counts from an archiver alone, and the smallest key of two', () => {
    expect(kinds(read({ '1:0': ask() }, { '2:7': done('1:0'), '77:0': done('1:0') }))).toEqual(['1:0 asked']);
    const [job] = read({ '1:0': ask() }, { '9:5': done('1:0', 'later'), '9:4': done('1:0', 'first') });
    expect(job?.state.kind === 'done' && job.state.result.text).toBe('first');
    // an archiver asks for nothing
    expect(read({ '9:0': ask() })).toEqual([]);
  });

  it('JOB-42: stopping and putting away count from whoever may edit or asked', () => {
    const stop: JobRequest = { v: 1, kind: 'stop', request: '2:0' };
    const dismiss: JobRequest = { v: 1, kind: 'dismiss', request: '2:0' };
    expect(kinds(read({ '2:0': ask(), '3:0': stop, '3:1': dismiss }))).toEqual(['2:0 asked']);
    expect(kinds(read({ '2:0': ask(), '1:0': stop }))).toEqual(['2:0 stopping']);
    expect(kinds(read({ '2:0': ask(), '2:1': stop }))).toEqual(['2:0 stopping']);
    expect(kinds(read({ '2:0': ask(), '2:1': dismiss }))).toEqual([]);
    expect(
      kinds(
        read(
          { '2:0': ask(), '1:0': stop },
          { '9:0': { v: 1, kind: 'stopped', request: '2:0', task: 'key-sentences' } },
        ),
      ),
    ).toEqual(['2:0 stopped']);
  });

  it('JOB-43: who inserted a result is told from whoever may edit', () => {
    const accept: JobRequest = { v: 1, kind: 'accept', result: '9:0' };
    const [job] = read({ '2:0': ask(), '2:1': accept, '1:0': accept }, { '9:0': done('2:0') });
    expect(job?.state.kind === 'done' && job.state.acceptedBy.map(({ name }) => name)).toEqual(['Ada']);
  });

  it('JOB-44: leaves out what is malformed, and shows at most so many cards', () => {
    expect(
      read({
        '1:0': { v: 2, kind: 'ask' },
        '1:x': ask(),
        '1:2': 'ask',
        '5:0': ask(),
        __proto__: ask(),
        '1:3': ask(),
      }).map(({ key }) => key),
    ).toEqual(['1:3']);
    const many = Object.fromEntries(Array.from({ length: MAX_CARDS + 30 }, (_, i) => [`1:${i}`, ask()]));
    expect(read(many)).toHaveLength(MAX_CARDS);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (a, b) => {
        expect(Array.isArray(read(a, b))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('JOB-45: a request is written under the session that writes it, each under a key of its own', () => {
    const jobs = new Y.Doc();
    jobs.clientID = 5;
    const first = writeRequest(jobs, ask());
    const second = writeRequest(jobs, { v: 1, kind: 'stop', request: first });
    expect([first, second]).toEqual(['5:0', '5:1']);
    expect(jobRequests(jobs).get('5:0')).toEqual(ask());
  });
});

describe('the text of a result', () => {
  const result = (text: string, task: 'key-sentences' | 'summarise' = 'summarise') => {
    const { kind, ...rest } = done('1:0', text) as Extract<JobResult, { kind: 'done' }>;
    return {
      ...rest,
      kind,
      task,
      sources: ['One.', 'Two [2].'].map((words) => ({ text: words, start: 'AA', end: 'AA' })),
    };
  };

  it('JOB-46: has citations only where there is such a source', () => {
    expect(linesOf(result('a [1] b [3] [0] [2]\n<b>c</b>'))).toEqual([
      [
        { kind: 'text', text: 'a ' },
        { kind: 'citation', number: 1 },
        { kind: 'text', text: ' b ' },
        { kind: 'text', text: '[3]' },
        { kind: 'text', text: ' ' },
        { kind: 'text', text: '[0]' },
        { kind: 'text', text: ' ' },
        { kind: 'citation', number: 2 },
      ],
      [{ kind: 'text', text: '<b>c</b>' }],
    ]);
  });

  it('JOB-46: goes into the document without its citations; sentences as they stand there', () => {
    expect(paragraphsOf(result('It rained [1].\n\nThen  it [2] stopped.'))).toEqual(['It rained.', 'Then it stopped.']);
    expect(paragraphsOf(result('One. [1]\nTwo [2]. [2]', 'key-sentences'))).toEqual(['One.', 'Two [2].']);
  });
});
