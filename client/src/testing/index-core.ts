/** The part of an open index room that lists read: one document, and whether it may be written. */
import { Emitter } from '@vicinal/shared/emitter.ts';
import * as Y from 'yjs';
import type { RoomCore } from '../room/room-core.ts';

export interface IndexCore {
  readonly core: RoomCore;
  readonly doc: Y.Doc;
  /** Updates written so far. */
  readonly writes: number;
  setWritable(isWritable: boolean): void;
}

export function createIndexCore(isWritable = true): IndexCore {
  const doc = new Y.Doc();
  const events = new Emitter<{ state: []; status: [] }>();
  let mayWrite = isWritable;
  let writes = 0;
  doc.on('update', () => writes++);
  const core = {
    loaded: Promise.resolve(),
    state: { kind: 'ready', role: 'editor', canWrite: true },
    status: { state: 'archived' },
    replica: () => ({ ydoc: doc }),
    canWrite: () => mayWrite,
    on: (event: 'state' | 'status', listener: () => void) => events.on(event, listener),
  } as unknown as RoomCore; // lists read nothing else of a room
  return {
    core,
    doc,
    get writes() {
      return writes;
    },
    setWritable: (next) => {
      mayWrite = next;
      events.emit('state');
    },
  };
}
