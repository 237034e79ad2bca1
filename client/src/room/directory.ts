/** Who can be mentioned in a document: its members, those of the workspace, as last heard from the server. In a chunk of its own. */
import type { Clock } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import { userIdSchema, type RoomId, type UserId, type WorkspaceId } from '@vicinal/shared/ids.ts';
import { z } from '@vicinal/shared/zod.ts';
import type { People } from '../auth/people.ts';
import type { AccountCaches } from '../storage/account-caches.ts';
import type { Directory, KnownPerson } from './types.ts';

const listSchema = z.object({
  /** ms since the epoch, by this device's clock. */
  at: z.number(),
  people: z.array(z.object({ user: userIdSchema, name: z.string(), colour: z.int() })),
});
type List = z.infer<typeof listSchema>;

/** A list younger than this is not asked for again. */
const FRESH_MS = 60_000;

export interface DirectoryOptions {
  readonly room: RoomId;
  /** Undefined while not known on this device. */
  readonly workspace: () => WorkspaceId | undefined;
  /** Guests may not list the workspace. */
  readonly mayListWorkspace: () => boolean;
  /** Whether a server can be asked at all. */
  readonly isOnline: () => boolean;
  readonly people: Pick<People, 'roomMembers' | 'workspaceMembers'>;
  readonly caches: Pick<AccountCaches, 'readList' | 'saveList'>;
  readonly clock: Clock;
}

export function createDirectory(options: DirectoryOptions): Directory {
  const { caches, clock, people } = options;
  const events = new Emitter<{ change: [] }>();
  let members: List | undefined;
  let everybody: List | undefined;
  let isClosed = false;
  let refreshing: Promise<void> | undefined;

  const isFresh = (list: List | undefined): boolean => list !== undefined && clock.now() - list.at < FRESH_MS;
  const roomKey = `people/${options.room}`;
  const workspaceKey = (): string => `people/${options.workspace() ?? ''}`;
  const read = async (key: string): Promise<List | undefined> =>
    listSchema.safeParse(await caches.readList(key).catch(() => undefined)).data; // unreadable: asked for again
  const keep = async (key: string, found: readonly KnownEntry[]): Promise<List> => {
    const list = { at: clock.now(), people: found.map(({ user, name, colour }) => ({ user, name, colour })) };
    await caches.saveList(key, list).catch(() => undefined); // good for this page
    return list;
  };
  const refreshNow = async (): Promise<void> => {
    members ??= await read(roomKey);
    everybody ??= await read(workspaceKey());
    if (isClosed) return;
    events.emit('change');
    if (!options.isOnline()) return;
    const workspace = options.workspace();
    const [inRoom, inWorkspace] = await Promise.all([
      isFresh(members) ? undefined : people.roomMembers(options.room),
      isFresh(everybody) || workspace === undefined || !options.mayListWorkspace()
        ? undefined
        : people.workspaceMembers(workspace),
    ]);
    if (inRoom?.ok === true) members = await keep(roomKey, inRoom.value);
    if (inWorkspace?.ok === true) everybody = await keep(workspaceKey(), inWorkspace.value);
    if (!isClosed && (inRoom?.ok === true || inWorkspace?.ok === true)) events.emit('change');
  };

  return {
    get people() {
      const known = new Map<UserId, KnownPerson>();
      const isListed = members !== undefined;
      for (const { user, name, colour } of everybody?.people ?? [])
        known.set(user, { user, name, colour, access: isListed ? 'none' : 'unknown' });
      for (const { user, name, colour } of members?.people ?? [])
        known.set(user, { user, name, colour, access: 'has' });
      return [...known.values()];
    },
    refresh: () => {
      refreshing ??= refreshNow().finally(() => (refreshing = undefined));
      return refreshing;
    },
    on: (event, listener) => events.on(event, listener),
    close: () => {
      isClosed = true;
      events.clear();
    },
  };
}

type KnownEntry = { readonly user: UserId; readonly name: string; readonly colour: number };
