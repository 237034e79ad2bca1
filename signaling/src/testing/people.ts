/** People and devices that use a server as a client would, for tests. */
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import { systemRandom } from '@vicinal/shared/clock.ts';
import { generateDeviceKey, signerFromKeyPair } from '@vicinal/shared/crypto/device-key.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { archiverAuthMessage, deviceRegistrationMessage, enrolMessage } from '@vicinal/shared/crypto/transcript.ts';
import {
  archiverTokensResponseSchema,
  configResponseSchema,
  createLinkResponseSchema,
  enrolmentCodeResponseSchema,
  joinResponseSchema,
  sessionResponseSchema,
  tokensResponseSchema,
  type InviteLink,
  type SessionResponse,
  type TokensResponse,
} from '@vicinal/shared/http/api.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { LinkRole } from '@vicinal/shared/roles.ts';
import type { Config } from '../config.ts';
import { randomId } from '../random-ids.ts';
import { ORIGIN, type TestServer } from './test-server.ts';

/** A server as people reach it: one in this process, or the whole product. */
export type ReachedServer = Pick<TestServer, 'base' | 'clock' | 'setupToken'> & {
  readonly config: Pick<Config, 'isHttps'>;
};

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly code: string | undefined;
  readonly headers: Headers;
  /** Value of the refresh cookie that was set. */
  readonly refreshToken: string | undefined;
}

