import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHROMIUM_FLAGS, chromiumPath } from '@vicinal/infra/testing/chromium.ts';
import { type Namespace, openNamespace, whyNoNamespaces } from '@vicinal/infra/testing/namespaces.ts';
import { browserIn, trustAuthority, whyNoCertutil } from '@vicinal/infra/testing/nss.ts';
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { forge, openLocalAuthority } from '@vicinal/infra/testing/stolen-authority.ts';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, type Person } from './harness.ts';

/** Another machine on the network is a namespace; where none can be made these journeys are skipped, with the reason. */
const problem = whyNoNamespaces() ?? whyNoCertutil();

let network: Namespace;
let stack: TestStack;
let ada: Person;
let grace: Person;
let linus: Person;
const homes: string[] = [];

const makeHome = (): string => {
  const home = mkdtempSync(join(tmpdir(), 'vicinal-home-'));
  homes.push(home);
  return home;
};
const over = (name: string, home: string): Promise<Person> =>
  createPerson({ name, executable: browserIn(home, chromiumPath(), network.prefix) });
const plain = (path: string): string => `http://${network.hostAddress}:${stack.port}${path}`;

beforeAll(async () => {
  if (problem !== undefined) return;
  network = openNamespace(1);
  stack = await startTestStack({ networkAddresses: [network.hostAddress] });
  ada = await createPerson({ name: 'Ada' });
});

afterAll(async () => {
  try {
    await endJourney(stack, [ada, grace, linus]);
  } finally {
    await network?.close();
    for (const home of homes) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
});

test('LAN-11 a device that trusts the authority joins by the network link, writes, installs, and works offline', async ({
  skip,
}) => {
  if (problem !== undefined) skip(problem);
  const origin = stack.network()?.origins[0] ?? '';
  expect(new URL(origin).hostname).toBe(network.hostAddress);
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.newDocument('Harbour log');
  await ada.type('Fog until nine. ');
  await ada.page.getByRole('button', { name: 'Share' }).click();
  await ada.page.getByLabel('Link role').selectOption('editor');
  await ada.page.getByRole('button', { name: 'Create link' }).click();
  const link = await ada.page.getByRole('textbox', { name: 'Network link' }).inputValue();
  const made = new URL(await ada.page.getByRole('textbox', { name: 'Invite link' }).inputValue());
  expect(link).toBe(`${origin}${made.pathname}${made.hash}`);
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();

  // What the trust page says to do: download, compare, install.
  const certificate = new Uint8Array(await (await fetch(plain('/trust/vicinal-authority.crt'))).arrayBuffer());
  expect(new X509Certificate(certificate).fingerprint256).toBe(stack.network()?.fingerprint);
  const home = makeHome();
  trustAuthority(home, certificate);
  grace = await over('Grace', home);
  await grace.joinAsGuest(link);
  await grace.waitForText('Fog until nine.');
  await grace.type('Wind from the west. ');
  await ada.waitForText('Wind from the west.');
  await ada.type('Noted. ');
  await grace.waitForText('Noted.');

  expect(await grace.page.evaluate(() => isSecureContext)).toBe(true);
  const worker = await grace.page.evaluate(async () => (await navigator.serviceWorker.ready).active?.scriptURL);
  expect(worker).toBe(`${origin}/sw.js`);
  const devtools = await grace.context.newCDPSession(grace.page);
  expect(await devtools.send('Page.getInstallabilityErrors')).toEqual({ installabilityErrors: [] });
  const cookies = await grace.context.cookies(`${origin}/api/auth`);
  expect(cookies.map(({ name, secure }) => [name, secure])).toEqual([['__Secure-vicinal_refresh', true]]);

  await grace.waitForState('archived');
  network.setLink(false);
  await grace.waitForState('offline', 60_000);
  await grace.page.reload();
  await grace.waitForText('Noted.');
  await grace.type('Written in the fog. ');
  await grace.page.reload();
  await grace.waitForText('Written in the fog.');
  network.setLink(true);
  await ada.waitForText('Written in the fog.', 60_000);
});

test('LAN-11 a device that does not trust it is warned over https and told why over plain http', async ({ skip }) => {
  if (problem !== undefined) skip(problem);
  const origin = stack.network()?.origins[0] ?? '';
  linus = await over('Linus', makeHome());
  await linus.page.goto(plain('/join#some-token'));
  expect(new URL(linus.page.url()).pathname).toBe('/trust');
  await linus.page.getByRole('heading', { level: 1, name: 'Open Vicinal securely on this device' }).waitFor();
  const text = await linus.page.getByRole('main').innerText();
  expect(text).toContain('browsers switch off encryption keys');
  expect(text.replaceAll(/\s/g, '')).toContain(stack.network()?.fingerprint);
  expect(await linus.page.getByRole('link', { name: origin }).getAttribute('href')).toBe(`${origin}/`);
  await linus.page.getByRole('img', { name: `QR code of ${origin}` }).waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await linus.page.emulateMedia({ colorScheme });
    expect(
      await linus.page.evaluate(`${axe.source}; axe.run(document, { resultTypes: ['violations'] }).then(violated)
      function violated(found) { return found.violations.map((each) => each.id + ' ' + each.nodes[0].html) }`),
    ).toEqual([]);
  }
  const download = linus.page.waitForEvent('download');
  await linus.page.getByRole('link', { name: 'Download the certificate' }).click();
  expect((await download).suggestedFilename()).toBe('vicinal-authority.crt');
  expect(await linus.page.evaluate(() => isSecureContext)).toBe(false);
  await expect(linus.page.goto(`${origin}/`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
  await expect.poll(() => linus.page.title()).toBe('Privacy error');
});

test('LAN-4 Chromium takes what a stolen authority signs for a network, and refuses it for the internet', async ({
  skip,
}) => {
  const missing = whyNoCertutil();
  if (missing !== undefined) skip(missing);
  const home = makeHome();
  const directory = join(home, 'tls');
  const authority = await openLocalAuthority({ directory, hostName: 'reef', now: Date.now });
  const stolen = readFileSync(join(directory, 'authority.pem'), 'utf8');
  trustAuthority(home, authority.certificate);
  const browser = await chromium.launch({
    executablePath: browserIn(home, chromiumPath(), []),
    args: [...CHROMIUM_FLAGS, '--host-resolver-rules=MAP * 127.0.0.1'],
  });
  const visit = async (name: string): Promise<string> => {
    const { key, cert } = await forge(stolen, [name]);
    const server = createServer({ key, cert }, (_request, response) => response.end('open'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // a TCP server has one
    const page = await browser.newPage();
    const outcome = await page.goto(`https://${name}:${port}/`).then(
      () => 'open',
      (error: unknown) => /ERR_\w+/.exec(String(error))?.[0] ?? String(error),
    );
    await page.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return outcome;
  };
  try {
    for (const name of ['shoal.local', '192.168.9.9']) expect([name, await visit(name)]).toEqual([name, 'open']);
    for (const name of ['bank.example.com', '8.8.8.8', 'reef', 'x.dev'])
      expect([name, await visit(name)]).toEqual([name, 'ERR_CERT_INVALID']);
  } finally {
    await browser.close();
  }
});
