/**
 * Proof of possession for HTTP requests that carry a ticket (in the manner of RFC 9449): the device signs method, path,
 * time and the ticket's hash, so that a ticket shown to others opens nothing without its key. The body is not covered.
 */
import { AppError } from '../app-error.ts';
import { fromBase64Url, toBase64Url } from '../bytes.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import type { DeviceId } from '../ids.ts';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES, thumbprint } from './device-key.ts';
import type { DeviceSigner, VerifySignature } from './signer.ts';
import { requestProofMessage } from './transcript.ts';

export const REQUEST_PROOF_HEADER = 'X-Vicinal-Proof';
/** How far `at` may be from the verifier's clock. */
export const REQUEST_PROOF_MAX_SKEW_MS = 300_000;

export interface ProvenRequest {
  readonly method: string;
  /** Path with query, as sent. */
  readonly path: string;
  readonly ticket: string;
}

/** Value of the header: `<at>.<devicePub>.<sig>`, `at` in ms of the server's clock. */
export async function buildRequestProof(request: ProvenRequest, signer: DeviceSigner, at: number): Promise<string> {
  const whole = Math.trunc(at);
  const sig = await signer.sign(requestProofMessage(request.method, request.path, whole, request.ticket));
  return `${whole}.${toBase64Url(signer.publicKey)}.${toBase64Url(sig)}`;
}

/** `jkt` is the verified ticket's `cnf.jkt`, `now` in ms. Errors: 'bad-request' (shape), 'token-expired' (time), 'bad-signature'. */
export async function verifyRequestProof(
  header: string,
  request: ProvenRequest,
  expected: { readonly jkt: DeviceId; readonly now: number },
  verify: VerifySignature,
): Promise<Result<undefined, AppError>> {
  const parts = /^(\d{1,15})\.([\w-]{43})\.([\w-]{86})$/.exec(header);
  const at = Number(parts?.[1]);
  const devicePub = fromBase64Url(parts?.[2] ?? '');
  const sig = fromBase64Url(parts?.[3] ?? '');
  if (!parts || devicePub?.length !== PUBLIC_KEY_BYTES || sig?.length !== SIGNATURE_BYTES)
    return err(new AppError('bad-request', 'proof'));
  if (Math.abs(at - expected.now) > REQUEST_PROOF_MAX_SKEW_MS) return err(new AppError('token-expired', 'proof'));
  if (thumbprint(devicePub) !== expected.jkt) return err(new AppError('bad-signature', 'proof key'));
  const holds = await verify(devicePub, sig, requestProofMessage(request.method, request.path, at, request.ticket));
  return holds ? ok() : err(new AppError('bad-signature', 'proof'));
}
