/** Origins of Yjs transactions, so that observers can tell where a change came from. */
import type { PeerId } from '../ids.ts';

/** A valid entry, or a checkpoint, that arrived from a peer or from the local store. Never undone by an UndoManager. */
export class RemoteOrigin {
  /** Who handed it over; `undefined` when it was read from the local store. Not the author. */
  readonly from: PeerId | undefined;

  constructor(from?: PeerId) {
    this.from = from;
  }
}
