/** A {@link World} without WebRTC, WebCrypto or waiting: memory network, simulated crypto, virtual clock, seeded randomness. */
import type { MeshOptions } from '../mesh/types.ts';
import { createMemoryNetwork, type MemoryNetwork, type MemoryNetworkOptions } from './memory-network.ts';
import { seededRandom } from './seeded-device.ts';
import { createWorld, type World, type WorldOptions } from './seeded-peers.ts';
import { createSimulatedCrypto, type SimulatedCrypto } from './simulated-crypto.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

export interface SimulatedWorld extends World {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly crypto: SimulatedCrypto;
  /** Lets virtual time pass, everything asynchronous included. */
  run(ms: number, stepMs?: number): Promise<void>;
  /** Runs until `condition` holds; throws after `limitMs` of virtual time. */
  until(condition: () => boolean, limitMs?: number): Promise<void>;
}

export interface SimulatedWorldOptions extends Partial<
  Pick<WorldOptions, 'lifetimeSeconds' | 'graceSeconds' | 'tamper'>
> {
  readonly seed: number | string;
  readonly network?: Partial<MemoryNetworkOptions>;
}

/** Every microtask that is due, and those they bring. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createSimulatedWorld(options: SimulatedWorldOptions): SimulatedWorld {
  const clock = createVirtualClock();
  const random = seededRandom(options.seed);
  const network = createMemoryNetwork({ clock, random, ...options.network });
  const simulated = createSimulatedCrypto();
  const world = createWorld({
    ...options,
    clock,
    random,
    verifySignature: simulated.verifySignature,
    device: simulated.device,
    transport: { webrtc: null },
  });
  const run = async (ms: number, stepMs = 5): Promise<void> => {
    await settle();
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.advance(stepMs);
      await settle();
    }
  };
  return {
    ...world,
    clock,
    network,
    crypto: simulated,
    peer: (name, role, overrides: Partial<MeshOptions> = {}) =>
      world.peer(name, role, { createTransport: network.endpoint(name), ...overrides }),
    run,
    until: async (condition, limitMs = 60_000) => {
      for (let passed = 0; passed < limitMs; passed += 50) {
        if (condition()) return;
        await run(50);
      }
      if (!condition()) throw new Error(`condition not reached in ${limitMs} ms`);
    },
    close: async () => {
      const closing = world.close();
      let isDone = false;
      void closing.then(() => {
        isDone = true;
      });
      for (let tries = 0; tries < 500 && !isDone; tries++) await run(20);
      await closing;
    },
  };
}
