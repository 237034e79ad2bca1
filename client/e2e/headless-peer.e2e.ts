/** `npm run peer` beside an open browser: what one writes the other shows, and what it may not do it does not pretend. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runPeer, startPeer, type PeerEnd } from '@vicinal/infra/testing/headless-peer.ts';
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { createPerson, endJourney, type Person } from './harness.ts';

let stack: TestStack;
let ada: Person;
let link: string;
let viewerLink: string;
/** Files of the tests. */
const folder = mkdtempSync(join(tmpdir(), 'vicinal-peer-files-'));
const dataDir = mkdtempSync(join(tmpdir(), 'vicinal-peer-data-'));

const report = ({ output }: PeerEnd): Record<string, unknown> =>
  JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>; // --json prints one object a line
const peer = (...args: readonly string[]): Promise<PeerEnd> => runPeer(['--link', link, ...args]);

beforeAll(async () => {
  stack = await startTestStack({ networkAddresses: ['127.0.0.1'] });
  ada = await createPerson({ name: 'Ada' });
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.newDocument('Tides');
  link = await ada.createLink('editor');
  viewerLink = await ada.createLink('viewer');
});
afterAll(async () => {
  await endJourney(stack, [ada]);
  for (const directory of [dataDir, folder]) rmSync(directory, { recursive: true, force: true });
});

test('PEER-20 what the peer appends stands in an open browser, is archived, and the process ends by itself', async () => {
  await ada.type('Written in the browser.');
  const appended = await peer('--append', 'First line\n\n\tSecond line', '--name', 'Robot', '--json');
  expect([appended.code, appended.errors]).toEqual([0, '']);
  expect(report(appended)).toMatchObject({ mode: 'append', role: 'editor', lines: 4, level: 'archived', archivers: 1 });
  await ada.waitForText('Second line');
  expect(await ada.documentText()).toBe('Written in the browser.\nFirst line\n\n\tSecond line');
  const timings = report(appended)['timings'] as Record<string, number>;
  const order = ['joinedMs', 'connectedMs', 'caughtUpMs', 'doneMs', 'acknowledgedMs'].map((name) => timings[name]);
  expect(order).toEqual(order.toSorted((a = 0, b = 0) => a - b));
});

test('PEER-20 what it reads is what the browser shows, a paragraph a line, with equal digests', async () => {
  const [plain, json] = await Promise.all([peer('--read'), peer('--read', '--json')]);
  expect(plain).toMatchObject({ code: 0, output: 'Written in the browser.\nFirst line\n\n\tSecond line\n' });
  expect(plain.errors).toContain(String(report(json)['digest']));
  expect(report(json)).toMatchObject({ text: await ada.documentText(), lines: 4 });
  expect(report(json)['level']).toBeUndefined();
});

test('PEER-21 watching prints the text, then each change, until Ctrl-C', async () => {
  const watching = startPeer(['--link', link, '--watch', '--json']);
  const events = (): Record<string, unknown>[] =>
    watching.lines.map((line) => JSON.parse(line) as Record<string, unknown>); // printed as one object a line
  await expect.poll(() => events().length, { timeout: 20_000 }).toBe(1);
  expect(events()[0]).toMatchObject({
    event: 'text',
    lines: ['Written in the browser.', 'First line', '', '\tSecond line'],
  });
  await ada.type(' More.');
  await expect
    .poll(() => events().at(-1), { timeout: 20_000 })
    .toMatchObject({ event: 'change', line: 3, added: ['\tSecond line More.'] });
  watching.interrupt();
  expect(await watching.ended).toMatchObject({ code: 0, errors: '' });
  expect(events().at(-1)).toMatchObject({ event: 'end', mode: 'watch', lines: 4 });
});

test('PEER-22 a link that may only read writes nothing, and says so', async () => {
  const before = await ada.documentText();
  for (const mode of [['--append', 'no'], ['--clear']]) {
    const refused = await runPeer(['--link', viewerLink, ...mode]);
    expect(refused).toMatchObject({ code: 6, output: '' });
    expect(refused.errors).toContain('viewer, which may only read');
  }
  const read = await runPeer(['--link', viewerLink, '--read']);
  expect(read).toMatchObject({ code: 0, output: `${before}\n` });
  expect(await ada.documentText()).toBe(before);
});

