import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadDeviceKey, loadEnrolment, loadInstanceCache } from './state-files.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vicinal-state-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('ARC-31 the device key is made once, readable by its owner alone', async () => {
  const [first, second] = await Promise.all([loadDeviceKey(join(dir, 'a')), loadDeviceKey(join(dir, 'a'))]);
  expect(toBase64Url(second.publicKey)).toBe(toBase64Url(first.publicKey));
  expect((await stat(join(dir, 'a', 'device.key'))).mode & 0o777).toBe(0o600);
});

test('ARC-31 a damaged key or enrolment is an error and never replaced', async () => {
  await writeFile(join(dir, 'device.key'), 'not a key');
  await writeFile(join(dir, 'enrolment.json'), '{"issuer":1}');
  await expect(loadDeviceKey(dir)).rejects.toMatchObject({ code: 'storage-failed' });
  await expect(loadEnrolment(dir)).rejects.toMatchObject({ code: 'storage-failed' });
});

test('ARC-31 a damaged cache of the instance is as good as none', async () => {
  await writeFile(join(dir, 'instance.json'), '{');
  expect(await loadInstanceCache(dir)).toBeUndefined();
  expect(await loadEnrolment(dir)).toBeUndefined();
});
