import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { forge } from '../testing/stolen-authority.ts';
import { type LocalAuthority, openLocalAuthority, type ServerCertificate } from './local-authority.ts';
import { hostNames, permittedNames } from './local-authority-constraints.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vicinal-authority-'));
  folders.push(folder);
  return join(folder, 'tls');
}

const openIn = (directory: string, hostName = 'reef', now = Date.now()): Promise<LocalAuthority> =>
  openLocalAuthority({ directory, hostName, now: () => now });

const pemOf = (authority: LocalAuthority): string => new X509Certificate(authority.certificate).toString();

/** Whether OpenSSL, which holds authorities to their constraints, takes the certificate for a name. */
async function accepts(authority: LocalAuthority, certificate: ServerCertificate, name: string): Promise<string> {
  const server = createServer({ key: certificate.key, cert: certificate.cert }, (_request, response) => {
    response.end('taken');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has one
  const isAddress = /^[\d.]+$|:/.test(name);
  const answer = await new Promise<string>((resolve) => {
    const request = get(
      {
        host: '127.0.0.1',
        port,
        ca: pemOf(authority),
        ...(isAddress ? {} : { servername: name }),
        headers: { host: name.includes(':') ? `[${name}]` : name },
        agent: false,
      },
      (response) => response.on('data', (chunk: Buffer) => resolve(chunk.toString())),
    );
    request.on('error', (error) => resolve(error.message));
  });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return answer;
}

describe('the local authority', () => {
  test('LAN-3 is made once, in one file and a folder that nobody else can read, and is the same after a restart', async () => {
    const directory = makeFolder();
    const first = await openIn(directory);
    expect(readdirSync(directory)).toEqual(['authority.pem']);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'authority.pem')).mode & 0o777).toBe(0o600);
    expect(first.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect((await openIn(directory)).fingerprint).toBe(first.fingerprint);
    expect((await openIn(makeFolder())).fingerprint).not.toBe(first.fingerprint);
  });

  test('LAN-3 two starts at once end with one authority', async () => {
    const directory = makeFolder();
    const [first, second] = await Promise.all([openIn(directory), openIn(directory)]);
    expect(first.fingerprint).toBe(second.fingerprint);
    expect(readdirSync(directory)).toEqual(['authority.pem']);
  });

  test('LAN-4 may vouch for private addresses and local names alone', async () => {
    const authority = await openIn(makeFolder(), 'reef.example.org');
    const text = Buffer.from(authority.certificate).toString('latin1');
    // 2.5.29.30, critical; then a name and a network as they are encoded: address, mask
    expect(text).toContain('\x06\x03\x55\x1d\x1e\x01\x01\xff');
    expect(text).toContain('\x82\x05local');
    expect(text).toContain('\x82\x10reef.example.org');
    expect(text).toContain('\x87\x08\xac\x10\x00\x00\xff\xf0\x00\x00');
    expect(text).toContain(`\x87\x20\xfe\x80${'\0'.repeat(14)}\xff\xc0${'\0'.repeat(14)}`);
    const node = new X509Certificate(authority.certificate);
    expect(node.ca).toBe(true);
    const certificate = await authority.issue(['192.168.1.20', '8.8.8.8', 'reef.local', 'example.org', 'fd00::2']);
    expect(certificate.names).toEqual(['192.168.1.20', 'reef.local', 'fd00::2']);
  });

  test('LAN-4 a certificate of a stolen key for another name is refused by who knows the constraints', async () => {
    const directory = makeFolder();
    const honest = await openIn(directory);
    const good = await honest.issue(['127.0.0.1', 'reef.local']);
    expect(await accepts(honest, good, 'reef.local')).toBe('taken');
    const key = readFileSync(join(directory, 'authority.pem'), 'utf8');
    expect(await accepts(honest, await forge(key, ['shoal.local', '127.0.0.1']), 'shoal.local')).toBe('taken');
    for (const names of [
      ['bank.example.com', '127.0.0.1'],
      ['8.8.8.8', '127.0.0.1'],
      ['127.0.0.1', 'com'],
    ])
      expect(await accepts(honest, await forge(key, names), names[0] ?? '')).toBe('permitted subtree violation');
  });

  test('LAN-5 issues certificates of at most 397 days for the names asked for', async () => {
    const now = Date.UTC(2026, 5, 1);
    const authority = await openIn(makeFolder(), 'reef', now);
    const { cert, key, expiresAt } = await authority.issue(['192.168.1.20', 'fd00::2', 'localhost', 'reef.local']);
    const node = new X509Certificate(cert);
    expect(Date.parse(node.validTo) - Date.parse(node.validFrom)).toBe(397 * 86_400_000);
    expect(Date.parse(node.validTo)).toBe(expiresAt);
    expect(node.subjectAltName).toBe(
      'IP Address:192.168.1.20, IP Address:FD00:0:0:0:0:0:0:2, DNS:localhost, DNS:reef.local',
    );
    expect(node.ca).toBe(false);
    expect(node.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(key).not.toBe((await authority.issue(['localhost'])).key);
  });

  test.each([
    ['is cut short', (text: string) => text.slice(0, 400)],
    ['is empty', () => ''],
    [
      'has another key',
      (text: string, other: string) =>
        text.split('-----BEGIN PRIVATE')[0] + other.slice(other.indexOf('-----BEGIN PRIVATE')),
    ],
    ['has a changed certificate', (text: string) => text.replace(/\n[^\n]{10}/, '\nAAAAAAAAAA')],
  ])('LAN-7 a file that %s is an error that says what to do, and stays as it is', async (_, damage) => {
    const [directory, elsewhere] = [makeFolder(), makeFolder()];
    await openIn(directory);
    await openIn(elsewhere);
    const file = join(directory, 'authority.pem');
    const broken = damage(readFileSync(file, 'utf8'), readFileSync(join(elsewhere, 'authority.pem'), 'utf8'));
    writeFileSync(file, broken);
    await expect(openIn(directory)).rejects.toThrow(/authority\.pem is damaged\. Restore it from a backup/);
    expect(readFileSync(file, 'utf8')).toBe(broken);
    expect(readdirSync(directory)).toEqual(['authority.pem']);
  });

  test('LAN-7 a file that others can read is refused, and so is an authority that has expired', async () => {
    const directory = makeFolder();
    await openIn(directory);
    await expect(openIn(directory, 'reef', Date.now() + 3660 * 86_400_000)).rejects.toThrow('has expired');
    chmodSync(join(directory, 'authority.pem'), 0o640);
    await expect(openIn(directory)).rejects.toThrow('can be read by others: chmod 600 it');
  });

  test('LAN-4 a host name given later is no name that it vouches for', async () => {
    const directory = makeFolder();
    await openIn(directory, 'reef.example.org');
    const renamed = await openIn(directory, 'shoal.example.org');
    expect((await renamed.issue(['shoal.example.org', 'shoal.local', 'localhost'])).names).toEqual([
      'shoal.local',
      'localhost',
    ]);
  });
});

test.each([
  ['reef', ['reef.local', 'localhost'], ['localhost', 'local']],
  ['Reef.Example.org', ['reef.local', 'reef.example.org', 'localhost'], ['localhost', 'local', 'reef.example.org']],
  ['reef.local', ['reef.local', 'localhost'], ['localhost', 'local']],
  ['app', ['app.local', 'localhost'], ['localhost', 'local']],
  ['localhost', ['localhost'], ['localhost', 'local']],
  ['10.0.0.1', ['localhost'], ['localhost', 'local']],
  ['re_ef"', ['localhost'], ['localhost', 'local']],
])('LAN-4 names of host %s', (hostName, served, permitted) => {
  expect(hostNames(hostName)).toEqual(served);
  expect(permittedNames(hostName)).toEqual(permitted);
});
