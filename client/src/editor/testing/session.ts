/** A room session in memory, for tests of the editor. What it receives has the origin 'remote'. */
import { Emitter } from '@vicinal/shared/emitter.ts';
import { roomIdSchema, userIdSchema } from '@vicinal/shared/ids.ts';
import type { PresenceEntry, RoomPresence } from '@vicinal/shared/mesh/types.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { renderHtml } from '@vicinal/shared/room/html.ts';
import * as Y from 'yjs';
import type { KnownPerson, RoomSession, RoomSessionState } from '../../room/types.ts';

export interface TestSession extends RoomSession {
  readonly presence: TestPresence;
  /** Current content as canonical HTML. */
  html(): string;
  receive(from: Y.Doc): void;
  setCanWrite(canWrite: boolean): void;
  /** As the real session does when presence changed. */
  announcePeople(): void;
  /** As the real session does when anything about the state is looked at again. */
  announceState(): void;
}

export interface TestPresence extends RoomPresence {
  readonly published: readonly (Readonly<Record<string, unknown>> | undefined)[];
  show(entries: readonly PresenceEntry[]): void;
}

function createTestPresence(): TestPresence {
  const events = new Emitter<{ change: [] }>();
  const published: (Readonly<Record<string, unknown>> | undefined)[] = [];
  let entries: readonly PresenceEntry[] = [];
  return {
    published,
    set: (state) => void published.push(state),
    entries: () => entries,
    on: (event, listener) => events.on(event, listener),
    show: (next) => {
      entries = next;
      events.emit('change');
    },
  };
}

/** Who reads in a test session. */
export const TEST_USER = userIdSchema.parse(`${'u'.repeat(21)}A`);

export function createTestSession(options: {
  readonly canWrite: boolean;
  /** Nothing is known of the document until `setCanWrite`. */
  readonly isWaiting?: boolean;
  /** Who can be mentioned. */
  readonly known?: readonly KnownPerson[];
  /** Of other sessions, by client id. */
  readonly grants?: ReadonlyMap<number, string>;
}): TestSession {
  const events = new Emitter<Record<'state' | 'status' | 'peers' | 'people' | 'title', []>>();
  const content = new Y.Doc();
  const meta = new Y.Doc();
  const jobs = new Y.Doc();
  const kept = new Map<string, unknown>();
  const presence = createTestPresence();
  let { canWrite, isWaiting = false } = options;
  return {
    room: roomIdSchema.parse('A'.repeat(22)),
    get state(): RoomSessionState {
      return isWaiting ? { kind: 'waiting' } : { kind: 'ready', role: canWrite ? 'editor' : 'viewer', canWrite };
    },
    status: {
      state: 'local',
      pendingChanges: 0,
      isCatchingUp: false,
      devicesWithAll: 0,
      linkedPeers: 0,
      signaling: 'open',
    },
    peers: [],
    meta,
    content,
    jobs,
    presence,
    get people() {
      return presence.entries();
    },
    self: TEST_USER,
    title: 'Test',
    setTitle: () => undefined,
    on: (event, listener) => events.on(event, listener),
    html: () => renderHtml(contentBody(content)),
    exportHtml: () => Promise.resolve(renderHtml(contentBody(content))),
    syncLog: () => Promise.resolve([]),
    canWrite: () => canWrite,
    grantOf: (_, clientId) => options.grants?.get(clientId),
    readKept: (key) => Promise.resolve(kept.get(key)),
    keep: (key, value) => {
      kept.set(key, value);
      return Promise.resolve();
    },
    directory: () =>
      Promise.resolve({
        people: options.known ?? [],
        refresh: () => Promise.resolve(),
        on: () => () => undefined,
        close: () => undefined,
      }),
    close: () => Promise.resolve(),
    receive: (from) => Y.applyUpdate(content, Y.encodeStateAsUpdate(from, Y.encodeStateVector(content)), 'remote'),
    setCanWrite: (next) => {
      canWrite = next;
      isWaiting = false;
      events.emit('state');
    },
    announcePeople: () => events.emit('people'),
    announceState: () => events.emit('state'),
  };
}

export function element(
  name: string,
  attributes: Record<string, unknown> = {},
  children: (Y.XmlElement | Y.XmlText)[] = [],
): Y.XmlElement {
  const out = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attributes)) out.setAttribute(key, value as string); // remote peers set any type
  out.insert(0, children);
  return out;
}

export function text(value: string, attributes: object = {}): Y.XmlText {
  const out = new Y.XmlText();
  out.insert(0, value, { ...attributes });
  return out;
}

/** The one editor on the page. */
export function textbox(): HTMLElement {
  const found = document.querySelector<HTMLElement>('[role="textbox"][aria-label="Document text"]');
  if (!found) throw new TypeError('no editor on the page');
  return found;
}

/** Waits for painted frames, after which everything scheduled for a frame has run. */
export async function frames(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
}
