import { afterAll, beforeAll, test } from 'vitest';
import { startPair, type Pair } from './pair.ts';

let pair: Pair;

beforeAll(async () => {
  pair = await startPair();
});

afterAll(() => pair.close());

test('CLI-46 a page that stands still leaves no ghost, goes on within 5 s, and is there once', async () => {
  const { ada, grace } = pair;
  await pair.waitForGraceOnce();
  // the page alone: its connections stay open, so nobody is told. The browser's own freezing leaves a shown page running
  pair.signal('SIGSTOP', '--type=renderer');
  await ada.type('Cold. ');
  await pair.measureGone('frozen page');
  pair.signal('SIGCONT', '--type=renderer');
  await pair.measureReturn('thaw');
  await pair.converge('Cold.');
  await grace.type('Warm. ');
  await pair.converge('Warm.');
  await pair.waitForGraceOnce();
});

test('CLI-46 a computer that slept leaves no ghost, is back within 5 s of waking, and is there once', async () => {
  const { ada, grace } = pair;
  pair.signal('SIGSTOP');
  await ada.type('While Grace sleeps. ');
  await pair.measureGone('sleep');
  await ada.waitForPeers(0);
  await ada.type('Alone. ');
  pair.signal('SIGCONT');
  await pair.measureReturn('wake-up');
  await pair.converge('Alone.');
  await grace.type('Awake. ');
  await pair.converge('Awake.');
  await pair.waitForGraceOnce();
});

test('CLI-49 a browser that is killed leaves no ghost, and comes back as one person', async () => {
  await pair.killGrace();
  await pair.measureGone('killed browser');
  await pair.restartGrace();
  // a cold start of the app is more than a return of the network
  await pair.measureReturn('restart', 20_000);
  await pair.grace.type('Here again.');
  await pair.converge('Here again.');
  await pair.waitForGraceOnce();
});
