import { freePort } from '@vicinal/infra/testing/free-port.ts';
import { systemRandom } from '@vicinal/shared/clock.ts';
import { ERROR_CODES } from '@vicinal/shared/app-error.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { randomId } from './random-ids.ts';
import { connectPeer, connectRaw } from './testing/signal-peer.ts';
import { call, createRoom, fetchTokens, PASSWORD, setUpOwner } from './testing/people.ts';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let metricsPort: number;
afterEach(() => server.close());

async function startMeasured(): Promise<void> {
  metricsPort = await freePort();
  server = await startTestServer({ METRICS_PORT: String(metricsPort) });
}
const scrape = async (): Promise<string> => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
const seriesOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
/** Value of the one series that begins so. */
const valueOf = (text: string, series: string): number => {
  const lines = seriesOf(text).filter((line) => line.startsWith(`${series} `));
  expect({ series, lines }).toEqual({ series, lines: [expect.any(String)] });
  return Number(lines[0]?.split(' ').at(-1));
};

describe('metrics of signaling', () => {
  test('OPS-1 count sockets, peers, rooms, messages by type, refusals by code and answers by route', async () => {
    await startMeasured();
    const owner = await setUpOwner(server);
    const room = await createRoom(server, owner, owner.workspace);
    const tokens = await fetchTokens(server, owner, [room]);
    const access = tokens.rooms[room];
    if (access?.ok !== true) throw new TypeError('the owner has access');
    const peer = await connectPeer(server, owner.device, tokens.peerToken);
    peer.send({ type: 'join', room, ticket: access.ticket });
    await peer.next('roster');
    const stranger = await connectRaw(server, owner.device);
    const { status } = await call(server, 'GET', '/api/me', { token: 'not.a.token' });
    expect(status).toBe(401);
    const text = await scrape();
    expect(valueOf(text, 'vicinal_signal_sockets')).toBe(2);
    expect(valueOf(text, 'vicinal_signal_peers')).toBe(1);
    expect(valueOf(text, 'vicinal_signal_rooms')).toBe(1);
    expect(valueOf(text, 'vicinal_signal_archivers')).toBe(0);
    expect(valueOf(text, 'vicinal_signal_messages_total{direction="up",type="hello"}')).toBe(1);
    expect(valueOf(text, 'vicinal_signal_messages_total{direction="up",type="join"}')).toBe(1);
    expect(valueOf(text, 'vicinal_signal_messages_total{direction="down",type="challenge"}')).toBe(2);
    expect(valueOf(text, 'vicinal_http_refused_total{code="unauthenticated"}')).toBe(1);
    expect(
      valueOf(text, 'vicinal_http_request_duration_seconds_count{method="GET",route="/api/me",status="4xx"}'),
    ).toBe(1);
    expect(valueOf(text, 'nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
    stranger.send({ type: 'ping' });
    expect(await stranger.closed).toBe(4401);
    expect(valueOf(await scrape(), 'vicinal_signal_refused_total{code="unauthenticated"}')).toBe(1);
    peer.close();
  });

  test('OPS-2 labels hold no ids, names or secrets, and hostile callers add a bounded number of series', async () => {
    await startMeasured();
    const owner = await setUpOwner(server);
    const room = await createRoom(server, owner, owner.workspace);
    const ids: string[] = [room, owner.workspace, owner.token];
    const knock = async (): Promise<void> => {
      const id = randomId<string>(systemRandom);
      ids.push(id);
      await fetch(`${server.base}/api/rooms/${id}/members/${id}`, { method: 'PUT' });
      await fetch(`${server.base}/api/${id}?${id}=1`, { method: 'PROPFIND', headers: { 'x-id': id } });
      await fetch(`${server.base}/${id}/signal`, { method: 'DELETE' });
      await call(server, 'POST', '/api/auth/sign-in', { body: { email: `${id}@example.org`, password: id } });
      const peer = await connectRaw(server, owner.device);
      peer.sendRaw(JSON.stringify({ type: id, room: id }));
      await peer.closed;
      await expect(
        connectRaw(server, owner.device, `https://${id.toLowerCase().replaceAll(/\W|_/g, '')}.test`),
      ).rejects.toThrow();
    };
    await knock();
    const before = seriesOf(await scrape());
    for (let i = 0; i < 40; i++) await knock();
    const text = await scrape();
    const names = (lines: readonly string[]): readonly string[] => lines.map((line) => line.replace(/ \S+$/, ''));
    // the same requests again add none; what Node itself reports (GC kinds, resources) may come and go
    const added = names(seriesOf(text)).filter(
      (line) => !names(before).includes(line) && !/^(nodejs|process)_/.test(line),
    );
    expect(added).toEqual([]);
    for (const id of [...ids, PASSWORD, 'example.org', '127.0.0.1']) expect(text).not.toContain(id);
    expect(seriesOf(text).length).toBeLessThan(600);
    const codes = [...text.matchAll(/\bcode="([^"]*)"/g)].map((match) => match[1]);
    expect(codes.length).toBeGreaterThan(2);
    for (const code of codes) expect(ERROR_CODES).toContain(code);
    for (const route of [...text.matchAll(/\broute="([^"]*)"/g)].map((match) => match[1]))
      expect(route).toMatch(/^(none|\/api(\/[a-z-]+|\/:[a-z]+)+)$/);
  });

  test('OPS-3 stand on a port of their own, on loopback, and nowhere unless asked for', async () => {
    await startMeasured();
    expect((await fetch(`http://127.0.0.1:${metricsPort}/`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${metricsPort}/metrics`, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${server.base}/metrics`)).status).toBe(404);
    expect((await fetch(`${server.base}/api/metrics`)).status).toBe(404);
    expect(server.config.metricsHost).toBe('127.0.0.1');
    await server.close();
    await expect(scrape()).rejects.toThrow();
    server = await startTestServer();
    expect(server.config.metricsPort).toBeUndefined();
  });
});
