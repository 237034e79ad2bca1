/** A client core held in memory, for looking at every state of every screen. Imported by tests and the gallery only. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { InviteLink, User, Workspace } from '@vicinal/shared/http/api.ts';
import type { DeviceId, LinkId, PeerId, RoomId, UserId } from '@vicinal/shared/ids.ts';
import type { PresenceEntry, RoomPeer } from '@vicinal/shared/mesh/types.ts';
import { err, ok } from '@vicinal/shared/result.ts';
import { createFixtureAssist } from './fixture-assist.ts';
import { FIXTURE_ROOM, FIXTURE_WORKSPACE, id } from './fixture-ids.ts';
import { createFixturePeople } from './fixture-people.ts';
import { createFixtureApi } from './fixture-inbox.ts';
import { createFixtureWorkspace, fixtureDocuments } from './fixture-workspace.ts';
import type { RoomRole } from '@vicinal/shared/roles.ts';
import * as Y from 'yjs';
import type { Account, AccountState } from '../auth/types.ts';
import type { ClientCore } from '../context/services.tsx';
import type { RoomSession, RoomSessionState, Rooms, SyncStatus } from '../room/types.ts';

export interface Scene {
  readonly account:
    | 'loading'
    | 'signed-out'
    | 'not-set-up'
    | 'unreachable'
    | 'owner'
    | 'member'
    | 'guest'
    | 'local'
    | 'no-workspace';
  readonly documents: number;
  readonly room: RoomSessionState['kind'];
  readonly role: RoomRole;
  readonly people: number;
  readonly status: Partial<SyncStatus>;
  readonly links: number;
  readonly linkState: 'valid' | 'workspace' | 'invalid' | 'unreachable';
  /** How the server answers questions about people, links and devices. */
  readonly server: 'up' | 'unreachable';
  readonly trash: number;
  /** Items of the inbox. */
  readonly inbox: number;
  readonly push: 'off' | 'on';
  readonly hasUpdate: boolean;
  /** What an archiver offers, and whether something was asked for. */
  readonly assist: 'none' | 'built-in' | 'network' | 'internet' | 'away';
  readonly jobs: boolean;
}

export const DEFAULT_SCENE: Scene = {
  account: 'owner',
  documents: 7,
  room: 'ready',
  role: 'owner',
  people: 3,
  status: {},
  links: 2,
  linkState: 'valid',
  server: 'up',
  trash: 2,
  inbox: 5,
  push: 'off',
  hasUpdate: false,
  assist: 'none',
  jobs: false,
};

const ADA = id<UserId>('u');
const NAMES = ['Ada Okafor', 'Ben Lindqvist', 'Chiara Rossi', 'Dev Patel', 'Eleni Papadaki', 'Farid', 'Grete Holm'];

const never = (): (() => void) => () => undefined;

export function createFixtureCore(scene: Scene, clock: () => number): ClientCore {
  const account = createAccount(scene, clock);
  return {
    account,
    loadRooms: () => Promise.resolve(createRooms(scene, clock)),
    updates: {
      isReady: scene.hasUpdate,
      on: never,
      requireReload: () => undefined,
      fill: () => undefined,
      apply: () => undefined,
      close: () => undefined,
    },
  };
}

function stateOf(scene: Scene): AccountState {
  if (scene.account === 'loading') return { kind: 'loading' };
  if (scene.account === 'signed-out') return { kind: 'signed-out', isSetUp: true };
  if (scene.account === 'not-set-up') return { kind: 'signed-out', isSetUp: false };
  if (scene.account === 'unreachable') return { kind: 'signed-out', isSetUp: undefined };
  const isGuest = scene.account === 'guest';
  const isLocal = scene.account === 'local';
  const user: User = {
    id: ADA,
    name: 'Ada Okafor',
    colour: 5,
    isGuest,
    ...(isGuest || isLocal ? {} : { email: 'ada@harbour.example' }),
  };
  const workspace: Workspace = {
    id: FIXTURE_WORKSPACE,
    name: isLocal ? 'On this device' : 'Harbour Office',
    role: isGuest ? 'guest' : scene.account === 'member' ? 'member' : 'owner',
    ...(isGuest ? {} : { indexRoom: id<RoomId>('i'), personalIndexRoom: id<RoomId>('p') }),
  };
  return {
    kind: 'signed-in',
    user,
    workspaces: scene.account === 'no-workspace' ? [] : [workspace],
    online: !isLocal && scene.server === 'up',
    isLocal,
  };
}

