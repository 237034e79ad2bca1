/** What lets an account work while no server answers: last tokens, keys of the issuer, rooms with role and grant. */
import type { Jwks } from '@vicinal/shared/crypto/tokens.ts';
import { jwksResponseSchema } from '@vicinal/shared/http/api.ts';
import { roomIdSchema, workspaceIdSchema, type RoomId } from '@vicinal/shared/ids.ts';
import { roomKindSchema, roomRoleSchema } from '@vicinal/shared/roles.ts';
import { z } from '@vicinal/shared/zod.ts';
import type { AccountDatabase } from './database.ts';

const time = z.number();

const tokenSchema = z.object({ token: z.string(), renewAt: time, expiresAt: time });
/** Times in ms since the epoch by this device's clock. */
export type CachedToken = z.infer<typeof tokenSchema>;

const roomRecordSchema = z.object({
  room: roomIdSchema,
  kind: roomKindSchema,
  workspace: workspaceIdSchema,
  role: roomRoleSchema,
  accessEpoch: z.int(),
  /** '' while the server does not know the room yet. */
  grant: z.string(),
  ticket: tokenSchema.optional(),
  /** Made on this device and not yet registered with the server. */
  isPending: z.boolean(),
  /** The server said that access ended: the copy here stays, read-only. */
  isRevoked: z.boolean(),
  /** Made on this device and not yet written into the workspace's index. */
  isUnlisted: z.boolean().optional(),
  title: z.string(),
  createdAt: time,
  updatedAt: time,
  /** Absent until a person opened it here. */
  openedAt: time.optional(),
});
/** What this device knows of one room. */
export type RoomRecord = z.infer<typeof roomRecordSchema>;

export interface AccountCaches {
  room(room: RoomId): Promise<RoomRecord | undefined>;
  rooms(): Promise<readonly RoomRecord[]>;
  /** Reads, changes and writes in one transaction; `change` gets `undefined` for an unknown room and may return `undefined` to leave it. */
  updateRoom(
    room: RoomId,
    change: (record: RoomRecord | undefined) => RoomRecord | undefined,
  ): Promise<RoomRecord | undefined>;
  peerToken(): Promise<CachedToken | undefined>;
  savePeerToken(token: CachedToken): Promise<void>;
  jwks(): Promise<Jwks | undefined>;
  saveJwks(jwks: Jwks): Promise<void>;
  /** How far the server's clock is ahead of this device's, ms. */
  clockOffsetMs(): Promise<number | undefined>;
  saveClockOffsetMs(offsetMs: number): Promise<void>;
}

/** A row that does not parse counts as absent: caches can be fetched again. */
export function createAccountCaches(database: AccountDatabase): AccountCaches {
  const cached = async <T>(key: string, schema: z.ZodType<T>): Promise<T | undefined> =>
    schema.safeParse(await database.read(['caches'], (tx) => tx.objectStore('caches').get(key))).data;
  const save = (key: string, value: unknown): Promise<void> =>
    database.write(['caches'], async (tx) => {
      await tx.objectStore('caches').put(value, key);
    });
  return {
    room: async (room) => parseRoom(await database.read(['rooms'], (tx) => tx.objectStore('rooms').get(room))),
    rooms: async () => {
      const rows = await database.read(['rooms'], (tx) => tx.objectStore('rooms').getAll());
      return rows.map(parseRoom).filter((record) => record !== undefined);
    },
    updateRoom: (room, change) =>
      database.write(['rooms'], async (tx) => {
        const store = tx.objectStore('rooms');
        const before = parseRoom(await store.get(room));
        const after = change(before);
        if (after !== undefined) await store.put(after, room);
        return after ?? before;
      }),
    peerToken: () => cached('peer-token', tokenSchema),
    savePeerToken: (token) => save('peer-token', token),
    jwks: () => cached('jwks', jwksResponseSchema),
    saveJwks: (jwks) => save('jwks', jwks),
    clockOffsetMs: () => cached('clock', z.number()),
    saveClockOffsetMs: (offsetMs) => save('clock', offsetMs),
  };
}

const parseRoom = (row: unknown): RoomRecord | undefined => roomRecordSchema.safeParse(row).data;
