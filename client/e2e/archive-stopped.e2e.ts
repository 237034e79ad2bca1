import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, waitUntilEqual, type Person, endJourney } from './harness.ts';

let stack: TestStack;
let ada: Person;
let grace: Person;
let linus: Person;

beforeAll(async () => {
  stack = await startTestStack();
  [ada, grace, linus] = await Promise.all([
    createPerson({ name: 'Ada' }),
    createPerson({ name: 'Grace' }),
    createPerson({ name: 'Linus' }),
  ]);
});

afterAll(async () => {
  await endJourney(stack, [ada, grace, linus]);
});

/** Frames that a working connection needs without anybody writing. */
const UPKEEP = new Set(['ping', 'pong', 'reauth', 'join', 'roster', 'welcome', 'challenge', 'hello']);

test('CLI-30 with the archiver stopped, a guest joins and words travel directly, none through a server', async () => {
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await stack.kill('archiver');
  await ada.newDocument('Field notes');
  await ada.type('Before anybody came. ');
  const editorLink = await ada.createLink('editor');
  const viewerLink = await ada.createLink('viewer');
  await grace.joinAsGuest(editorLink);
  await grace.waitForText('Before anybody came.');
  await linus.joinAsGuest(viewerLink);
  await linus.waitForText('Before anybody came.');
  await Promise.all([ada.waitForPeers(2), grace.waitForPeers(2), linus.waitForPeers(2)]);

  const frames = [ada.socketFrames.length, grace.socketFrames.length];
  const before = await ada.probe();
  const words = 'the quick brown fox jumps over the lazy dog '.repeat(4);
  await Promise.all([ada.type(words), grace.type(words.toUpperCase())]);
  await waitUntilEqual([ada, grace, linus]);
  const after = await ada.probe();

  const bytes = (report: typeof before): number =>
    report.connections.reduce((sum, connection) => sum + connection.messageBytesSent, 0);
  expect(after.connections.every((connection) => connection.state === 'connected')).toBe(true);
  expect(after.connections.every((connection) => connection.localCandidateType !== 'relay')).toBe(true);
  expect(bytes(after) - bytes(before)).toBeGreaterThan(words.length);
  const whileTyping = [ada.socketFrames.slice(frames[0]), grace.socketFrames.slice(frames[1])].flat();
  const types = whileTyping.map((frame) => (JSON.parse(frame.payload) as { type: string }).type); // signaling speaks JSON
  expect(types.filter((type) => !UPKEEP.has(type))).toEqual([]);

  expect(await linus.isEditable()).toBe(false);
  await linus.page.getByRole('textbox', { name: 'Document text' }).click();
  await linus.page.keyboard.type('a viewer writes');
  await ada.type('And one more line.');
  const text = await waitUntilEqual([ada, grace, linus]);
  expect(text).not.toContain('a viewer writes');
  expect(await Promise.all([ada.problems(), grace.problems(), linus.problems()])).toEqual([[], [], []]);
});
