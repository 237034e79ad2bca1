/** The mesh of an account that no server knows: it links nobody, and nothing is lacking for that. */
import type { Random } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import { peerIdOf } from '@vicinal/shared/crypto/transcript.ts';
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Mesh } from '@vicinal/shared/mesh/types.ts';

const nothing = (): void => undefined;
const unsubscribe = (): (() => void) => nothing;

/** Opens no connection. `signaling` reads as open: there is no service that could be unreachable. */
export const createLocalMesh = (signer: DeviceSigner, random: Random): Mesh => ({
  peerId: peerIdOf(signer.publicKey, random.bytes(16)),
  signaling: { kind: 'open' },
  join: ({ room }) => ({
    room,
    peers: () => [],
    unreached: 0,
    isWithoutRelay: false,
    isCatchingUp: false,
    presence: { set: nothing, entries: () => [], on: unsubscribe },
    sendReceipt: nothing,
    access: { kind: 'pending' },
    on: unsubscribe,
    leave: () => Promise.resolve(),
  }),
  wake: nothing,
  on: unsubscribe,
  counters: () => ({}),
  connection: () => undefined,
  restartIce: () => Promise.reject(new AppError('network', 'a local account has no links')),
  close: () => Promise.resolve(),
});
