import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';

const hex = (byte: string): string => Array.from({ length: 32 }, () => byte).join(':');
const line = (byte: string, hash = 'sha-256'): string => `a=fingerprint:${hash} ${hex(byte)}\r\n`;

describe('the fingerprint of a description', () => {
  it('MESH-6 is its one sha-256 line', () => {
    expect(fingerprintOf(`v=0\r\n${line('AB')}m=application\r\n`)).toEqual(new Uint8Array(32).fill(0xab));
  });
  it.each([
    ['none', 'v=0\r\n'],
    ['two that differ', line('AB') + line('CD')],
    ['two that are equal', line('AB') + line('AB')],
    ['another hash', line('AB', 'sha-1')],
    ['a second one of another hash', line('AB') + line('CD', 'sha-512')],
    ['a second one in odd case', `${line('AB')}A=Fingerprint:sha-256 ${hex('CD')}\r\n`],
    ['a second one behind a space', `${line('AB')} a=fingerprint:sha-256 ${hex('CD')}\r\n`],
    ['too few bytes', 'a=fingerprint:sha-256 AB:CD\r\n'],
  ])('MESH-6 does not exist with %s', (_case, sdp) => {
    expect(fingerprintOf(sdp)).toBeUndefined();
  });
});
