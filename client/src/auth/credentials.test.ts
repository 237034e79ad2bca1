import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { OpenAccount } from './open-account.ts';
import { FakeServer, otherRoom, room, signedIn } from './testing/fake-server.ts';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

async function openedOn(server: FakeServer): Promise<OpenAccount> {
  const { opened } = await signedIn(server);
  if (!opened) throw new TypeError('signed in');
  return opened;
}

test('CLI-80 a peer token is not asked for while a request is under way that brings one', async () => {
  const server = new FakeServer();
  const opened = await openedOn(server);
  const { credentials } = opened;
  const held = Promise.withResolvers<void>();
  server.held.set('/tokens', held.promise);
  const access = credentials.access(room);
  await vi.waitFor(() => expect(server.count('POST /tokens')).toBe(1));
  const token = credentials.peerToken();
  // as the token was looked for on disk before
  await opened.caches.peerToken();
  await opened.caches.peerToken();
  held.resolve();
  expect(await token).toEqual({ ok: true, value: 'peer' });
  expect(await access).toMatchObject({ ok: true, value: { grant: expect.stringMatching(/^grant-/) as string } });
  expect(server.count('POST /tokens')).toBe(1);
});

test('CLI-80 what is asked for while the device is shown to the server goes with one request', async () => {
  const server = new FakeServer();
  const shown = Promise.withResolvers<void>();
  server.held.set('/devices', shown.promise);
  const { credentials, caches } = await openedOn(server);
  const access = credentials.access(room);
  await vi.waitFor(() => expect(server.count('POST /devices')).toBeGreaterThan(0));
  const token = credentials.peerToken();
  const other = credentials.access(otherRoom);
  // as the room was looked for on disk before
  await caches.room(otherRoom);
  await caches.room(otherRoom);
  shown.resolve();
  expect(await Promise.all([access, token, other])).toMatchObject([
    { ok: true },
    { ok: true, value: 'peer' },
    { ok: true },
  ]);
  expect([server.count('POST /devices'), server.count('POST /tokens')]).toEqual([1, 1]);
});

test('CLI-80 whoever asks for a room that is being asked for gets the same answer, unless its access changed', async () => {
  const server = new FakeServer();
  const { credentials, caches } = await openedOn(server);
  const answering = Promise.withResolvers<void>();
  server.held.set('/tokens', answering.promise);
  const looked = async (): Promise<void> => {
    for (let n = 0; n < 2; n++) await caches.room(room); // as the room was looked for on disk before
  };
  const first = credentials.access(room);
  await vi.waitFor(() => expect(server.count('POST /tokens')).toBe(1));
  const second = credentials.room(room);
  await looked();
  const newer = credentials.access(room, 1);
  await looked();
  await credentials.invalidate(room);
  const afterChange = credentials.access(room);
  await vi.waitFor(() => expect(server.count('POST /tokens')).toBe(2));
  answering.resolve();
  const [one, two, three, four] = await Promise.all([first, second, newer, afterChange]);
  expect(one).toMatchObject({ ok: true });
  expect(two).toMatchObject({ ok: true, value: { ticket: one.ok && one.value.ticket } });
  expect([three, four]).toMatchObject([{ ok: true }, { ok: true }]);
  expect(server.count('POST /tokens')).toBe(2);
});

test('CLI-80 a token brought while the device looks for a kept one is not lost', async () => {
  const server = new FakeServer();
  const opened = await openedOn(server);
  const { credentials, caches } = opened;
  const looked = Promise.withResolvers<void>();
  const read = caches.peerToken;
  const look = vi.spyOn(caches, 'peerToken').mockImplementation(async () => {
    const kept = await read();
    await looked.promise; // a slow disk
    return kept;
  });
  const token = credentials.peerToken();
  await credentials.access(room);
  looked.resolve();
  expect(await token).toEqual({ ok: true, value: 'peer' });
  look.mockRestore();
  expect(await credentials.peerToken()).toEqual({ ok: true, value: 'peer' });
  expect(server.count('POST /tokens')).toBe(1);
});

test('CLI-80 a request under way that fails lets the next one be made', async () => {
  const server = new FakeServer();
  const opened = await openedOn(server);
  const { credentials } = opened;
  const held = Promise.withResolvers<void>();
  server.held.set('/tokens', held.promise);
  const access = credentials.access(room);
  await vi.waitFor(() => expect(server.count('POST /tokens')).toBe(1));
  const token = credentials.peerToken();
  server.isUp = false;
  held.resolve();
  expect(await access).toMatchObject({ ok: false, error: { code: 'network' } });
  expect(await token).toMatchObject({ ok: false, error: { code: 'network' } });
  server.isUp = true;
  credentials.retryNow();
  expect(await credentials.peerToken()).toEqual({ ok: true, value: 'peer' });
});

test('CLI-80 the signing keys are fetched with the account, not with the first ticket', async () => {
  const server = new FakeServer();
  await signedIn(server);
  await vi.waitFor(() => expect(server.count('GET /jwks')).toBe(1));
});
