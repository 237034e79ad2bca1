/**
 * Peer token, tickets and grants of this device (protocol.md 3): asked for together, kept in the account's database,
 * renewed at half their life, and handed out old while the server is away: whoever is shown them decides what they still open.
 */
import { AppError, isErrorCode } from '@vicinal/shared/app-error.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import {
  roomSchema,
  tokensResponseSchema,
  type IceServer,
  type RoomTokens,
  type TokensResponse,
} from '@vicinal/shared/http/api.ts';
import type { DeviceId, RoomId } from '@vicinal/shared/ids.ts';
import type { Credentials } from '@vicinal/shared/mesh/types.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import type { AccountCaches, CachedToken, RoomRecord } from '../storage/account-caches.ts';
import type { ApiClient } from './api-client.ts';
import { createBackoff } from './backoff.ts';

/** Part of their life after which tokens are renewed; a little less than the half at which the mesh asks. */
const RENEW_SHARE = 0.45;
const MAX_ROOMS_PER_REQUEST = 200;
/** Requests within this time travel as one. */
const COALESCE_MS = 5;
/** Codes that say that access to a room ended or never was. */
const REFUSED_CODES = new Set(['forbidden', 'not-found', 'revoked', 'room-closed']);
/** 'conflict': the room is there, and not ours. */
const REGISTRATION_REFUSED = new Set(['forbidden', 'not-found', 'conflict', 'room-closed']);

export interface RoomAccess {
  readonly ticket: string;
  readonly grant: string;
  readonly record: RoomRecord;
}

export interface RoomCredentials extends Credentials {
  /** As `room`, with what this device now knows of it. Registers a room that was made offline first. */
  access(room: RoomId, leastEpoch?: number): Promise<Result<RoomAccess, AppError>>;
  /** What is kept for the room is not to be used again: its role changed or ended. */
  invalidate(room: RoomId): Promise<void>;
  /** TURN servers with the credentials that came with the peer token. */
  iceServers(): readonly IceServer[];
  /** Lets the next call ask at once: the network or the session came back. */
  retryNow(): void;
  /** A room's record changed through an answer of the server. */
  on(event: 'room', listener: (record: RoomRecord) => void): () => void;
  close(): void;
}

export interface CredentialsOptions {
  readonly api: ApiClient;
  readonly caches: AccountCaches;
  readonly device: DeviceId;
  readonly clock: Clock;
  readonly random: Random;
  readonly onServerNow: (ms: number) => void;
  /** Runs before requests that name the device: the server has to know its key. */
  readonly registerDevice: () => Promise<Result<undefined, AppError>>;
  /** The server refuses this device for good. */
  readonly onDeviceRevoked: () => void;
}

type Answer = Result<RoomTokens | undefined, AppError>;

