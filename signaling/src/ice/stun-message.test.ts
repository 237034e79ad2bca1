import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Message, parseMessage } from 'werift-ice/lib/ice-server/src/stun/message.js';
import { answerBinding, subscriberOf } from './stun-message.ts';

const SOURCE = { address: '203.0.113.7', port: 54_321 };
const HEADER_BYTES = 20;
/** Of IP and UDP, which an attacker pays for too. */
const PACKET_BYTES = { ipv4: 28, ipv6: 48 } as const;

const binding = (change: (request: Message) => void = () => undefined): Buffer => {
  const request = new Message(0x0001, 0x0000, Buffer.from('0123456789ab'));
  change(request);
  return request.bytes;
};
/** A header of the given fields before `body`. */
const framed = (type: number, body: Uint8Array, length = body.length, cookie = 0x2112a442): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES, 7);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(length, 2);
  header.writeUInt32BE(cookie, 4);
  return Buffer.concat([header, body]);
};
const attribute = (type: number, value: Uint8Array): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
};

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8::7', '2001:db8::7'],
  ['fe80::1%eth0', 'fe80::1'],
])('ICE-1 a binding request from %s is answered with the address it came from', (address, expected) => {
  const answer = parseMessage(Buffer.from(answerBinding(binding(), { address, port: 54_321 }) ?? []));
  expect(answer?.messageMethod).toBe(0x0001);
  expect(answer?.messageClass).toBe(0x0100);
  expect(answer?.transactionId.toString()).toBe('0123456789ab');
  expect(answer?.getAttributes()).toEqual([['XOR-MAPPED-ADDRESS', [expected, 54_321]]]);
});

test('ICE-1 the answer is the one of RFC 5769, 2.2, without its optional attributes', () => {
  const request = Buffer.concat([
    Buffer.from('000100002112a442', 'hex'),
    Buffer.from('b7e7a701bc34d686fa87dfae', 'hex'),
  ]);
  const answer = answerBinding(request, { address: '192.0.2.1', port: 32_853 });
  expect(Buffer.from(answer ?? []).toString('hex')).toBe(
    '0101000c2112a442b7e7a701bc34d686fa87dfae002000080001a147e112a643',
  );
});

test('ICE-1 requests with the attributes that peers send are answered', () => {
  const usual = binding((request) => {
    request.setAttribute('SOFTWARE', 'a peer');
    request.addFingerprint();
  });
  expect(answerBinding(usual, SOURCE)).toBeDefined();
  expect(answerBinding(framed(1, attribute(0xff00, Buffer.from([1]))), SOURCE)).toBeDefined();
});

test('ICE-2 everything but a well-formed binding request is met with silence', () => {
  const wrongFingerprint = binding((request) => request.addFingerprint());
  wrongFingerprint[wrongFingerprint.length - 1] = (wrongFingerprint.at(-1) ?? 0) ^ 1;
  const refused = {
    empty: Buffer.alloc(0),
    'shorter than a header': binding().subarray(0, 19),
    'length beyond the end': framed(1, Buffer.alloc(0), 4),
    'bytes behind the end': Buffer.concat([binding(), Buffer.alloc(4)]),
    'no whole words': framed(1, Buffer.alloc(3)),
    'no cookie, as in RFC 3489': framed(1, Buffer.alloc(0), 0, 0x2112a443),
    indication: framed(0x0011, Buffer.alloc(0)),
    'an answer, which would make two servers talk for ever': Buffer.from(answerBinding(binding(), SOURCE) ?? []),
    'an error': framed(0x0111, Buffer.alloc(0)),
    'TURN allocate': framed(0x0003, Buffer.alloc(0)),
    'an attribute longer than the message': framed(1, Buffer.from('80220040', 'hex')),
    'an unknown attribute that has to be understood': framed(1, attribute(0x7abc, Buffer.alloc(4))),
    'a wrong fingerprint': wrongFingerprint,
    'a request larger than any path': framed(1, attribute(0x8022, Buffer.alloc(600))),
  };
  for (const [name, datagram] of Object.entries(refused))
    expect([name, answerBinding(datagram, SOURCE)]).toEqual([name, undefined]);
});

test('ICE-2 no datagram throws, and none is answered with more than 1.4 times the bytes of its packet', () => {
  const attributes = fc
    .array(
      fc.tuple(
        fc.constantFrom(1, 3, 6, 8, 9, 0x14, 0x20, 0x24, 0x8022, 0x8028, 0x802a, 0xff00),
        fc.uint8Array({ maxLength: 40 }),
      ),
    )
    .map((parts) => Buffer.concat(parts.map(([type, value]) => attribute(type, value))));
  const datagrams = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    attributes.map((body) => framed(1, body)),
    fc.tuple(attributes, fc.nat(600), fc.nat(255)).map(([body, at, value]) => {
      const whole = framed(1, body);
      whole[at % whole.length] = value;
      return whole;
    }),
  );
  let answered = 0;
  fc.assert(
    fc.property(datagrams, fc.constantFrom('203.0.113.7', '2001:db8::7'), (datagram, address) => {
      const answer = answerBinding(datagram, { address, port: 9 });
      if (answer === undefined) return;
      answered += 1;
      const around = address.includes(':') ? PACKET_BYTES.ipv6 : PACKET_BYTES.ipv4;
      expect((answer.length + around) / (datagram.length + around)).toBeLessThan(1.4);
    }),
    { numRuns: 20_000 },
  );
  expect(answered).toBeGreaterThan(100);
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('ICE-3 %s is counted as %s', (address, subscriber) => expect(subscriberOf(address)).toBe(subscriber));
