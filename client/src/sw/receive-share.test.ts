import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import { INCOMING_LIMITS, INCOMING_TTL_MS } from '../incoming/types.ts';
import { openIncomingStore } from '../storage/incoming-store.ts';
import { receiveShare } from './receive-share.ts';

const NOW = 1_800_000_000_000;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

function shared(fields: Record<string, string>, files: readonly File[] = []): Request {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  for (const file of files) body.append('files', file);
  return new Request('https://vicinal.example/share', { method: 'POST', body });
}

/** As in a browser, where the address in the answer may be relative. */
async function receive(request: Request, id: string, now = NOW): Promise<string | null> {
  const answer = await receiveShare(request, () => id, now, 'https://vicinal.example');
  expect(answer.status).toBe(303);
  return answer.headers.get('Location');
}

test('PWA-26 what is shared waits under the id that the answer names', async () => {
  const location = await receive(shared({ title: 'Tides', text: 'At six', url: 'https://example.org' }), 'a');
  expect(location).toBe('https://vicinal.example/new?incoming=a');
  const store = await openIncomingStore();
  expect(await store.read('a')).toMatchObject({
    title: 'Tides',
    text: 'At six',
    url: 'https://example.org',
    files: [],
  });
  await store.forget('a');
  expect(await store.read('a')).toBeUndefined();
  store.close();
});

test('PWA-26 too much is refused, and what is no form', async () => {
  expect(await receive(shared({ text: 'x'.repeat(INCOMING_LIMITS.textLength + 1) }), 'a')).toContain('too-large');
  const files = Array.from({ length: INCOMING_LIMITS.files + 1 }, (_, i) => new File(['x'], `${i}.md`));
  expect(await receive(shared({}, files), 'a')).toContain('too-large');
  const noForm = new Request('https://vicinal.example/share', { method: 'POST', body: 'x' });
  expect(await receive(noForm, 'a')).toContain('incoming=failed');
});

test('PWA-26 what nobody looked at is forgotten', async () => {
  await receive(shared({ text: 'old' }), 'old');
  await receive(shared({ text: 'new' }), 'new', NOW + INCOMING_TTL_MS + 1);
  const store = await openIncomingStore();
  expect(await store.read('old')).toBeUndefined();
  expect(await store.read('new')).toMatchObject({ text: 'new' });
  store.close();
});
