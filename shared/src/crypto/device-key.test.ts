import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url, utf8 } from '../bytes.ts';
import type { UserId } from '../ids.ts';
import { seededDevice } from '../testing/seeded-device.ts';
import {
  exportPkcs8,
  generateDeviceKey,
  generateExtractableDeviceKey,
  importPkcs8,
  signerFromKeyPair,
  supportsDeviceKeys,
  thumbprint,
  verifySignature,
} from './device-key.ts';
import { buildRequestProof, verifyRequestProof, REQUEST_PROOF_MAX_SKEW_MS } from './request-proof.ts';
import {
  archiverAuthMessage,
  deviceRegistrationMessage,
  enrolMessage,
  peerIdOf,
  signalAuthMessage,
} from './transcript.ts';

describe('device key', () => {
  it('LOG-80: thumbprint is that of RFC 8037 appendix A.3', () => {
    const key = fromBase64Url('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo') ?? expect.unreachable();
    expect(thumbprint(key)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('LOG-81: signs and verifies; nothing malformed throws', async () => {
    expect(await supportsDeviceKeys()).toBe(true);
    const signer = await signerFromKeyPair(await generateDeviceKey());
    const message = utf8('message');
    const sig = await signer.sign(message);
    expect(await verifySignature(signer.publicKey, sig, message)).toBe(true);
    expect(await verifySignature(signer.publicKey, sig, utf8('massage'))).toBe(false);
    expect(await verifySignature((await seededDevice('other')).publicKey, sig, message)).toBe(false);
    for (const key of [new Uint8Array(), new Uint8Array(31), new Uint8Array(32).fill(255)])
      expect(await verifySignature(key, sig, message)).toBe(false);
    expect(await verifySignature(signer.publicKey, sig.subarray(1), message)).toBe(false);
  });

  it('LOG-82: the private half cannot be exported, but that of a key file survives it', async () => {
    await expect(exportPkcs8(await generateDeviceKey())).rejects.toThrow();
    const pair = await generateExtractableDeviceKey();
    const restored = await importPkcs8(await exportPkcs8(pair));
    expect((await signerFromKeyPair(restored)).deviceId).toBe((await signerFromKeyPair(pair)).deviceId);
    await expect(exportPkcs8(restored)).rejects.toThrow();
  });
});

describe('transcripts', () => {
  it('LOG-83: no message of one kind passes for one of another', () => {
    const nonce = new Uint8Array(32);
    const messages = [
      signalAuthMessage('o', nonce, 't'),
      deviceRegistrationMessage('o', 'u' as UserId, 1),
      enrolMessage('o', 'c'),
      archiverAuthMessage('o', 1),
    ]; // any text will do
    expect(new Set(messages.map((message) => toBase64Url(message).slice(0, 24))).size).toBe(messages.length);
    expect(new TextDecoder().decode(enrolMessage('https://a', 'code'))).toBe('vicinal/enrol/v1\0https://a\0code');
  });

  it('LOG-84: a peer id is 16 bytes of device key and tab nonce', async () => {
    const { publicKey } = await seededDevice('a');
    const id = peerIdOf(publicKey, new Uint8Array(16));
    expect(id).toHaveLength(22);
    expect(peerIdOf(publicKey, new Uint8Array(16).fill(1))).not.toBe(id);
  });
});

describe('request proof', () => {
  const request = { method: 'GET', path: '/archive/x?y=1', ticket: 'ticket' };
  const verifyFor = async (proof: string, changed: Partial<typeof request> = {}, now = 1000) => {
    const { deviceId } = await seededDevice('a');
    const outcome = await verifyRequestProof(
      proof,
      { ...request, ...changed },
      { jkt: deviceId, now },
      verifySignature,
    );
    return outcome.ok ? 'ok' : outcome.error.code;
  };

  it('LOG-85: holds for the request it was made for, by the device the ticket is bound to, within 5 min', async () => {
    const proof = await buildRequestProof(request, await seededDevice('a'), 1000);
    expect(await verifyFor(proof)).toBe('ok');
    expect(await verifyFor(proof, { method: 'DELETE' })).toBe('bad-signature');
    expect(await verifyFor(proof, { path: '/archive/z' })).toBe('bad-signature');
    expect(await verifyFor(proof, { ticket: 'other' })).toBe('bad-signature');
    expect(await verifyFor(proof, {}, 1001 + REQUEST_PROOF_MAX_SKEW_MS)).toBe('token-expired');
    expect(await verifyFor(await buildRequestProof(request, await seededDevice('thief'), 1000))).toBe('bad-signature');
    for (const junk of ['', '1.2.3', `${proof}x`, proof.slice(1, -1)]) expect(await verifyFor(junk)).not.toBe('ok');
  });
});