function createAccount(scene: Scene, clock: () => number): Account {
  const day = 86_400_000;
  const links: InviteLink[] = Array.from({ length: scene.links }, (_, index) => ({
    id: id<LinkId>(String(index)),
    role: index % 2 === 0 ? 'editor' : 'viewer',
    createdBy: index === 1 ? id<UserId>('1') : ADA,
    createdAt: clock() - (index + 1) * day,
    uses: index * 3,
    isRevoked: false,
    ...(index % 2 === 0 ? { expiresAt: clock() + 6 * day } : {}),
  }));
  return {
    state: stateOf(scene),
    on: never,
    setUp: () => Promise.resolve(err(new AppError('setup-link-invalid'))),
    signIn: () => Promise.resolve(err(new AppError('bad-credentials'))),
    signOut: () => Promise.resolve(),
    inspectLink: () =>
      Promise.resolve(
        scene.linkState === 'valid' || scene.linkState === 'workspace'
          ? ok({
              kind: scene.linkState === 'valid' ? ('document' as const) : ('workspace' as const),
              role: scene.linkState === 'valid' ? ('editor' as const) : ('member' as const),
              workspaceName: 'Harbour Office',
            })
          : err(new AppError(scene.linkState === 'invalid' ? 'link-invalid' : 'network')),
      ),
    join: () => Promise.resolve(ok({ room: FIXTURE_ROOM, workspace: FIXTURE_WORKSPACE })),
    createLink: (_room, input) => {
      const link: InviteLink = {
        id: id<LinkId>('n'),
        createdBy: ADA,
        createdAt: clock(),
        uses: 0,
        isRevoked: false,
        ...input,
      };
      links.unshift(link);
      return Promise.resolve(ok({ link, url: 'http://localhost:8080/join#q7Jr0yq2mT3vXw9LkD1sZpAaBbCc' }));
    },
    listLinks: () => Promise.resolve(ok([...links])),
    revokeLink: () => Promise.resolve(ok()),
    tryLocally: () => Promise.resolve(ok()),
    resumeLocal: () => Promise.resolve(ok()),
    upgrade: () => Promise.resolve(err(new AppError('email-taken'))),
    updateProfile: () => Promise.resolve(ok()),
    changePassword: () => Promise.resolve(err(new AppError('bad-credentials'))),
    deviceId: id<DeviceId>('0'),
    keptAccounts: () =>
      Promise.resolve([
        {
          issuer: 'harbour',
          user: { id: id<UserId>('k'), name: 'Kim Sato', colour: 2, isGuest: false },
          lastUsedAt: clock() - 3 * day,
          isActive: false,
          isLocal: false,
        },
      ]),
    removeKept: () => Promise.resolve(ok()),
    people: createFixturePeople(scene, clock),
    api: createFixtureApi(scene, clock),
    networkOrigins: ['https://192.168.1.20:8443'],
  };
}

