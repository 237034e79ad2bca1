import { afterEach, expect, test } from 'vitest';
import { listenForMetrics, type MetricsListener } from './metrics-listener.ts';

const host = '127.0.0.1';
let listener: MetricsListener;
afterEach(() => listener.close());

async function listen(expose: () => Promise<string>): Promise<(path: string, method?: string) => Promise<Response>> {
  listener = await listenForMetrics({ contentType: 'text/plain; version=0.0.4', expose }, { host, port: 0 });
  return (path, method = 'GET') => fetch(`http://${host}:${listener.port}${path}`, { method });
}

test('answers GET /metrics, which nobody keeps, and nothing else', async () => {
  const ask = await listen(async () => 'vicinal_up 1\n');
  const answer = await ask('/metrics');
  expect([answer.status, await answer.text()]).toEqual([200, 'vicinal_up 1\n']);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  for (const [path, method] of [['/'], ['/metrics/'], ['/metrics?x'], ['/metrics', 'POST']] as const)
    expect([path, method, (await ask(path, method)).status]).toEqual([path, method, 404]);
});

test('says nothing of why it cannot tell', async () => {
  const ask = await listen(() => Promise.reject(new Error('secret')));
  const answer = await ask('/metrics');
  expect([answer.status, await answer.text()]).toEqual([500, '']);
});

test('rejects when the port is taken, and closes more than once', async () => {
  const ask = await listen(async () => '');
  const { port } = listener;
  await expect(
    listenForMetrics({ contentType: 'text/plain', expose: async () => '' }, { host, port }),
  ).rejects.toThrow();
  await Promise.all([listener.close(), listener.close()]);
  await expect(ask('/metrics')).rejects.toThrow();
});
