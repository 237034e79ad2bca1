/** What lets an account work while no server answers: last tokens, keys of the issuer, rooms with role and grant. */
import type { Jwks } from '@vicinal/shared/crypto/tokens.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import { audienceSchema, jwksResponseSchema, tokensResponseSchema } from '@vicinal/shared/http/api.ts';
import { roomIdSchema, userIdSchema, workspaceIdSchema, type RoomId } from '@vicinal/shared/ids.ts';
import { roomKindSchema, roomRoleSchema } from '@vicinal/shared/roles.ts';
import { z } from '@vicinal/shared/zod.ts';
import type { AccountDatabase } from './database.ts';

const time = z.number();

const tokenSchema = z.object({
  token: z.string(),
  renewAt: time,
  expiresAt: time,
  /** TURN servers with the credentials that came with a peer token. */
  iceServers: tokensResponseSchema.shape.iceServers,
});
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
  ticket: z.optional(tokenSchema),
  /** Made on this device and not yet registered with the server. */
  isPending: z.boolean(),
  /** The server said that access ended: the copy here stays, read-only. */
  isRevoked: z.boolean(),
  /** Made on this device and not yet written into the workspace's index. */
  isUnlisted: z.optional(z.boolean()),
  title: z.string(),
  createdAt: time,
  updatedAt: time,
  /** Absent until a person opened it here. */
  openedAt: z.optional(time),
  /** Registered for whoever is added alone; absent: open to the workspace. */
  audience: z.optional(audienceSchema),
  /** Renamed here, and the title not yet copied into the index. */
  isRenamed: z.optional(z.boolean()),
  /** Folder to list it in, for a document made here. */
  folder: z.optional(z.string()),
  /** `updatedAt` of the index entry that the copy on this device was last brought up to; absent when it never was. */
  keptAt: z.optional(time),
  /** When the copy on this device was removed to make room; it is fetched again when the document is opened. */
  releasedAt: z.optional(time),
  /** Of which room of a local account this is a copy, and of which state of it. */
  adopted: z.optional(z.object({ room: roomIdSchema, state: z.string() })),
  /** In a local account: the account into which the room was first copied, or began to be. */
  takenBy: z.optional(userIdSchema),
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
  /** Tells listeners of a record that was written along with other things. */
  noteRoom(record: RoomRecord): void;
  /** A room's record was written by this tab. */
  on(event: 'room', listener: (record: RoomRecord) => void): () => void;
  /** How many rooms this device keeps offline; undefined until chosen. */
  offlineLimit(): Promise<number | undefined>;
  saveOfflineLimit(limit: number): Promise<void>;
  /** Rooms chosen by hand to stay on this device. */
  pins(): Promise<readonly RoomId[]>;
  savePins(pins: readonly RoomId[]): Promise<void>;
  peerToken(): Promise<CachedToken | undefined>;
  savePeerToken(token: CachedToken): Promise<void>;
  jwks(): Promise<Jwks | undefined>;
  saveJwks(jwks: Jwks): Promise<void>;
  /** What a part of the app keeps under a key of its own; whoever reads it parses it. */
  readList(key: string): Promise<unknown>;
  saveList(key: string, value: unknown): Promise<void>;
  /** How far the server's clock is ahead of this device's, ms. */
  clockOffsetMs(): Promise<number | undefined>;
  saveClockOffsetMs(offsetMs: number): Promise<void>;
}

/** A row that does not parse counts as absent: caches can be fetched again. */
export function createAccountCaches(database: AccountDatabase): AccountCaches {
  const events = new Emitter<{ room: [RoomRecord] }>();
  const cached = async <T>(key: string, schema: z.ZodMiniType<T>): Promise<T | undefined> =>
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
    updateRoom: async (room, change) => {
      let isWritten = false;
      const kept = await database.write(['rooms'], async (tx) => {
        const store = tx.objectStore('rooms');
        const before = parseRoom(await store.get(room));
        const after = change(before);
        isWritten = after !== undefined;
        if (after !== undefined) await store.put(after, room);
        return after ?? before;
      });
      if (isWritten && kept !== undefined) events.emit('room', kept);
      return kept;
    },
    noteRoom: (record) => events.emit('room', record),
    on: (event, listener) => events.on(event, listener),
    offlineLimit: () => cached('offline-limit', z.number()),
    saveOfflineLimit: (limit) => save('offline-limit', limit),
    pins: async () => (await cached('pins', z.array(roomIdSchema))) ?? [],
    savePins: (pins) => save('pins', [...pins]),
    peerToken: () => cached('peer-token', tokenSchema),
    savePeerToken: (token) => save('peer-token', token),
    jwks: () => cached('jwks', jwksResponseSchema),
    saveJwks: (jwks) => save('jwks', jwks),
    readList: (key) => database.read(['caches'], (tx) => tx.objectStore('caches').get(`list/${key}`)),
    saveList: (key, value) => save(`list/${key}`, value),
    clockOffsetMs: () => cached('clock', z.number()),
    saveClockOffsetMs: (offsetMs) => save('clock', offsetMs),
  };
}

/** `undefined` for a row that is not one. */
export const parseRoom = (row: unknown): RoomRecord | undefined => roomRecordSchema.safeParse(row).data;
