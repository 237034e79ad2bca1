/** Ada and Grace in one document, each in a browser of their own; Grace's can be stopped, in whole or in part, and ended. */
import { startTestStack } from '@vicinal/infra/testing/stack.ts';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPerson, endJourney, poll, waitUntilEqual, type Person } from './harness.ts';

export interface Pair {
  readonly ada: Person;
  readonly grace: Person;
  /** To every process of Grace's browser, or to those whose command line says `kind`. */
  signal(signal: 'SIGSTOP' | 'SIGCONT', kind?: string): void;
  /** Waits until both are linked again and prints how long that took. */
  measureReturn(what: string, limitMs?: number): Promise<void>;
  /** Waits until nobody's avatar stands for Grace at Ada's and prints how long that took. */
  measureGone(what: string): Promise<void>;
  /** Grace is seen once by Ada, not twice and not never. */
  waitForGraceOnce(): Promise<void>;
  /** Both see the words, and the same document. */
  converge(text: string): Promise<void>;
  /** Grace's browser ends as if it crashed; until `restartGrace` there is none. */
  killGrace(): Promise<void>;
  restartGrace(): Promise<void>;
  close(): Promise<void>;
}

/** How soon links have to be back once the network is. */
const LIMIT_MS = 5_000;
/** Presence counts for 30 s and is looked through every second; the rest is for drawing. */
const GONE_MS = 32_000;

export async function startPair(): Promise<Pair> {
  const profile = mkdtempSync(join(tmpdir(), 'vicinal-pair-'));
  const stack = await startTestStack();
  const ada = await createPerson({ name: 'Ada' });
  let grace = await createPerson({ name: 'Grace', profile });
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.newDocument('Back again');
  await grace.joinAsGuest(await ada.createLink('editor'));
  await ada.type('Together. ');
  await grace.waitForText('Together.');
  await Promise.all([ada.waitForPeers(1), grace.waitForPeers(1)]);
  let address = grace.page.url();

  const signal: Pair['signal'] = (sent, kind = '') => {
    for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
        if (command.includes(profile) && command.includes(kind)) process.kill(Number(entry), sent);
      } catch {
        // ended between listing and reading
      }
    }
  };
  const waitForGrace = async (count: number, limitMs: number): Promise<void> => {
    const avatars = ada.page.locator('.people [data-initials="G"]');
    await poll(
      async () => (await avatars.count()) === count,
      limitMs,
      async () => `Ada sees Grace ${await avatars.count()} times, not ${count}`,
    );
  };
  return {
    ada,
    get grace() {
      return grace;
    },
    signal,
    measureReturn: async (what, limitMs = LIMIT_MS) => {
      const since = Date.now();
      await Promise.all([ada.waitForPeers(1, limitMs), grace.waitForPeers(1, limitMs)]);
      process.stdout.write(`${what}: links were back after ${Date.now() - since} ms\n`);
    },
    measureGone: async (what) => {
      const since = Date.now();
      await waitForGrace(0, GONE_MS);
      process.stdout.write(`${what}: gone after ${Date.now() - since} ms\n`);
    },
    waitForGraceOnce: () => waitForGrace(1, 10_000),
    converge: async (text) => {
      await Promise.all([ada.waitForText(text), grace.waitForText(text)]);
      await waitUntilEqual([ada, grace]);
    },
    killGrace: async () => {
      address = grace.page.url();
      await grace.kill();
    },
    restartGrace: async () => {
      grace = await createPerson({ name: 'Grace', profile });
      await grace.page.goto(address);
    },
    close: async () => {
      signal('SIGCONT');
      await endJourney(stack, [ada, grace]);
    },
  };
}
