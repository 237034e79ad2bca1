/** Presence of a room that may not be joined yet: what is set early is published once it is. */
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { User } from '@vicinal/shared/http/api.ts';
import type { PresenceEntry, RoomPresence } from '@vicinal/shared/mesh/types.ts';
import type { RoomRecord } from '../storage/account-caches.ts';

export interface DeferredPresence extends RoomPresence {
  /** What this tab publishes now. */
  readonly own: Readonly<Record<string, unknown>> | undefined;
  attach(presence: RoomPresence): void;
  close(): void;
}

export function createDeferredPresence(): DeferredPresence {
  const events = new Emitter<{ change: [] }>();
  let target: RoomPresence | undefined;
  let unsubscribe: (() => void) | undefined;
  let own: Readonly<Record<string, unknown>> | undefined;
  return {
    get own() {
      return own;
    },
    set: (state) => {
      own = state;
      target?.set(state);
      events.emit('change');
    },
    entries: (): readonly PresenceEntry[] => target?.entries() ?? [],
    on: (event, listener) => events.on(event, listener),
    attach: (presence) => {
      target = presence;
      unsubscribe = presence.on('change', () => events.emit('change'));
      if (own !== undefined) presence.set(own);
      events.emit('change');
    },
    close: () => {
      unsubscribe?.();
      target?.set(undefined);
      target = undefined;
      events.clear();
    },
  };
}

/** One entry per peer, oneself included. */
export function peopleOf(
  entries: readonly PresenceEntry[],
  user: User | undefined,
  record: RoomRecord | undefined,
  self: PresenceEntry['peerId'],
  own: Readonly<Record<string, unknown>> | undefined,
): readonly PresenceEntry[] {
  const others = new Map(entries.filter((entry) => entry.peerId !== self).map((entry) => [entry.peerId, entry]));
  if (!user) return [...others.values()];
  const me = {
    peerId: self,
    userId: user.id,
    name: user.name,
    colour: user.colour,
    role: record?.role ?? 'viewer',
    state: own ?? {},
  };
  return [me, ...others.values()];
}