test('PEER-22 a link that is not valid, no server, and wrong arguments each end with their code', async () => {
  const [origin = ''] = link.split('/join');
  const unknown = await runPeer(['--link', `${origin}/join#${'x'.repeat(28)}`, '--read']);
  const noServer = await runPeer(['--link', `http://127.0.0.1:1/join#${'x'.repeat(28)}`, '--read', '--json']);
  const wrong = await runPeer(['--link', link, '--read', '--clear']);
  expect([unknown.code, noServer.code, wrong.code]).toEqual([3, 4, 2]);
  expect(unknown.errors).toContain('not valid any more');
  expect(report(noServer)).toMatchObject({ exit: 4, error: expect.stringContaining('cannot be reached') });
  expect(wrong.errors).toContain('say one of --read');
});

test('PEER-23 with --data the same guest comes back, with what it had', async () => {
  const first = await peer('--append', 'Mine.', '--data', dataDir, '--name', 'Keeper', '--json');
  const second = await peer('--append', 'Mine too.', '--data', dataDir, '--json');
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(report(second)['user']).toBe(report(first)['user']);
  expect(report(second)['device']).toBe(report(first)['device']);
  await ada.waitForText('Mine too.');
  const key = await stat(join(dataDir, 'device.key'));
  expect(key.mode & 0o777).toBe(0o600);
  const stranger = report(await peer('--read', '--json'));
  expect(stranger['user']).not.toBe(report(first)['user']);
});

test('PEER-20 clearing empties the open browser; an empty document is cleared without an edit', async () => {
  expect(report(await peer('--clear', '--json'))).toMatchObject({ lines: 0, level: 'archived', entries: 1 });
  await expect.poll(() => ada.documentText(), { timeout: 20_000 }).toBe('');
  const again = report(await peer('--clear', '--json'));
  expect(again).toMatchObject({ lines: 0, entries: 0 });
  expect(again['level']).toBeUndefined();
});

test('PEER-24 what somebody else writes during a replay merges with it and moves none of its positions', async () => {
  const words = 'Tides rise and fall twice a day.';
  const txns = words.split('').map((letter, i) => ({ time: '1970-01-01T00:00:00Z', patches: [[i, 0, letter]] }));
  const path = join(folder, 'trace.json');
  writeFileSync(path, JSON.stringify({ startContent: '', endContent: words, txns }));
  const replaying = startPeer(['--link', link, '--replay', path, '--rate', '8', '--json']);
  await ada.waitForText('Ti');
  await ada.page.getByRole('textbox', { name: 'Document text' }).click();
  await ada.page.keyboard.press('Control+Home');
  await ada.page.keyboard.type('Before: ');
  const { code, output } = await replaying.ended;
  expect(code).toBe(7);
  expect(JSON.parse(output)).toMatchObject({ equalsEndContent: false, level: 'archived', edits: words.length });
  await expect.poll(() => ada.documentText(), { timeout: 20_000 }).toBe(`Before: ${words}`);
  const refused = await peer('--replay', path);
  expect([refused.code, refused.errors.includes('--clear it first')]).toEqual([6, true]);
});

test('PEER-25 an https address of the network is joined by whoever is told to trust its authority', async () => {
  const origin = stack.network()?.origins[0] ?? '';
  const secure = link.replace(/^.*\/join/, `${origin}/join`);
  const certificate = join(folder, 'authority.crt');
  const answer = await fetch(`${stack.origin}/trust/vicinal-authority.crt`);
  writeFileSync(certificate, new Uint8Array(await answer.arrayBuffer()));
  const distrusting = await runPeer(['--link', secure, '--read']);
  const trusting = await runPeer(['--link', secure, '--read', '--json', '--ca', certificate]);
  expect([origin.startsWith('https:'), distrusting.code, trusting.code]).toEqual([true, 4, 0]);
  expect(distrusting.errors).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  expect(report(trusting)).toMatchObject({ text: await ada.documentText() });
});