export function createCredentials(options: CredentialsOptions): RoomCredentials {
  const { api, caches, clock } = options;
  const events = new Emitter<{ room: [RoomRecord] }>();
  const backoff = createBackoff(clock, options.random, { firstMs: 500, maxMs: 30_000 });
  const registering = new Map<RoomId, Promise<Result<undefined, AppError>>>();
  let waiting = new Map<RoomId | undefined, PromiseWithResolvers<Answer>>();
  /** Rooms of the requests under way; whoever asks meanwhile gets the same answer. */
  const underWay = new Map<RoomId, Promise<Answer>>();
  let cancelBatch: (() => void) | undefined;
  /** Requests under way, until each has brought a peer token or failed. */
  const bringing = new Set<Promise<void>>();
  let peer: CachedToken | undefined;
  let isClosed = false;

  const tokenFor = (value: string, lifetimeMs: number): CachedToken => {
    const now = clock.now();
    return { token: value, renewAt: now + lifetimeMs * RENEW_SHARE, expiresAt: now + lifetimeMs };
  };
  const isFresh = (token: CachedToken | undefined): token is CachedToken =>
    token !== undefined && clock.now() < token.renewAt;

  const keepAnswer = async (answer: TokensResponse, hasPeer: () => void): Promise<void> => {
    options.onServerNow(answer.now);
    peer = { ...tokenFor(answer.peerToken, answer.lifetimeMs), iceServers: answer.iceServers };
    hasPeer(); // signaling need not wait until it is on disk
    await Promise.allSettled([
      caches.savePeerToken(peer),
      ...Object.entries(answer.rooms).map(async ([key, tokens]) => {
        const room = key as RoomId; // keys are the ids that were asked for
        const record = await caches.updateRoom(room, (before) =>
          updatedRecord(room, before, tokens, answer, clock.now()),
        );
        if (record) events.emit('room', record);
      }),
    ]);
  };

  const runBatch = async (hasPeer: () => void): Promise<void> => {
    const registered = await options
      .registerDevice()
      .catch((cause: unknown) => err(new AppError('internal', 'device', { cause })));
    // what was asked for until now goes along
    const batch = waiting;
    waiting = new Map();
    cancelBatch = undefined;
    if (isClosed) return;
    const rooms = [...batch.keys()].filter((room) => room !== undefined);
    for (const [room, { promise }] of batch) if (room !== undefined) underWay.set(room, promise);
    const settle = (room: RoomId | undefined, answer: Answer): void => {
      const asked = batch.get(room);
      if (room !== undefined && underWay.get(room) === asked?.promise) underWay.delete(room);
      asked?.resolve(answer);
    };
    if (!registered.ok) {
      backoff.fail();
      for (const room of batch.keys()) settle(room, registered);
      return;
    }
    for (let from = 0; from === 0 || from < rooms.length; from += MAX_ROOMS_PER_REQUEST) {
      const some = rooms.slice(from, from + MAX_ROOMS_PER_REQUEST);
      const asked = from === 0 ? [undefined, ...some] : some;
      const answer = await api.request({
        method: 'POST',
        path: '/tokens',
        body: { device: options.device, rooms: some },
        answer: tokensResponseSchema,
        isSignedIn: true,
      });
      if (!answer.ok) {
        backoff.fail();
        if (answer.error.code === 'revoked') options.onDeviceRevoked();
        for (const room of asked) settle(room, answer);
        continue;
      }
      backoff.reset();
      try {
        await keepAnswer(answer.value, hasPeer);
      } catch {
        // not kept for the next start; good for this one, and whoever writes documents reports failing storage
      }
      for (const room of asked) settle(room, ok(room === undefined ? undefined : answer.value.rooms[room]));
    }
  };
  const startBatch = (): void => {
    const { promise, resolve } = Promise.withResolvers<void>();
    bringing.add(promise);
    const hasPeer = (): void => {
      bringing.delete(promise);
      resolve();
    };
    void runBatch(hasPeer).finally(hasPeer);
  };
  const ask = (room: RoomId | undefined): Promise<Answer> => {
    if (isClosed || !backoff.isDue)
      return Promise.resolve(err(new AppError('network', 'waiting before the next attempt')));
    const asked = waiting.get(room) ?? Promise.withResolvers<Answer>();
    waiting.set(room, asked);
    cancelBatch ??= clock.after(COALESCE_MS, startBatch);
    return asked.promise;
  };

  const register = (record: RoomRecord): Promise<Result<undefined, AppError>> => {
    const running = registering.get(record.room);
    if (running) return running;
    const started = registerNow(record).finally(() => registering.delete(record.room));
    registering.set(record.room, started);
    return started;
  };
  const registerNow = async (record: RoomRecord): Promise<Result<undefined, AppError>> => {
    if (!backoff.isDue) return err(new AppError('network', 'waiting before the next attempt'));
    const path = `/workspaces/${record.workspace}/rooms`;
    const answer = await api.request({
      method: 'POST',
      path,
      body: { id: record.room, ...(record.audience === undefined ? {} : { audience: record.audience }) },
      answer: roomSchema,
      isSignedIn: true,
    });
    if (!answer.ok) {
      if (answer.error.code === 'network') backoff.fail();
      return answer;
    }
    await caches.updateRoom(record.room, (before) => before && { ...before, isPending: false });
    return ok();
  };

  const access = async (room: RoomId, leastEpoch = 0): Promise<Result<RoomAccess, AppError>> => {
    try {
      const before = await caches.room(room);
      if (before?.isPending) {
        const registered = await register(before);
        if (!registered.ok) return registered;
      }
      const isCurrent = before !== undefined && !before.isRevoked && before.accessEpoch >= leastEpoch;
      if (isCurrent && !before.isPending && isFresh(before.ticket)) return ok(accessOf(before, before.ticket));
      const answer = await ((leastEpoch === 0 && underWay.get(room)) || ask(room));
      const after = await caches.room(room);
      if (answer.ok && answer.value && !answer.value.ok) {
        const { code } = answer.value;
        if (after && mayBeUnknown(after, code)) return await registerAgain(after);
        return err(new AppError(isErrorCode(code) ? code : 'forbidden'));
      }
      if (after?.ticket && after.grant !== '' && !after.isRevoked) return ok(accessOf(after, after.ticket));
      return err(answer.ok ? new AppError('internal', 'no tokens for the room') : answer.error);
    } catch (cause) {
      return err(cause instanceof AppError ? cause : new AppError('internal', 'credentials', { cause }));
    }
  };

  /**
   * A server restored from a backup does not know what was made since. Nobody knows who had access, so nobody has: the
   * owner shares it again. Where the server does know the room, the owner's access has ended.
   */
  const registerAgain = async (record: RoomRecord): Promise<Result<RoomAccess, AppError>> => {
    const registered = await register({ ...record, audience: 'restricted' });
    if (!registered.ok && !REGISTRATION_REFUSED.has(registered.error.code)) return registered;
    if (registered.ok) {
      const answer = await ask(record.room);
      if (!answer.ok) return answer;
      const after = await caches.room(record.room);
      if (answer.value?.ok === true && after?.ticket) return ok(accessOf(after, after.ticket));
    }
    const ended = await caches.updateRoom(record.room, (before) => before && { ...before, isRevoked: true });
    if (ended) events.emit('room', ended);
    return err(new AppError('not-found'));
  };

  /** Read anew after every wait. */
  const peerNow = (): CachedToken | undefined => peer;
  const peerToken = async (): Promise<Result<string, AppError>> => {
    try {
      const kept = peer ?? (await caches.peerToken());
      const known = (peer ??= kept); // a request may have brought one meanwhile
      if (isFresh(known)) return ok(known.token);
      if (bringing.size > 0) await Promise.race(bringing);
      const brought = peerNow();
      if (isFresh(brought)) return ok(brought.token);
      const answer = await ask(undefined);
      const now = peerNow() ?? known;
      if (now && clock.now() < now.expiresAt) return ok(now.token);
      return err(answer.ok ? new AppError('token-expired') : answer.error);
    } catch (cause) {
      return err(cause instanceof AppError ? cause : new AppError('internal', 'credentials', { cause }));
    }
  };

  return {
    peerToken,
    access,
    room: access,
    iceServers: () => peer?.iceServers ?? [],
    retryNow: () => backoff.reset(),
    invalidate: async (room) => {
      underWay.delete(room);
      await caches.updateRoom(
        room,
        (before) => before?.ticket && { ...before, ticket: { ...before.ticket, renewAt: 0 } },
      );
    },
    on: (event, listener) => events.on(event, listener),
    close: () => {
      isClosed = true;
      cancelBatch?.();
      for (const { resolve } of waiting.values()) resolve(err(new AppError('network', 'closed')));
      waiting.clear();
      events.clear();
    },
  };
}

