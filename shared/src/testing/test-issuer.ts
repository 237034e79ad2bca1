/**
 * Tokens for tests of peers: real claims in a real shape, signed by nobody — the verifier knows those it issued. Tokens are
 * bound to devices, rooms and times like real ones.
 */
import { AppError } from '../app-error.ts';
import type { Clock } from '../clock.ts';
import type { GrantClaims, PeerTokenClaims, TicketClaims } from '../crypto/claims.ts';
import { GRANT_TYP, PEER_TOKEN_TYP, TICKET_TYP } from '../crypto/claims.ts';
import type { DeviceId, RoomId, UserId, WorkspaceId } from '../ids.ts';
import type { Credentials, TokenVerifier } from '../mesh/types.ts';
import { err, ok, type Result } from '../result.ts';
import type { RoomRole } from '../roles.ts';

export interface TestMember {
  readonly sub: UserId;
  readonly device: DeviceId;
  readonly name: string;
}

export interface TestIssuer {
  readonly tokens: TokenVerifier;
  /** Credentials of a member; `role` is asked at every issue, `undefined` refuses. */
  credentials(member: TestMember, role: (room: RoomId) => RoomRole | undefined): Credentials;
  grant(member: TestMember, room: RoomId, role: RoomRole): { readonly grant: string; readonly claims: GrantClaims };
  ticket(member: TestMember, room: RoomId | '*', role: RoomRole, accessEpoch?: number): string;
  peerToken(member: TestMember): string;
  /** accessEpoch of tickets from now on. */
  setEpoch(room: RoomId, accessEpoch: number): void;
  /** Whether anything can be issued; verification goes on offline. */
  isReachable: boolean;
}

export interface TestIssuerOptions {
  readonly clock: Clock;
  readonly issuer: string;
  readonly workspace: WorkspaceId;
  readonly lifetimeSeconds: number;
  readonly graceSeconds: number;
}

interface Issued {
  readonly typ: string;
  readonly claims: PeerTokenClaims | TicketClaims | GrantClaims;
}

export function createTestIssuer(options: TestIssuerOptions): TestIssuer {
  const { clock, issuer } = options;
  const issued = new Map<string, Issued>();
  const epochs = new Map<RoomId, number>();
  const seconds = (): number => Math.floor(clock.now() / 1000);

  const issue = (typ: string, claims: Issued['claims']): string => {
    const token = `${typ}.${issued.size}`;
    issued.set(token, { typ, claims });
    return token;
  };
  const read = <T>(token: string, typ: string): Result<T, AppError> => {
    const found = issued.get(token);
    return found?.typ === typ ? ok(found.claims as T) : err(new AppError('unauthenticated', 'token')); // typ decides the shape
  };
  const bound = (member: TestMember): Omit<PeerTokenClaims, 'exp'> => ({
    iss: issuer,
    sub: member.sub,
    cnf: { jkt: member.device },
    iat: seconds(),
  });

  const kept = new Map<string, { ticket: string; grant: string; epoch: number; renewAt: number }>();

  const test: TestIssuer = {
    isReachable: true,
    setEpoch: (room, accessEpoch) => void epochs.set(room, accessEpoch),
    peerToken: (member) => issue(PEER_TOKEN_TYP, { ...bound(member), exp: seconds() + options.lifetimeSeconds }),
    ticket: (member, room, role, accessEpoch) =>
      issue(TICKET_TYP, {
        ...bound(member),
        exp: seconds() + options.lifetimeSeconds,
        ws: options.workspace,
        room,
        name: member.name,
        colour: 3,
        role,
        accessEpoch: accessEpoch ?? (room === '*' ? 0 : (epochs.get(room) ?? 0)),
        grace: options.graceSeconds,
      }),
    grant: (member, room, role) => {
      const claims: GrantClaims = {
        ...bound(member),
        ws: options.workspace,
        room,
        name: member.name,
        role,
        accessEpoch: epochs.get(room) ?? 0,
      };
      return { grant: issue(GRANT_TYP, claims), claims };
    },
    credentials: (member, role) => ({
      peerToken: () => Promise.resolve(test.isReachable ? ok(test.peerToken(member)) : err(new AppError('network'))),
      // as the real ones: kept for half their life, unless the caller knows of a later epoch
      room: (room, leastEpoch = 0) => {
        const known = kept.get(`${member.device} ${room}`);
        if (known && known.epoch >= leastEpoch && seconds() < known.renewAt) return Promise.resolve(ok(known));
        if (!test.isReachable) return Promise.resolve(err(new AppError('network')));
        const held = role(room);
        if (!held) return Promise.resolve(err(new AppError('forbidden')));
        const answer = {
          ticket: test.ticket(member, held === 'archiver' ? '*' : room, held),
          grant: test.grant(member, room, held).grant,
          epoch: epochs.get(room) ?? 0,
          renewAt: seconds() + options.lifetimeSeconds / 2,
        };
        kept.set(`${member.device} ${room}`, answer);
        return Promise.resolve(ok(answer));
      },
    }),
    tokens: {
      verifyPeerToken: (token) => {
        const claims = read<PeerTokenClaims>(token, PEER_TOKEN_TYP);
        if (claims.ok && claims.value.exp < seconds()) return Promise.resolve(err(new AppError('token-expired')));
        return Promise.resolve(claims);
      },
      verifyTicket: (ticket, { graceAllowed }) => {
        const claims = read<TicketClaims>(ticket, TICKET_TYP);
        const until = claims.ok ? claims.value.exp + (graceAllowed ? claims.value.grace : 0) : 0;
        if (claims.ok && until < seconds()) return Promise.resolve(err(new AppError('token-expired')));
        return Promise.resolve(claims);
      },
      verify: (grant) => Promise.resolve(read<GrantClaims>(grant, GRANT_TYP)),
    },
  };
  return test;
}
