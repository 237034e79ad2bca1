import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8 } from '@vicinal/shared/bytes.ts';
import { createAttacker } from '@vicinal/shared/testing/attacker.ts';
import { testLogStoreContract } from '@vicinal/shared/testing/log-store-contract.ts';
import { createTestDocument } from '@vicinal/shared/testing/test-document.ts';
import { expect, test } from 'vitest';
import { createLogFiles } from './log-files.ts';

testLogStoreContract('files of the headless peer', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vicinal-peer-'));
  let store = createLogFiles(directory);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = createLogFiles(directory);
      return store;
    },
    close: async () => {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
});

test('PEER-23 a record that a crash cut off is dropped, and what follows is kept', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vicinal-peer-'));
  try {
    const document = await createTestDocument();
    const writer = await createAttacker(await document.member('ada', 'owner'), document.address, 'ada');
    const entries = [await writer.entry(utf8('1')), await writer.entry(utf8('2')), await writer.entry(utf8('3'))];
    const first = createLogFiles(directory);
    await first.append(document.address, { headers: [writer.header], entries: entries.slice(0, 1) });
    await first.append(document.address, { headers: [], entries: entries.slice(1, 2) });
    await first.close();
    const file = join(directory, (await readdir(directory))[0] ?? '');
    await truncate(file, (await stat(file)).size - 5);
    const second = createLogFiles(directory);
    expect((await second.load(document.address)).entries).toHaveLength(1);
    await second.append(document.address, { headers: [], entries: entries.slice(1) });
    await second.close();
    const third = createLogFiles(directory);
    expect((await third.load(document.address)).entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    await third.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