const accessOf = (record: RoomRecord, ticket: CachedToken): RoomAccess => ({
  ticket: ticket.token,
  grant: record.grant,
  record,
});

/** Whether the server answers so because it never heard of a room of ours. Otherwise access to it has ended. */
const mayBeUnknown = (record: RoomRecord, code: string): boolean =>
  code === 'not-found' && record.kind === 'document' && record.role === 'owner' && !record.isRevoked;

/** What an answer makes of a room's record; `undefined` leaves it. */
function updatedRecord(
  room: RoomId,
  before: RoomRecord | undefined,
  tokens: RoomTokens,
  answer: TokensResponse,
  now: number,
): RoomRecord | undefined {
  if (!tokens.ok)
    return before && !before.isPending && !mayBeUnknown(before, tokens.code) && REFUSED_CODES.has(tokens.code)
      ? { ...before, isRevoked: true }
      : undefined;
  const { role, accessEpoch, kind, workspace } = tokens;
  // the first grant of a role stays: every new one would complete the same headers with other bytes
  const isSameAccess =
    before?.role === role && before.accessEpoch === accessEpoch && before.grant !== '' && !before.isRevoked;
  return {
    title: '',
    createdAt: now,
    updatedAt: now,
    ...before,
    room,
    kind,
    workspace,
    role,
    accessEpoch,
    grant: isSameAccess ? before.grant : tokens.grant,
    ticket: {
      token: tokens.ticket,
      renewAt: now + answer.lifetimeMs * RENEW_SHARE,
      expiresAt: now + answer.lifetimeMs,
    },
    isPending: false,
    isRevoked: false,
  };
}
