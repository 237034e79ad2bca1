import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPair, type Pair } from './pair.ts';

let pair: Pair;

beforeAll(async () => {
  pair = await startPair();
});

afterAll(() => pair.close());

test('CLI-47 a device that was offline edits on, and is back within 5 s of the network', async () => {
  const { ada, grace } = pair;
  const session = await grace.context.newCDPSession(grace.page);
  await session.send('Network.enable');
  const offline = { offline: true, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
  await session.send('Network.emulateNetworkConditions', offline);
  // emulation leaves WebRTC alone; without this process nothing leaves or enters the browser
  pair.signal('SIGSTOP', 'network.mojom.NetworkService');
  await grace.waitForState('offline');
  await grace.type('Written offline. ');
  expect(await grace.isEditable()).toBe(true);
  await ada.waitForPeers(0, 45_000);
  await ada.type('Written meanwhile. ');
  pair.signal('SIGCONT', 'network.mojom.NetworkService');
  await session.send('Network.emulateNetworkConditions', { ...offline, offline: false });
  await pair.measureReturn('online');
  await pair.converge('Written offline.');
  await pair.converge('Written meanwhile.');
  await pair.waitForGraceOnce();
});

test('CLI-48 a change of network while typing keeps every word', async () => {
  const { grace } = pair;
  const session = await grace.context.newCDPSession(grace.page);
  await session.send('Network.enable');
  const online = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 } as const;
  for (const connectionType of ['cellular3g', 'wifi', 'ethernet'] as const) {
    await session.send('Network.emulateNetworkConditions', { ...online, connectionType });
    await grace.type(`${connectionType} `);
    await pair.converge(connectionType);
  }
  await pair.measureReturn('change of network');
});