export interface CallOptions {
  readonly token?: string | undefined;
  readonly cookie?: string;
  readonly body?: unknown;
  /** `null` sends none. */
  readonly origin?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request. A body that is a string is sent as it is. */
export async function call(
  server: ReachedServer,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const headers = new Headers(options.headers);
  if (options.token !== undefined) headers.set('Authorization', `Bearer ${options.token}`);
  const isHttps = server.config.isHttps || options.origin?.startsWith('https:') === true;
  const cookie = isHttps ? '__Secure-vicinal_refresh' : 'vicinal_refresh';
  if (options.cookie !== undefined) headers.set('Cookie', `${cookie}=${options.cookie}`);
  if (options.origin !== null) headers.set('Origin', options.origin ?? ORIGIN);
  if (options.body !== undefined && !headers.has('Content-Type')) headers.set('Content-Type', 'application/json');
  const body =
    options.body === undefined || typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
  const response = await fetch(server.base + path, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  const parsed: unknown = text === '' ? undefined : JSON.parse(text);
  return {
    status: response.status,
    body: parsed,
    code: (parsed as { error?: { code?: string } } | undefined)?.error?.code, // absent in other bodies
    headers: response.headers,
    refreshToken: /vicinal_refresh=([\w-]+)/.exec(response.headers.get('Set-Cookie') ?? '')?.[1],
  };
}

/** A request that must succeed. */
export async function demand(
  server: ReachedServer,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const answer = await call(server, method, path, options);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.code}`);
  return answer;
}

export interface Person {
  readonly session: SessionResponse;
  readonly token: string;
  readonly refreshToken: string;
  readonly device: DeviceSigner;
}

export const PASSWORD = 'correct horse battery';

export async function setUpOwner(server: ReachedServer): Promise<Person & { readonly workspace: WorkspaceId }> {
  const answer = await demand(server, 'POST', '/api/setup', {
    body: {
      token: await server.setupToken(),
      name: 'Ada',
      email: 'ada@example.org',
      password: PASSWORD,
      workspaceName: 'Analytical Engines',
    },
  });
  const owner = await withDevice(server, sessionResponseSchema.parse(answer.body), answer.refreshToken ?? '');
  const workspace = owner.session.workspaces[0]?.id;
  if (workspace === undefined) throw new Error('no workspace');
  return { ...owner, workspace };
}

export async function createDevice(): Promise<DeviceSigner> {
  return await signerFromKeyPair(await generateDeviceKey());
}

async function withDevice(server: ReachedServer, session: SessionResponse, refreshToken: string): Promise<Person> {
  const device = await createDevice();
  const person = { session, token: session.accessToken, refreshToken, device };
  await registerDevice(server, person, device);
  return person;
}

export async function issuerOf(server: ReachedServer): Promise<string> {
  return configResponseSchema.parse((await demand(server, 'GET', '/api/config')).body).issuer;
}

export async function registerDevice(
  server: ReachedServer,
  person: Pick<Person, 'session' | 'token'>,
  device: DeviceSigner,
): Promise<void> {
  const at = server.clock.now();
  const sig = await device.sign(deviceRegistrationMessage(await issuerOf(server), person.session.user.id, at));
  await demand(server, 'POST', '/api/devices', {
    token: person.token,
    body: { devicePub: toBase64Url(device.publicKey), at, sig: toBase64Url(sig), label: 'Test' },
  });
}

export const newRoomId = (): RoomId => randomId<RoomId>(systemRandom);

export async function createRoom(server: ReachedServer, person: Person, workspace: WorkspaceId): Promise<RoomId> {
  const id = newRoomId();
  await demand(server, 'POST', `/api/workspaces/${workspace}/rooms`, { token: person.token, body: { id } });
  return id;
}

export async function createLink(
  server: ReachedServer,
  person: Person,
  room: RoomId,
  input: { role: LinkRole; maxUses?: number; expiresAt?: number },
): Promise<{ link: InviteLink; token: string }> {
  return createLinkResponseSchema.parse(
    (await demand(server, 'POST', `/api/rooms/${room}/links`, { token: person.token, body: input })).body,
  );
}

export async function joinAsGuest(server: ReachedServer, linkToken: string, nickname = 'Guest'): Promise<Person> {
  const answer = await demand(server, 'POST', '/api/join', { body: { token: linkToken, nickname } });
  return await withDevice(server, joinResponseSchema.parse(answer.body).session, answer.refreshToken ?? '');
}

/** A member of the workspace who is not its owner. Members are invited by a later part; here the row is written. */
export async function addMember(
  server: TestServer,
  owner: Person,
  workspace: WorkspaceId,
  role: 'admin' | 'member',
): Promise<Person> {
  const room = await createRoom(server, owner, workspace);
  const { token } = await createLink(server, owner, room, { role: 'editor' });
  const person = await joinAsGuest(server, token, `The ${role}`);
  await server.database.query('update workspace_members set role = $1 where user_id = $2', [
    role,
    person.session.user.id,
  ]);
  return person;
}

export async function fetchTokens(
  server: ReachedServer,
  person: Person,
  rooms: readonly RoomId[],
): Promise<TokensResponse> {
  const body = { device: person.device.deviceId, rooms };
  return tokensResponseSchema.parse((await demand(server, 'POST', '/api/tokens', { token: person.token, body })).body);
}

export async function ticketFor(server: ReachedServer, person: Person, room: RoomId): Promise<string> {
  const tokens = (await fetchTokens(server, person, [room])).rooms[room];
  if (!tokens?.ok) throw new Error(`no ticket: ${tokens?.code}`);
  return tokens.ticket;
}

export async function enrolArchiver(
  server: ReachedServer,
  owner: Person,
  workspace: WorkspaceId,
): Promise<DeviceSigner> {
  const device = await createDevice();
  const code = enrolmentCodeResponseSchema.parse(
    (await demand(server, 'POST', `/api/workspaces/${workspace}/archivers/codes`, { token: owner.token })).body,
  ).code;
  const sig = await device.sign(enrolMessage(await issuerOf(server), code));
  await demand(server, 'POST', '/api/archivers/enroll', {
    body: { code, devicePub: toBase64Url(device.publicKey), sig: toBase64Url(sig) },
  });
  return device;
}

export async function archiverTokens(server: ReachedServer, device: DeviceSigner) {
  const at = server.clock.now();
  const sig = await device.sign(archiverAuthMessage(await issuerOf(server), at));
  const body = { devicePub: toBase64Url(device.publicKey), at, sig: toBase64Url(sig) };
  return archiverTokensResponseSchema.parse((await demand(server, 'POST', '/api/archivers/tokens', { body })).body);
}
