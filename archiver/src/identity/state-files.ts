/** The archiver's own files under its state folder: device key, enrolment, and what is cached of the instance. */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@vicinal/shared/app-error.ts';
import {
  exportPkcs8,
  generateExtractableDeviceKey,
  importPkcs8,
  signerFromKeyPair,
} from '@vicinal/shared/crypto/device-key.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { iceServerSchema, jwksResponseSchema } from '@vicinal/shared/http/api.ts';
import { workspaceIdSchema } from '@vicinal/shared/ids.ts';
import { z } from '@vicinal/shared/zod.ts';

/** What enrolling settled. */
const enrolmentSchema = z.object({
  issuer: z.string().check(z.minLength(1), z.maxLength(256)),
  workspace: workspaceIdSchema,
  /** Address of the signaling server as given. */
  url: z.string(),
});
export type Enrolment = z.infer<typeof enrolmentSchema>;

/** What lets tokens be verified while signaling is down. */
const instanceCacheSchema = z.object({
  jwks: jwksResponseSchema,
  iceServers: z.array(iceServerSchema),
  stunPort: z.optional(z.int()),
  isRelayOnly: z.optional(z.boolean()),
});
export type InstanceCache = z.infer<typeof instanceCacheSchema>;

const KEY_FILE = 'device.key';
const ENROLMENT_FILE = 'enrolment.json';
const CACHE_FILE = 'instance.json';

/** The device key, made on first use. Throws `storage-failed` for a file that cannot be read or holds no Ed25519 key. */
export async function loadDeviceKey(stateDir: string): Promise<DeviceSigner> {
  const path = join(stateDir, KEY_FILE);
  const pem = await readIfPresent(path);
  if (pem === undefined) {
    const made = await exportPkcs8(await generateExtractableDeviceKey());
    await writePrivately(stateDir, KEY_FILE, toPem(made), 'keep');
    return loadDeviceKey(stateDir);
  }
  try {
    await chmod(path, 0o600);
    return await signerFromKeyPair(await importPkcs8(fromPem(pem)));
  } catch (cause) {
    throw new AppError('storage-failed', `${path} holds no usable key`, { cause });
  }
}

export const saveEnrolment = (stateDir: string, enrolment: Enrolment): Promise<void> =>
  writePrivately(stateDir, ENROLMENT_FILE, JSON.stringify(enrolment, undefined, 2), 'replace');

/** `undefined` before the first enrolment; throws `storage-failed` for a damaged file. */
export async function loadEnrolment(stateDir: string): Promise<Enrolment | undefined> {
  const text = await readIfPresent(join(stateDir, ENROLMENT_FILE));
  if (text === undefined) return undefined;
  const parsed = enrolmentSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new AppError('storage-failed', `${join(stateDir, ENROLMENT_FILE)} is damaged; enrol again`);
  return parsed.data;
}

export const saveInstanceCache = (stateDir: string, cache: InstanceCache): Promise<void> =>
  writePrivately(stateDir, CACHE_FILE, JSON.stringify(cache), 'replace');

/** A cache: anything unreadable is as good as none. */
export async function loadInstanceCache(stateDir: string): Promise<InstanceCache | undefined> {
  const parsed = instanceCacheSchema.safeParse(
    parseJson((await readIfPresent(join(stateDir, CACHE_FILE)).catch(() => undefined)) ?? ''),
  );
  return parsed.success ? parsed.data : undefined;
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new AppError('storage-failed', `${path} cannot be read`, { cause });
  }
}

/** Whole or not at all, readable by the owner alone. `keep` leaves a file that appeared meanwhile. */
async function writePrivately(dir: string, name: string, text: string, existing: 'keep' | 'replace'): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, name);
  const target = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(target, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (existing === 'replace') return await rename(target, path);
    // Unlike rename, link never replaces what is there.
    await link(target, path);
    await unlink(target);
  } catch (cause) {
    await unlink(target).catch(() => undefined); // may not exist
    if (existing === 'keep' && cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return;
    throw new AppError('storage-failed', `${path} cannot be written`, { cause });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it
  }
}

const toPem = (der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
};
const fromPem = (pem: string): Uint8Array => {
  const body = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/.exec(pem)?.[1];
  if (body === undefined) throw new TypeError('not a PEM private key');
  return Buffer.from(body, 'base64');
};
