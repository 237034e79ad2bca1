import { startCoturn, whyNoCoturn, type Coturn } from '@vicinal/infra/testing/coturn.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTurnClient, type TurnProtocol } from 'werift-ice/lib/ice/src/turn/protocol.js';
import type { Message } from 'werift-ice/lib/ice-server/src/stun/message.js';
import { turnServer } from './turn-credentials.ts';

const problem = whyNoCoturn();
const SECRET = 'the secret of coturn and signaling';
const USER = 'AAAAAAAAAAAAAAAAAAAAAA' as UserId; // the form of one

let coturn: Coturn;
const clients: TurnProtocol[] = [];

beforeAll(async () => {
  if (problem === undefined) coturn = await startCoturn({ secret: SECRET });
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await coturn?.close();
});

/** An allocation under credentials made for `now`. */
async function allocate(now: number, secret = SECRET): Promise<TurnProtocol> {
  const urls = [`turn:127.0.0.1:${coturn.port}`];
  const { username = '', credential = '' } = turnServer({ urls, secret, ttlS: 1200 }, USER, now);

  const client = await createTurnClient(
    { address: ['127.0.0.1', coturn.port], username, password: credential },
    { transport: 'udp' },
  );
  clients.push(client);
  return client;
}

/** The number with which the server refused; 0 when it did not. */
const outcomeOf = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => 0,
    (error: unknown) => {
      if (!(error instanceof Error && 'response' in error)) throw error;
      return (error.response as Message).getAttributeValue('ERROR-CODE')[0]; // of the library's TransactionFailed
    },
  );

test('ICE-10 coturn as it is shipped takes the credentials that signaling makes, and no expired or forged ones', async ({
  skip,
}) => {
  if (problem !== undefined) skip(problem);
  const client = await allocate(Date.now());
  expect(client.relayedAddress[0]).toBe('127.0.0.1');
  // the refusal cannot be signed, so this client waits for one that is
  const refused = [allocate(Date.now() - 1_300_000), allocate(Date.now(), 'another secret of nobody')];
  expect((await Promise.allSettled(refused)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(coturn.log()).toContain('error 401: Unauthorized');
});

test('ICE-11 it relays to no private network, this machine and the cloud included, but to what is allowed by name', async ({
  skip,
}) => {
  if (problem !== undefined) skip(problem);
  const client = await allocate(Date.now());
  const refused = ['10.0.0.1', '172.16.5.4', '192.168.1.1', '169.254.169.254', '100.64.0.1', '127.0.0.2', '0.0.0.0'];
  for (const address of refused) {
    expect([address, await outcomeOf(client.getPermission([address, 80]))]).toEqual([address, 403]);
  }
  for (const address of ['127.0.0.1', '8.8.8.8'])
    expect([address, await outcomeOf(client.getPermission([address, 80]))]).toEqual([address, 0]);
});
