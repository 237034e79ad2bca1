import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { OpenAccount } from './open-account.ts';
import { FakeServer, room, signedIn } from './testing/fake-server.ts';

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
