/**
 * Every change of who has access to what goes through {@link changeAccess}: it compares what people hold before and after,
 * ends the links of those who may not share any more (and what these links gave, in turn), moves the access epochs of the
 * rooms concerned, tells of mentions that waited for access, and tells live connections once everything is stored.
 */
import type { LinkId, RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { mayOffer } from '@vicinal/shared/roles.ts';
import * as links from '../db/links.ts';
import type { Db } from '../db/pool.ts';
import * as members from '../db/room-members.ts';
import { bumpAccessEpochs, listAccessIn, type AccessScope } from '../db/rooms.ts';
import { lockWorkspace } from '../db/workspaces.ts';
import type { AccessChange, AppDeps } from '../deps.ts';
import { tellWaiting } from '../notify/waiting.ts';
import { accessOf, type HeldRole } from './access.ts';

/** What a person held before and holds now in a room; undefined for nothing. */
interface Held {
  readonly room: RoomId;
  readonly user: UserId;
  readonly before: HeldRole | undefined;
  readonly after: HeldRole | undefined;
}

/** Revokes links and takes away what they gave, inside {@link changeAccess}. */
export async function endLinks(db: Db, ids: readonly LinkId[], now: Date): Promise<void> {
  await links.revokeLinks(db, ids, now);
  await members.deleteGrantsOfLinks(db, ids);
}

/**
 * Runs `work` in a transaction that is alone in changing access in the workspace. `scope` names the people and rooms that
 * `work` concerns directly; who is concerned through links is found here.
 */
export async function changeAccess<T>(
  deps: AppDeps,
  workspace: WorkspaceId,
  scope: (db: Db) => Promise<AccessScope>,
  work: (db: Db, now: Date) => Promise<T>,
): Promise<T> {
  const { result, changes, told } = await deps.database.transaction(async (db) => {
    await lockWorkspace(db, workspace);
    const now = new Date(deps.clock.now());
    const all = new Map<string, Held>();
    const compare = async <R>(concerned: AccessScope, change: () => Promise<R>) => {
      const before = await rolesIn(db, workspace, concerned, now);
      const outcome = await change();
      const after = await rolesIn(db, workspace, concerned, now);
      const changed = [...before].flatMap(([key, each]): Held[] => {
        const next = after.get(key)?.role;
        return each.role === next ? [] : [{ room: each.room, user: each.user, before: each.role, after: next }];
      });
      for (const held of changed) {
        const key = keyOf(held);
        all.set(key, { ...held, before: all.has(key) ? all.get(key)?.before : held.before });
      }
      return { outcome, changed };
    };

    const concerned = await scope(db);
    const first = await compare(concerned, () => work(db, now));
    for (let { changed } = first; changed.length > 0;) {
      const ended = await doorsOf(db, changed);
      if (ended.length === 0) break;
      const ids = ended.map(({ id }) => id);
      const through = {
        rooms: [...new Set(ended.map(({ room }) => room))],
        users: await members.listUsersOfLinks(db, ids),
      };
      ({ changed } = await compare(through, () => endLinks(db, ids, now)));
    }
    const lost = [...all.values()].filter(({ before, after }) => before !== undefined && before !== after);
    const epochs = await bumpAccessEpochs(db, [...new Set(lost.map(({ room }) => room))]);
    const told = await tellWaiting(deps, db, { workspace, rooms: concerned.rooms });
    return { result: first.outcome, changes: lost.map((held) => describe(held, epochs.get(held.room) ?? 0)), told };
  });
  deps.live.accessChangedIn(workspace, changes);
  for (const user of told) deps.live.inboxChanged(user);
  return result;
}

const keyOf = ({ room, user }: { readonly room: RoomId; readonly user: UserId }): string => `${room} ${user}`;

const describe = ({ room, user, after }: Held, accessEpoch: number): AccessChange => ({
  room,
  sub: user,
  accessEpoch,
  ...(after === undefined ? {} : { role: after }),
});

async function rolesIn(db: Db, workspace: WorkspaceId, scope: AccessScope, now: Date) {
  if (scope.users.length === 0 || scope.rooms?.length === 0) return new Map<string, never>();
  const rows = await listAccessIn(db, workspace, scope);
  return new Map(
    rows.map((row) => {
      const role = accessOf({ ...row, isCreator: row.createdBy === row.user }, now.getTime())?.role;
      return [keyOf({ room: row.id, user: row.user }), { room: row.id, user: row.user, role }] as const;
    }),
  );
}

/** Links that their makers could not make any more. */
async function doorsOf(db: Db, changed: readonly Held[]): Promise<readonly links.MadeLink[]> {
  const roles = new Map(changed.map((held) => [keyOf(held), held.after]));
  const made = await links.findLinksMadeBy(
    db,
    [...new Set(changed.map(({ room }) => room))],
    [...new Set(changed.map(({ user }) => user))],
  );
  return made.filter(({ room, createdBy, role }) => {
    const key = keyOf({ room, user: createdBy });
    if (!roles.has(key)) return false;
    const held = roles.get(key);
    return held === undefined || !mayOffer(held, role);
  });
}
