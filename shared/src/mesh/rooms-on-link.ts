/**
 * Rooms on one link (protocol.md 4): JOIN with a tag that only who knows the room can make, tickets only after both sent
 * the same tag, data only between JOIN and LEAVE of both. Losing a room never closes the link.
 *
 * Per room: JOIN both ways → TICKET both ways → ADMIT by whoever verified the other's ticket, with its HEADS right behind.
 * A room is *open* when each admitted the other. A refused ticket (REFUSE) may be followed by a better one at any time.
 */
import { AppError, isErrorCode, type ErrorCode } from '../app-error.ts';
import { hmacSha256, toHex, utf8, type Bytes } from '../bytes.ts';
import type { TicketClaims } from '../crypto/claims.ts';
import type { RoomId } from '../ids.ts';
import type { Message } from './frame.ts';
import type { LinkIdentity } from './handshake.ts';
import { MESSAGE, decodeJoin, decodeText, encodeJoin, encodeText } from './messages.ts';
import type { SecureLink } from './secure-link.ts';
import { admits, type OwnTicket } from './ticket-check.ts';
import type { ChannelName } from './transport.ts';
import type { MeshLimits, TokenVerifier } from './types.ts';

/** One room on one link. */
export interface RoomLink {
  readonly link: SecureLink;
  readonly identity: LinkIdentity;
  readonly room: RoomId;
  /** The other's ticket as last verified, and its claims. */
  readonly ticket: string;
  readonly claims: TicketClaims;
  /** Both admitted each other. */
  readonly isOpen: boolean;
  send(channel: ChannelName, type: number, payload: Bytes): void;
  /** Pulls messages as the link takes them, until `undefined`. */
  sendFrom(
    channel: 'envelopes' | 'bulk',
    source: () => { readonly type: number; readonly payload: Bytes } | undefined,
  ): void;
  /** Sends on the presence channel, replacing what waits under the same key. */
  sendLatest(key: string, type: number, payload: Bytes): void;
}

export interface RoomsOnLinkEvents {
  /** The other is admitted here and was sent the own ticket; whether it admits this end is not known yet. */
  admitted(roomLink: RoomLink): void;
  opened(roomLink: RoomLink): void;
  /** The other's ticket was renewed. */
  renewed(roomLink: RoomLink): void;
  /** Also of a room that was admitted here only. */
  closed(roomLink: RoomLink): void;
  /** Of a room whose other end is admitted here. */
  message(roomLink: RoomLink, channel: ChannelName, message: Message): void;
  /** The other refused the own ticket. */
  refused(room: RoomId, code: ErrorCode): void;
  /** The number of common rooms may have changed. */
  changed(): void;
  count(name: string): void;
}

export interface RoomsOnLinkOptions {
  readonly link: SecureLink;
  readonly identity: LinkIdentity;
  readonly limits: MeshLimits;
  readonly tokens: Pick<TokenVerifier, 'verifyTicket'>;
  readonly ownTicket: (room: RoomId) => OwnTicket | undefined;
  /** Whether the device was admitted to the room before, so that an expired ticket counts for the grace period. */
  readonly wasAdmitted: (identity: LinkIdentity, room: RoomId) => boolean;
  /** Least accessEpoch of the holder's tickets after revocations. */
  readonly leastEpoch: (room: RoomId, claims: TicketClaims) => number;
  readonly events: RoomsOnLinkEvents;
}

export interface RoomsOnLink {
  /** Sends JOIN once an own ticket exists; harmless when repeated. */
  join(room: RoomId): void;
  leave(room: RoomId): void;
  /** Sends the renewed own ticket. */
  renew(room: RoomId): void;
  /** Ends the other's admission at once. */
  refuse(room: RoomId, code: ErrorCode): void;
  receive(channel: ChannelName, message: Message): void | Promise<void>;
  /** Claims by which the other is admitted to a room. */
  claims(room: RoomId): TicketClaims | undefined;
  /** Verifies the tickets held again: time has passed, or keys arrived. */
  recheck(): Promise<void>;
  readonly openRooms: readonly RoomId[];
  /** Rooms both sides joined, open or not. */
  readonly commonRooms: number;
  close(): void;
}

