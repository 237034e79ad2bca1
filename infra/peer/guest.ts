/** The peer's identity: joins by a link as a browser's guest does, registers a device key of its own, keeps tokens fresh. */
import { loadDeviceKey } from '@vicinal/archiver/identity/state-files.ts';
import { AppError, isErrorCode, textOf } from '@vicinal/shared/app-error.ts';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import { generateDeviceKey, signerFromKeyPair } from '@vicinal/shared/crypto/device-key.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { createTokenVerifier, type JwksTokenVerifier } from '@vicinal/shared/crypto/tokens.ts';
import { deviceRegistrationMessage } from '@vicinal/shared/crypto/transcript.ts';
import {
  configResponseSchema,
  joinResponseSchema,
  jwksResponseSchema,
  sessionResponseSchema,
  tokensResponseSchema,
  type RoomTokens,
  type SessionResponse,
  type TokensResponse,
} from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Credentials, MeshOptions } from '@vicinal/shared/mesh/types.ts';
import { err, ok, type Result } from '@vicinal/shared/result.ts';
import type { RoomRole } from '@vicinal/shared/roles.ts';
import { z } from '@vicinal/shared/zod.ts';
import type { Link } from './arguments.ts';
import { EXIT, PeerFailure } from './exit.ts';
import { callAsGuest } from './guest-api.ts';
import { loadGuest, saveGuest } from './guest-state.ts';

/** Part of their life after which tokens are renewed. */
const RENEW_AFTER = 0.45;
const DEVICE_LABEL = 'Headless peer';

export interface Guest {
  readonly signer: DeviceSigner;
  readonly user: UserId;
  readonly room: RoomId;
  readonly workspace: WorkspaceId;
  /** As of the last tokens. */
  readonly role: RoomRole;
  readonly grant: string;
  readonly tokens: JwksTokenVerifier;
  readonly credentials: Credentials;
  ice: MeshOptions['ice'];
  /** The server gave another role or access epoch. */
  onGrant(listener: (grant: string) => void): void;
}

export interface GuestOptions {
  readonly link: Link;
  readonly name: string;
  /** Absent: a new guest every time. */
  readonly dataDir: string | undefined;
  readonly clock: Clock;
}

/** Throws {@link PeerFailure}: the link is refused, or the server not reached. */
export async function joinAsGuest(options: GuestOptions): Promise<Guest> {
  try {
    return await join(options);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const isAway = error.code === 'network' || error.code === 'not-ready' || error.code === 'shutting-down';
    const text = isAway ? error.message : textOf(error.code);
    throw new PeerFailure(isAway ? EXIT.unreachable : EXIT.refused, text, { cause: error });
  }
}

async function join({ link, name, dataDir, clock }: GuestOptions): Promise<Guest> {
  const { origin } = link;
  const config = (await callAsGuest(origin, { method: 'GET', path: '/api/config', schema: configResponseSchema })).body;
  const { issuer } = config;
  const signer =
    dataDir === undefined ? await signerFromKeyPair(await generateDeviceKey()) : await loadDeviceKey(dataDir);
  const tokens = createTokenVerifier({
    issuer: () => issuer,
    fetchJwks: async () =>
      (await callAsGuest(origin, { method: 'GET', path: '/api/jwks', schema: jwksResponseSchema })).body,
    clock,
  });
  tokens.setServerNow(config.now);
  const session = await openSession(link, name, dataDir, issuer, clock);
  await callAsGuest(origin, {
    path: '/api/devices',
    accessToken: await session.accessToken(),
    body: await registration(signer, issuer, session, tokens.serverNow()),
    schema: z.unknown(),
  });

  let held: { readonly answer: TokensResponse; readonly at: number } | undefined;
  let access: Extract<RoomTokens, { ok: true }> | undefined;
  let renewing: Promise<void> | undefined;
  const listeners: ((grant: string) => void)[] = [];
  const renew = async (): Promise<void> => {
    const { body } = await callAsGuest(origin, {
      path: '/api/tokens',
      accessToken: await session.accessToken(),
      body: { device: signer.deviceId, rooms: [session.room] },
      schema: tokensResponseSchema,
    });
    tokens.setServerNow(body.now);
    const now = body.rooms[session.room];
    if (now?.ok !== true) throw new AppError(isErrorCode(now?.code) ? now.code : 'forbidden');
    const isSame = access?.role === now.role && access.accessEpoch === now.accessEpoch;
    // the first grant of a role stays: every new one would complete the same headers with other bytes
    access = isSame && access ? { ...now, grant: access.grant } : now;
    held = { answer: body, at: clock.monotonic() };
    if (!isSame) for (const listener of listeners) listener(now.grant);
  };
  /** Errors: what the server answered, or 'network' when nothing that still counts is held. */
  const fresh = async (leastEpoch = 0): Promise<Result<undefined, AppError>> => {
    const age = held === undefined ? Infinity : (clock.monotonic() - held.at) / held.answer.lifetimeMs;
    if (age < RENEW_AFTER && (access?.accessEpoch ?? 0) >= leastEpoch) return ok();
    try {
      await (renewing ??= renew().finally(() => (renewing = undefined)));
      return ok();
    } catch (error) {
      if (age < 1 && error instanceof AppError && error.code === 'network') return ok();
      return err(error instanceof AppError ? error : new AppError('internal', 'tokens', { cause: error }));
    }
  };
  const first = await fresh();
  if (!first.ok) throw first.error;
  const current = (): Extract<RoomTokens, { ok: true }> => {
    if (access === undefined) throw new TypeError('asked before the first tokens');
    return access;
  };
  return {
    signer,
    user: session.user,
    room: session.room,
    workspace: session.workspace,
    get role() {
      return current().role;
    },
    get grant() {
      return current().grant;
    },
    tokens,
    ice: () => {
      const { iceServers, stunPort, isRelayOnly } = config;
      return { origin, iceServers, stunPort, isRelayOnly, granted: held?.answer.iceServers ?? [] };
    },
    onGrant: (listener) => void listeners.push(listener),
    credentials: {
      peerToken: async () => {
        const renewed = await fresh();
        return renewed.ok && held
          ? ok(held.answer.peerToken)
          : err(renewed.ok ? new AppError('internal') : renewed.error);
      },
      room: async (_, leastEpoch) => {
        const renewed = await fresh(leastEpoch);
        if (!renewed.ok) return renewed;
        const { ticket, grant } = current();
        return ok({ ticket, grant });
      },
    },
  };
}

