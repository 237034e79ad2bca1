/** What was asked of the assistant in the gallery, in every state at once. */
import { toBase64Url, utf8 } from '@vicinal/shared/bytes.ts';
import type { PeerId, UserId } from '@vicinal/shared/ids.ts';
import type { PresenceEntry } from '@vicinal/shared/mesh/types.ts';
import {
  jobRequests,
  jobResults,
  type AssistantPresence,
  type EntryKey,
  type JobModel,
} from '@vicinal/shared/room/jobs.ts';
import type { DocKind, RoomRole } from '@vicinal/shared/roles.ts';
import * as Y from 'yjs';
import type { Scene } from './fixture-core.ts';
import { FIXTURE_ROOM, FIXTURE_WORKSPACE, id } from './fixture-ids.ts';

export interface FixtureAssist {
  readonly jobs: Y.Doc;
  readonly presence: readonly PresenceEntry[];
  /** As read from this device. */
  readonly kept: unknown;
  grantOf(doc: DocKind, clientId: number): string | undefined;
}

const BEN = 7001;
const ARCHIVER = 7002;

/** In the form of a grant; nothing in the gallery verifies one. */
export function fixtureGrant(sub: UserId, name: string, role: RoomRole): string {
  const claims = {
    iss: 'harbour',
    sub,
    cnf: { jkt: `${'d'.repeat(42)}A` },
    iat: 1,
    ws: FIXTURE_WORKSPACE,
    room: FIXTURE_ROOM,
    name,
    role,
    accessEpoch: 0,
  };
  return `e30.${toBase64Url(utf8(JSON.stringify(claims)))}.sig`;
}

const place = toBase64Url(Y.encodeRelativePosition(new Y.RelativePosition(null, 'body', null)));
const SENTENCES = [
  'The north quay stands two metres deeper than the chart says.',
  'Divers found the third fender loose and took it out on Tuesday.',
  'Until the new chart is printed, boats over nine metres moor at the south pier.',
];
const sources = SENTENCES.map((text) => ({ text, start: place, end: place }));

export function createFixtureAssist(scene: Scene): FixtureAssist {
  const jobs = new Y.Doc();
  const provider: JobModel = {
    name: 'gemma-3-12b',
    host: scene.assist === 'internet' ? 'api.models.example' : 'llm.harbour.lan',
    place: scene.assist === 'internet' ? 'internet' : 'network',
  };
  const key = (client: number, clock: number): EntryKey => `${client}:${clock}`;
  const assistant: AssistantPresence = {
    isOn: true,
    ...(scene.assist === 'built-in' ? {} : { provider }),
    running: scene.jobs
      ? [
          { request: key(BEN, 3), state: 'queued', position: 2 },
          { request: key(BEN, 4), state: 'running' },
          { request: key(BEN, 5), state: 'waiting' },
        ]
      : [],
  };
  if (scene.jobs) fill(jobs, provider, key);
  const isHere = scene.assist !== 'none' && scene.assist !== 'away';
  return {
    jobs,
    kept: scene.assist === 'none' ? undefined : { assistant: { ...assistant, running: [] } },
    presence: isHere
      ? [
          {
            peerId: id<PeerId>('a'),
            userId: id<UserId>('a'),
            name: 'Archive',
            colour: 0,
            role: 'archiver',
            state: { assistant },
          },
        ]
      : [],
    grantOf: (_doc, clientId) => {
      if (clientId === BEN) return fixtureGrant(id<UserId>('1'), 'Ben Lindqvist', 'editor');
      return clientId === ARCHIVER ? fixtureGrant(id<UserId>('a'), 'Archive', 'archiver') : undefined;
    },
  };
}

function fill(jobs: Y.Doc, provider: JobModel, key: (client: number, clock: number) => EntryKey): void {
  const requests = jobRequests(jobs);
  const results = jobResults(jobs);
  jobs.clientID = BEN;
  for (let clock = 1; clock <= 8; clock++)
    requests.set(key(BEN, clock), { v: 1, kind: 'ask', task: clock % 2 === 0 ? 'summarise' : 'key-sentences' });
  requests.set(key(BEN, 20), { v: 1, kind: 'accept', result: key(ARCHIVER, 8) });
  jobs.clientID = ARCHIVER;
  const ended = { v: 1, attempts: 1 };
  results.set(key(ARCHIVER, 8), {
    ...ended,
    kind: 'done',
    request: key(BEN, 8),
    task: 'summarise',
    model: provider,
    text: 'The survey found the north quay deeper than charted [1] and a loose fender [2].\nLarge boats moor in the south for now [3].',
    sources,
    sent: 'Summarise the document below.\n\nField notes: harbour survey, week 46\nThe north quay stands two metres deeper than the chart says.',
  });
  results.set(key(ARCHIVER, 7), {
    ...ended,
    kind: 'done',
    request: key(BEN, 7),
    task: 'key-sentences',
    model: { place: 'built-in' },
    text: SENTENCES.map((text, index) => `${text} [${index + 1}]`).join('\n'),
    sources,
  });
  results.set(key(ARCHIVER, 6), {
    ...ended,
    kind: 'failed',
    request: key(BEN, 6),
    task: 'summarise',
    model: provider,
    code: 'model-timeout',
  });
  results.set(key(ARCHIVER, 1), { v: 1, kind: 'stopped', request: key(BEN, 1), task: 'key-sentences' });
}
