/** Who may read a room over HTTP: the holder of its ticket, verified offline, with the device key the ticket is bound to. */
import { AppError } from '@vicinal/shared/app-error.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import { verifyRequestProof } from '@vicinal/shared/crypto/request-proof.ts';
import type { TicketClaims } from '@vicinal/shared/crypto/claims.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { TokenVerifier } from '@vicinal/shared/mesh/types.ts';
import { may } from '@vicinal/shared/roles.ts';
import { createSeenProofs } from './seen-proofs.ts';

const WINDOW_MS = 60_000;
const MAX_COUNTED_DEVICES = 10_000;

export interface AccessOptions {
  readonly tokens: Pick<TokenVerifier, 'verifyTicket'>;
  readonly workspace: WorkspaceId;
  readonly requestsPerDevicePerMinute: number;
  /** ms of the server's clock. */
  readonly now: () => number;
}
export interface AccessRequest {
  readonly room: RoomId;
  readonly method: string;
  /** Path with query, as sent. */
  readonly path: string;
  /** `Ticket <compact JWS>`. */
  readonly authorization: string;
  readonly proof: string;
}

/** Resolves to the ticket's claims. Errors: 'unauthenticated', 'token-expired', 'bad-signature', 'forbidden', 'not-ready', 'rate-limited'. */
export function createAccess(options: AccessOptions): (request: AccessRequest) => Promise<TicketClaims> {
  const { now, workspace } = options;
  const seen = createSeenProofs();
  let counts = new Map<string, number>();
  let windowEndsAt = 0;
  const count = (device: string): void => {
    if (now() >= windowEndsAt || counts.size > MAX_COUNTED_DEVICES) {
      counts = new Map();
      windowEndsAt = now() + WINDOW_MS;
    }
    const next = (counts.get(device) ?? 0) + 1;
    counts.set(device, next);
    if (next > options.requestsPerDevicePerMinute) throw new AppError('rate-limited');
  };

  return async ({ room, method, path, authorization, proof }) => {
    const ticket = /^Ticket ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization)?.[1];
    if (ticket === undefined || proof === '') throw new AppError('unauthenticated');
    const verified = await options.tokens.verifyTicket(ticket, { graceAllowed: false });
    if (!verified.ok) throw verified.error;
    const claims = verified.value;
    const proven = await verifyRequestProof(
      proof,
      { method, path, ticket },
      { jkt: claims.cnf.jkt, now: now() },
      verifySignature,
    );
    if (!proven.ok) throw proven.error;
    count(claims.cnf.jkt);
    const covers =
      claims.ws === workspace && (claims.room === room || (claims.room === '*' && claims.role === 'archiver'));
    if (!covers || !may(claims.role, 'read')) throw new AppError('forbidden');
    if (!seen.add(proof, now())) throw new AppError('bad-signature', 'proof shown before');
    return claims;
  };
}