function createRooms(scene: Scene, clock: () => number): Rooms {
  const summaries = fixtureDocuments(scene, clock);
  return {
    openRoom: (room) => createRoomSession(scene, clock, room),
    openWorkspace: () => createFixtureWorkspace(scene, clock, statusOf(scene, clock)),
    recentRooms: () => Promise.resolve(summaries),
    freeSpace: () => Promise.resolve({ freed: 3 }),
    storageEstimate: () => Promise.resolve({ usedBytes: 18_400_000, quotaBytes: 12_000_000_000, isPersisted: false }),
    notifications: {
      on: never,
      saveWords: () => Promise.resolve(),
      pushEndpoint: () => Promise.resolve(scene.push === 'on' ? 'https://push.example/x' : undefined),
      savePushEndpoint: () => Promise.resolve(),
    },
    offline: { limit: 200, kept: 5, wanted: 7, setLimit: () => Promise.resolve(), on: never },
    close: () => Promise.resolve(),
  };
}

function statusOf(scene: Scene, clock: () => number): SyncStatus {
  return {
    state: 'archived',
    pendingChanges: 0,
    isCatchingUp: false,
    devicesWithAll: 2,
    linkedPeers: Math.max(0, scene.people - 1),
    archive: { durability: 'archive-disk', at: clock() - 4000 },
    signaling: 'open',
    ...scene.status,
  };
}

function createRoomSession(scene: Scene, clock: () => number, room: RoomId): RoomSession {
  const meta = new Y.Doc();
  const content = new Y.Doc();
  const people: PresenceEntry[] = NAMES.slice(0, scene.people).map((name, index) => ({
    peerId: id<PeerId>(String(index)),
    userId: index === 0 ? ADA : id<UserId>(String(index)),
    name,
    colour: [5, 7, 10, 2, 8, 4, 0][index] ?? 0,
    role: index === 0 ? scene.role : 'editor',
    state: {},
  }));
  const peers: RoomPeer[] = people.slice(1).map((person, index) => ({
    ...person,
    deviceId: id<DeviceId>(String(index)),
    isArchiver: false,
    path: index % 2 === 0 ? 'direct' : 'relayed',
    rttMs: 3 + index * 19,
  }));
  const states: Readonly<Record<RoomSessionState['kind'], RoomSessionState>> = {
    loading: { kind: 'loading' },
    ready: { kind: 'ready', role: scene.role, canWrite: scene.role === 'owner' || scene.role === 'editor' },
    denied: { kind: 'denied' },
    waiting: { kind: 'waiting' },
    failed: { kind: 'failed', error: new AppError('storage-failed') },
  };
  const assist = createFixtureAssist(scene);
  const canWrite = scene.role === 'owner' || scene.role === 'editor';
  let title = 'Field notes: harbour survey, week 46';
  return {
    room,
    state: states[scene.room],
    status: statusOf(scene, clock),
    peers,
    meta,
    content,
    presence: { set: () => undefined, entries: () => people.slice(1), on: never },
    people: [...people, ...assist.presence],
    get title() {
      return title;
    },
    setTitle: (next) => {
      title = next;
    },
    on: never,
    exportHtml: () => Promise.resolve('<p>Text</p>'),
    self: ADA,
    jobs: assist.jobs,
    canWrite: (doc) => canWrite || (doc === 'jobs' && scene.role === 'commenter'),
    grantOf: assist.grantOf,
    readKept: () => Promise.resolve(assist.kept),
    keep: () => Promise.resolve(),
    directory: () =>
      Promise.resolve({
        people: NAMES.map((name, index) => ({
          user: index === 0 ? ADA : id<UserId>(String(index)),
          name,
          colour: [5, 7, 10, 2, 8, 4, 0][index] ?? 0,
          access: index < 5 ? 'has' : 'none',
        })),
        refresh: () => Promise.resolve(),
        on: never,
        close: () => undefined,
      }),
    syncLog: () =>
      Promise.resolve([
        { at: clock() - 4000, kind: 'receipt', durability: 'archive-disk' },
        { at: clock() - 9000, kind: 'linked', name: 'Ben Lindqvist', path: 'direct' },
        { at: clock() - 60_000, kind: 'state', state: 'offline' },
        { at: clock() - 90_000, kind: 'opened' },
      ]),
    close: () => Promise.resolve(),
  };
}
