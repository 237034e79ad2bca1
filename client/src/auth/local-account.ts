/** "Try it on this device first": an account that no server knows, with one workspace of its own. */
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import type { Random } from '@vicinal/shared/clock.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { RoomKind } from '@vicinal/shared/roles.ts';
import type { AccountCaches } from '../storage/account-caches.ts';
import { LOCAL_ISSUER, type KnownAccount } from '../storage/profile-store.ts';

const WORKSPACE_NAME = 'On this device';
const COLOURS = 12;

export const isLocalIssuer = (issuer: string): boolean => issuer === LOCAL_ISSUER;

export function newLocalAccount(name: string, random: Random, now: number): KnownAccount {
  const id = (): string => toBase64Url(random.bytes(16)); // 16 bytes encode to the 22 characters of every id
  return {
    issuer: LOCAL_ISSUER,
    user: {
      id: id() as UserId,
      name,
      colour: Math.floor(random.fraction() * COLOURS),
      isGuest: false,
    },
    workspaces: [
      {
        id: id() as WorkspaceId,
        name: WORKSPACE_NAME,
        role: 'owner',
        indexRoom: id() as RoomId,
        personalIndexRoom: id() as RoomId,
      },
    ],
    lastUsedAt: now,
  };
}

/** The indexes are rooms that no server registers: they are written without a grant. Repeating it is harmless. */
export async function prepareLocalRooms(account: KnownAccount, caches: AccountCaches, now: number): Promise<void> {
  for (const workspace of account.workspaces) {
    const rooms: readonly [RoomKind, RoomId | undefined][] = [
      ['workspace-index', workspace.indexRoom],
      ['personal-index', workspace.personalIndexRoom],
    ];
    for (const [kind, room] of rooms) {
      if (room === undefined) continue;
      await caches.updateRoom(
        room,
        (known) =>
          known ?? {
            room,
            kind,
            workspace: workspace.id,
            role: 'owner',
            accessEpoch: 0,
            grant: '',
            isPending: true,
            isRevoked: false,
            title: '',
            createdAt: now,
            updatedAt: now,
          },
      );
    }
  }
}
