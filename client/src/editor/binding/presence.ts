/** Carets over a room's presence: publishes one's own, reads those of others. Peer state is untrusted throughout. */
import type { Clock } from '@vicinal/shared/clock.ts';
import { toHex } from '@vicinal/shared/bytes.ts';
import type { Random } from '@vicinal/shared/clock.ts';
import type { PresenceEntry, RoomPresence } from '@vicinal/shared/mesh/types.ts';
import type { RelativePosition } from 'yjs';
import { parsePlace, placeToJson } from './positions.ts';

/** Own caret goes out at most this often (10 Hz). */
export const PUBLISH_INTERVAL_MS = 100;
/** Carets beyond this many are not drawn. */
export const MAX_CARETS = 50;
const MAX_NAME_LENGTH = 40;
const HUES = 12;

export interface Caret {
  /** Names the session, not the person. */
  readonly peerId: string;
  readonly name: string;
  /** Index into the presence hues, 0–11. */
  readonly hue: number;
  readonly anchor: RelativePosition;
  readonly head: RelativePosition;
}

/** A selection of one's own, or `undefined` while the editor has no focus. */
export type OwnSelection = { readonly anchor: RelativePosition; readonly head: RelativePosition } | undefined;

export interface CaretPresence {
  /** Of everybody else who has the text focused. */
  carets(): readonly Caret[];
  /** `read` is asked when the moment to send has come, at most once per {@link PUBLISH_INTERVAL_MS}. */
  publish(read: () => OwnSelection): void;
  on(event: 'change', listener: () => void): () => void;
  /** Withdraws the own caret. */
  close(): void;
}

export function createCaretPresence(presence: RoomPresence, clock: Clock, random: Random): CaretPresence {
  // marks one's own entry, which presence lists among the others
  const own = toHex(random.bytes(8));
  let published: string | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  let pending: (() => OwnSelection) | undefined;
  let cancel: (() => void) | undefined;
  let isClosed = false;

  const send = () => {
    cancel = undefined;
    const selection = pending?.();
    pending = undefined;
    lastAt = clock.monotonic();
    const cursor = selection && { anchor: placeToJson(selection.anchor), head: placeToJson(selection.head) };
    const json = JSON.stringify(cursor ?? null);
    if (json === published) return;
    published = json;
    presence.set(cursor ? { editor: own, cursor } : { editor: own });
  };

  return {
    carets: () => {
      const carets: Caret[] = [];
      for (const entry of presence.entries()) {
        const caret = parseCaret(entry, own);
        if (caret && carets.length < MAX_CARETS) carets.push(caret);
      }
      return carets;
    },
    publish: (read) => {
      if (isClosed) return;
      pending = read;
      cancel ??= clock.after(Math.max(0, lastAt + PUBLISH_INTERVAL_MS - clock.monotonic()), send);
    },
    on: (_, listener) => presence.on('change', listener),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      cancel?.();
      if (published !== undefined) presence.set({ editor: own });
    },
  };
}

/** `undefined` for entries without a readable caret and for the entry marked `own`. Never throws. */
export function parseCaret(entry: PresenceEntry, own: string): Caret | undefined {
  try {
    const { editor, cursor } = entry.state;
    if (editor === own || typeof cursor !== 'object' || cursor === null) return undefined;
    const { anchor, head } = cursor as Record<string, unknown>; // both are parsed next
    const parsedAnchor = parsePlace(anchor);
    const parsedHead = parsePlace(head);
    if (!parsedAnchor || !parsedHead) return undefined;
    const hue = Number.isInteger(entry.colour) ? ((entry.colour % HUES) + HUES) % HUES : 0;
    const name = String(entry.name).slice(0, MAX_NAME_LENGTH);
    return { peerId: String(entry.peerId), name, hue, anchor: parsedAnchor, head: parsedHead };
  } catch {
    // whatever another device published, it is at worst not drawn
    return undefined;
  }
}
