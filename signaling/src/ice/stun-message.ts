/** STUN binding requests and their answers (RFC 8489); the codec is werift-ice's. */
import { isIPv4 } from 'node:net';
import { Message, parseMessage } from 'werift-ice/lib/ice-server/src/stun/message.js';

/** Where a datagram came from. */
export interface StunSource {
  readonly address: string;
  readonly port: number;
}

const HEADER_BYTES = 20;
/** RFC 8489, 6.1: what fits every path; clients' requests have 20 to about 100. */
const MAX_REQUEST_BYTES = 548;
const MAGIC_COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING = 0x0001;
const SUCCESS = 0x0100;

/**
 * The answer to a well-formed binding request: XOR-MAPPED-ADDRESS and nothing else, 32 bytes over IPv4 and 44 over IPv6.
 * `undefined`, which means silence, for everything else: indications, answers, other methods, requests of RFC 3489 without
 * the cookie, wrong lengths, a wrong FINGERPRINT, attributes that this server would have to understand and does not.
 */
export function answerBinding(datagram: Uint8Array, source: StunSource): Uint8Array | undefined {
  if (!isBindingRequest(datagram)) return undefined;
  try {
    const request = parseMessage(Buffer.from(datagram.buffer, datagram.byteOffset, datagram.byteLength));
    if (request === undefined || request.unknownAttributeTypes.some((type) => type < 0x8000)) return undefined;
    const answer = new Message(BINDING, SUCCESS, request.transactionId);
    // a link-local address carries the interface of this machine behind a %
    const address = source.address.split('%', 1)[0] ?? '';
    answer.setAttribute('XOR-MAPPED-ADDRESS', [address, source.port]);
    return answer.bytes;
  } catch {
    return undefined; // the library does not like it
  }
}

/** Checked before a library sees anything. */
function isBindingRequest(datagram: Uint8Array): boolean {
  if (datagram.byteLength < HEADER_BYTES || datagram.byteLength > MAX_REQUEST_BYTES) return false;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const length = view.getUint16(2);
  return (
    view.getUint16(0) === BINDING_REQUEST &&
    view.getUint32(4) === MAGIC_COOKIE &&
    length % 4 === 0 &&
    length === datagram.byteLength - HEADER_BYTES
  );
}

/** What a limit by address counts: the address over IPv4, the /64 of one subscriber over IPv6. */
export function subscriberOf(address: string): string {
  if (isIPv4(address)) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}