interface State {
  readonly room: RoomId;
  readonly localStream: number;
  readonly tag: string;
  remoteStream: number | undefined;
  ticket: string;
  /** A ticket of which nothing can be said yet. */
  undecided: string | undefined;
  /** While the other is admitted here. */
  claims: TicketClaims | undefined;
  lastClaims: TicketClaims | undefined;
  isAdmitted: boolean;
  hasSentTicket: boolean;
  readonly roomLink: RoomLink;
  isOpen: boolean;
}

export function createRoomsOnLink(options: RoomsOnLinkOptions): RoomsOnLink {
  const { link, identity, limits, events } = options;
  const rooms = new Map<RoomId, State>();
  /** Streams the other end opened, with their tags: also of rooms not joined here, of which only the tag is known. */
  const remoteTags = new Map<number, string>();
  let nextStream = 1;

  const send = (state: State, type: number, payload: Bytes = new Uint8Array(0)): void =>
    link.send('control', type, state.localStream, payload);
  const byRemoteStream = (stream: number): State | undefined => {
    for (const state of rooms.values()) if (state.remoteStream === stream) return state;
    return undefined;
  };

  const updateOpen = (state: State): void => {
    const isOpen = state.claims !== undefined && state.isAdmitted;
    if (isOpen === state.isOpen) return;
    state.isOpen = isOpen;
    if (isOpen) events.opened(state.roomLink);
    else events.closed(state.roomLink);
  };
  const sendTicket = (state: State): void => {
    const own = options.ownTicket(state.room);
    if (!own || state.remoteStream === undefined) return;
    state.hasSentTicket = true;
    send(state, MESSAGE.ticket, encodeText(own.ticket));
  };
  const match = (state: State): void => {
    if (state.remoteStream !== undefined) return;
    for (const [stream, tag] of remoteTags) {
      if (tag !== state.tag || byRemoteStream(stream)) continue;
      state.remoteStream = stream;
      sendTicket(state);
      events.changed();
      return;
    }
  };
  const dismiss = (state: State): void => {
    const wasAdmitted = state.claims !== undefined;
    state.claims = undefined;
    if (state.isOpen) updateOpen(state);
    else if (wasAdmitted) events.closed(state.roomLink);
  };
  const refuse = (state: State, code: ErrorCode): void => {
    events.count(`ticket-refused-${code}`);
    send(state, MESSAGE.refuse, encodeText(code));
    dismiss(state);
  };

  const verify = async (state: State, ticket: string): Promise<void> => {
    const graceAllowed = state.claims !== undefined || options.wasAdmitted(identity, state.room);
    const verified = await options.tokens.verifyTicket(ticket, { graceAllowed });
    if (rooms.get(state.room) !== state || state.remoteStream === undefined) return;
    state.undecided = undefined;
    if (!verified.ok && verified.error.code === 'not-ready') {
      // The issuer's key cannot be had now: `recheck` asks again.
      state.undecided = ticket;
      return events.count('ticket-undecided');
    }
    if (!verified.ok) return refuse(state, verified.error.code);
    const own = options.ownTicket(state.room);
    const code = own
      ? admits(verified.value, {
          room: state.room,
          identity,
          own,
          leastEpoch: options.leastEpoch(state.room, verified.value),
        })
      : 'not-ready';
    if (code !== undefined) return refuse(state, code);
    const isFirst = state.claims === undefined;
    const isNew = state.ticket !== ticket;
    state.ticket = ticket;
    state.claims = state.lastClaims = verified.value;
    if (isFirst) {
      send(state, MESSAGE.admit);
      if (state.hasSentTicket && !state.isAdmitted) events.admitted(state.roomLink);
    }
    updateOpen(state);
    if (!isFirst && isNew && state.isOpen) events.renewed(state.roomLink);
  };

  const receiveJoin = (message: Message): void => {
    const tag = decodeJoin(message.payload);
    if (
      !tag.ok ||
      message.stream === 0 ||
      remoteTags.has(message.stream) ||
      remoteTags.size >= limits.maxRoomsPerLink
    ) {
      return events.count('join-refused');
    }
    const hex = toHex(tag.value);
    remoteTags.set(message.stream, hex);
    for (const state of rooms.values()) if (state.tag === hex) match(state);
  };

  const receiveLeave = (stream: number): void => {
    remoteTags.delete(stream);
    const state = byRemoteStream(stream);
    if (!state) return;
    state.remoteStream = undefined;
    state.isAdmitted = false;
    state.hasSentTicket = false;
    dismiss(state);
    events.changed();
  };

  const receiveControl = (state: State, message: Message): void | Promise<void> => {
    switch (message.type) {
      case MESSAGE.ticket: {
        const ticket = decodeText(message.payload);
        return ticket.ok ? verify(state, ticket.value) : refuse(state, 'bad-request');
      }
      case MESSAGE.admit:
        state.isAdmitted = state.hasSentTicket;
        return updateOpen(state);
      case MESSAGE.refuse: {
        const code = decodeText(message.payload);
        state.isAdmitted = false;
        if (state.isOpen) updateOpen(state);
        else if (state.claims) events.closed(state.roomLink);
        return events.refused(state.room, code.ok && isErrorCode(code.value) ? code.value : 'forbidden');
      }
      default:
        return state.claims
          ? events.message(state.roomLink, 'control', message)
          : events.count('data-before-admission');
    }
  };

  const createState = (room: RoomId): State => {
    const localStream = nextStream++;
    const tag = hmacSha256(identity.transcript, utf8('join'), utf8(room));
    const state: State = {
      room,
      localStream,
      tag: toHex(tag),
      remoteStream: undefined,
      ticket: '',
      undecided: undefined,
      claims: undefined,
      lastClaims: undefined,
      isAdmitted: false,
      hasSentTicket: false,
      isOpen: false,
      roomLink: {
        link,
        identity,
        room,
        get ticket() {
          return state.ticket;
        },
        get claims() {
          if (!state.lastClaims) throw new AppError('internal', 'room link used before admission');
          return state.lastClaims;
        },
        get isOpen() {
          return state.isOpen;
        },
        send: (channel, type, payload) => link.send(channel, type, localStream, payload),
        sendFrom: (channel, source) =>
          link.queue.sendFrom(channel, () => {
            const next = source();
            return next && { ...next, stream: localStream, isIgnorable: false };
          }),
        sendLatest: (key, type, payload) =>
          link.queue.sendLatest(`${localStream}:${key}`, { type, stream: localStream, isIgnorable: false, payload }),
      },
    };
    send(state, MESSAGE.join, encodeJoin(tag));
    return state;
  };

  return {
    join: (room) => {
      if (rooms.has(room) || rooms.size >= limits.maxRoomsPerLink || !options.ownTicket(room)) return;
      const state = createState(room);
      rooms.set(room, state);
      match(state);
    },
    leave: (room) => {
      const state = rooms.get(room);
      if (!state) return;
      send(state, MESSAGE.leave);
      dismiss(state);
      rooms.delete(room);
      events.changed();
    },
    renew: (room) => {
      const state = rooms.get(room);
      if (state) sendTicket(state);
    },
    refuse: (room, code) => {
      const state = rooms.get(room);
      if (state?.claims) refuse(state, code);
    },
    receive: (channel, message) => {
      if (channel === 'control' && message.type === MESSAGE.join) return receiveJoin(message);
      if (channel === 'control' && message.type === MESSAGE.leave) return receiveLeave(message.stream);
      const state = byRemoteStream(message.stream);
      if (!state) return events.count('message-without-room');
      if (channel === 'control') return receiveControl(state, message);
      if (!state.claims) return events.count('data-before-admission');
      return events.message(state.roomLink, channel, message);
    },
    claims: (room) => rooms.get(room)?.claims,
    recheck: async () => {
      for (const state of [...rooms.values()]) {
        const ticket = state.undecided ?? (state.claims && state.ticket);
        if (ticket !== undefined) await verify(state, ticket);
      }
    },
    get openRooms() {
      return [...rooms.values()].filter((state) => state.isOpen).map((state) => state.room);
    },
    get commonRooms() {
      return [...rooms.values()].filter((state) => state.remoteStream !== undefined).length;
    },
    close: () => {
      for (const state of [...rooms.values()]) dismiss(state);
      rooms.clear();
      remoteTags.clear();
    },
  };
}
