/** Who wrote an entry: read from the grant of the session that wrote it, never from the entry or its key. */
import { fromBase64Url, fromUtf8 } from '@vicinal/shared/bytes.ts';
import { grantClaimsSchema } from '@vicinal/shared/crypto/claims.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import type { RoomRole } from '@vicinal/shared/roles.ts';
import type { RoomSession } from '../room/types.ts';

export interface Author {
  readonly user: UserId;
  /** As the grant has it; '' for this person before the server knew the room. */
  readonly name: string;
  /** When they wrote. */
  readonly role: RoomRole;
}

export type AuthorOf = (clientId: number) => Author | undefined;

/** Authors of one open document's `jobs`. The grants were verified before anything of their sessions was applied. */
export function createAuthors(session: RoomSession): AuthorOf {
  const known = new Map<string, Author | undefined>();
  const self = (): Author | undefined => {
    const role = session.state.kind === 'ready' ? session.state.role : undefined;
    return session.self === undefined || role === undefined ? undefined : { user: session.self, name: '', role };
  };
  return (clientId) => {
    const grant = session.grantOf('jobs', clientId);
    if (grant === undefined) return clientId === session.jobs.clientID ? self() : undefined;
    if (grant === '') return self();
    if (!known.has(grant)) known.set(grant, authorIn(grant));
    return known.get(grant);
  };
}

/** Reads the claims of a compact JWS without verifying it. */
function authorIn(grant: string): Author | undefined {
  const payload = fromBase64Url(grant.split('.')[1] ?? '');
  if (payload === undefined) return undefined;
  try {
    const claims = grantClaimsSchema.safeParse(JSON.parse(fromUtf8(payload)));
    return claims.success ? { user: claims.data.sub, name: claims.data.name, role: claims.data.role } : undefined;
  } catch {
    return undefined; // no JSON: nothing that was verified looks like this
  }
}
