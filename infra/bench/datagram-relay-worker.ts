/** A relay on a thread of its own, beside the peer whose datagrams it holds back: see `delayed-webrtc.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { createDatagramRelay } from './datagram-relay.ts';

export interface ToRelay {
  readonly id: number;
  readonly address: string;
  readonly port: number;
}
export interface FromRelay {
  readonly id: number;
  /** Absent when there is no way to that address. */
  readonly port: number | undefined;
}

const relay = createDatagramRelay(workerData as number); // one-way ms, from the thread that started this one
parentPort?.on('message', ({ id, address, port }: ToRelay) => {
  const answer = (leading: number | undefined): void =>
    parentPort?.postMessage({ id, port: leading } satisfies FromRelay);
  relay.lead(address, port).then(answer, () => answer(undefined));
});
