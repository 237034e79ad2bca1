/** A mesh whose code arrives after what is on this device is shown: rooms open without it and join once it is there. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { PeerId, RoomId } from '@vicinal/shared/ids.ts';
import type { Mesh, RoomBinding, RoomHandle } from '@vicinal/shared/mesh/types.ts';
import { createDeferredPresence } from './room-presence.ts';

export interface DeferredMeshOptions {
  /** What the mesh will call itself. */
  readonly peerId: PeerId;
  /** Called when the first room is joined, and again on a wake-up after it failed. */
  readonly load: () => Promise<Mesh>;
  readonly onFailed: (error: unknown) => void;
}

export function createDeferredMesh({ peerId, load, onFailed }: DeferredMeshOptions): Mesh {
  const events = new Emitter<{ attend: [RoomId]; signaling: []; inbox: [] }>();
  const waiting = new Set<(mesh: Mesh) => void>();
  let mesh: Mesh | undefined;
  let loading: Promise<void> | undefined;
  let isClosed = false;

  const arrived = async (loaded: Mesh): Promise<void> => {
    if (isClosed) return loaded.close();
    mesh = loaded;
    loaded.on('attend', (room) => events.emit('attend', room));
    loaded.on('signaling', () => events.emit('signaling'));
    loaded.on('inbox', () => events.emit('inbox'));
    for (const join of waiting) join(loaded);
    waiting.clear();
    events.emit('signaling');
  };
  const start = (): void => {
    loading ??= load().then(arrived, (error: unknown) => {
      loading = undefined;
      onFailed(error);
    });
  };

  const joinLater = (binding: RoomBinding): RoomHandle => {
    const heard = new Emitter<{ peers: []; 'catching-up': []; access: [] }>();
    const presence = createDeferredPresence();
    let handle: RoomHandle | undefined;
    const join = (loaded: Mesh): void => {
      const joined = loaded.join(binding);
      handle = joined;
      presence.attach(joined.presence);
      for (const event of ['peers', 'catching-up', 'access'] as const) {
        joined.on(event, () => heard.emit(event));
        heard.emit(event);
      }
    };
    waiting.add(join);
    start();
    return {
      room: binding.room,
      peers: () => handle?.peers() ?? [],
      get isWithoutRelay() {
        return handle?.isWithoutRelay ?? false;
      },
      get unreached() {
        return handle?.unreached ?? 0;
      },
      get isCatchingUp() {
        return handle?.isCatchingUp ?? true;
      },
      presence,
      sendReceipt: (receipt, to) => handle?.sendReceipt(receipt, to),
      get access() {
        return handle?.access ?? { kind: 'pending' as const };
      },
      on: (event, listener) => heard.on(event, listener),
      leave: async () => {
        waiting.delete(join);
        presence.close();
        heard.clear();
        await handle?.leave();
      },
    };
  };

  // told apart by `event`, which the overloads of Mesh tie to the listener
  const on = ((event: 'attend' | 'signaling' | 'inbox', listener: (room: RoomId) => void) =>
    event === 'attend' ? events.on('attend', listener) : events.on(event, listener as () => void)) as Mesh['on'];

  return {
    peerId,
    get signaling() {
      return mesh?.signaling ?? { kind: 'connecting' as const };
    },
    join: (binding) => mesh?.join(binding) ?? joinLater(binding),
    wake: () => {
      if (mesh !== undefined) mesh.wake();
      else if (waiting.size > 0 && !isClosed) start();
    },
    on,
    counters: () => mesh?.counters() ?? {},
    connection: (peer) => mesh?.connection(peer),
    restartIce: (peer) => mesh?.restartIce(peer) ?? Promise.reject(new AppError('network', 'no links yet')),
    close: async () => {
      isClosed = true;
      waiting.clear();
      await mesh?.close();
      events.clear();
    },
  };
}