interface Session {
  readonly user: UserId;
  readonly room: RoomId;
  readonly workspace: WorkspaceId;
  /** A token that still counts; renewed through the refresh cookie. */
  accessToken(): Promise<string>;
}

async function openSession(
  { origin, secret }: Link,
  name: string,
  dataDir: string | undefined,
  issuer: string,
  clock: Clock,
): Promise<Session> {
  let cookie: string | undefined;
  let current: SessionResponse | undefined;
  let renewAt = 0;
  const keep = async (session: SessionResponse, given: string | undefined): Promise<void> => {
    current = session;
    cookie = given ?? cookie;
    renewAt = clock.monotonic() + session.expiresInMs * RENEW_AFTER;
    if (dataDir !== undefined && cookie !== undefined) await saveGuest(dataDir, { origin, issuer, cookie });
  };
  const refresh = async (): Promise<void> => {
    const answer = await callAsGuest(origin, {
      path: '/api/auth/refresh',
      ...(cookie === undefined ? {} : { cookie }),
      schema: sessionResponseSchema,
    });
    await keep(answer.body, answer.cookie);
  };
  const saved = dataDir === undefined ? undefined : await loadGuest(dataDir);
  if (saved?.issuer === issuer) {
    ({ cookie } = saved);
    try {
      await refresh();
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'network') throw error;
      // the device key belongs to that guest for good: nobody else can come back with it
      throw new PeerFailure(
        EXIT.refused,
        `The guest kept in ${dataDir} is signed out for good: use another --data folder.`,
        {
          cause: error,
        },
      );
    }
  }
  const joined = await callAsGuest(origin, {
    path: '/api/join',
    ...(current === undefined ? {} : { accessToken: current.accessToken }),
    body: current === undefined ? { token: secret, nickname: name } : { token: secret },
    schema: joinResponseSchema,
  });
  await keep(joined.body.session, joined.cookie);
  const { room, workspace, session } = joined.body;
  if (room === undefined)
    throw new PeerFailure(EXIT.refused, 'This link opens a workspace; the peer wants a link of a document.');
  let refreshing: Promise<void> | undefined;
  return {
    user: session.user.id,
    room,
    workspace,
    async accessToken() {
      if (clock.monotonic() >= renewAt) await (refreshing ??= refresh().finally(() => (refreshing = undefined)));
      return (current ?? session).accessToken;
    },
  };
}

async function registration(signer: DeviceSigner, issuer: string, { user }: Session, now: number) {
  const at = Math.trunc(now);
  return {
    devicePub: toBase64Url(signer.publicKey),
    at,
    sig: toBase64Url(await signer.sign(deviceRegistrationMessage(issuer, user, at))),
    label: DEVICE_LABEL,
  };
}
