/**
 * Whose heads are compared first: a newcomer with twenty links would otherwise receive the same catch-up twenty times. One
 * peer begins; the others follow when it has sent everything, and find little left to send.
 */
import type { Clock } from '../clock.ts';
import type { DocKind } from '../roles.ts';
import type { RoomPeerState } from './room-peer.ts';
import type { MeshLimits } from './types.ts';

export interface Turns {
  /** Runs `start` now, or when the peer whose turn it is has ended. */
  take(doc: DocKind, peer: RoomPeerState, start: () => void): void;
  /** Something came from a peer: its turn goes on. */
  progressed(doc: DocKind, peer: RoomPeerState): void;
  ended(doc: DocKind, peer: RoomPeerState): void;
  close(): void;
}

interface Turn {
  readonly peer: RoomPeerState;
  readonly waiting: (() => void)[];
  hasProgressed: boolean;
  cancel: () => void;
}

export function createTurns(clock: Clock, limits: Pick<MeshLimits, 'catchUpTurnMs'>): Turns {
  const turns = new Map<DocKind, Turn>();

  const end = (doc: DocKind, turn: Turn): void => {
    if (turns.get(doc) !== turn) return;
    turns.delete(doc);
    turn.cancel();
    for (const start of turn.waiting) start();
  };
  const watch = (doc: DocKind, turn: Turn): void => {
    turn.cancel = clock.after(limits.catchUpTurnMs, () => {
      if (!turn.hasProgressed) return end(doc, turn);
      turn.hasProgressed = false;
      watch(doc, turn);
    });
  };
  return {
    take: (doc, peer, start) => {
      const current = turns.get(doc);
      if (current && current.peer !== peer) {
        current.waiting.push(start);
        return;
      }
      if (!current) {
        const turn: Turn = { peer, waiting: [], hasProgressed: false, cancel: () => undefined };
        turns.set(doc, turn);
        watch(doc, turn);
      }
      start();
    },
    progressed: (doc, peer) => {
      const turn = turns.get(doc);
      if (turn?.peer === peer) turn.hasProgressed = true;
    },
    ended: (doc, peer) => {
      const turn = turns.get(doc);
      if (turn?.peer === peer) end(doc, turn);
    },
    close: () => {
      for (const turn of turns.values()) turn.cancel();
      turns.clear();
    },
  };
}
