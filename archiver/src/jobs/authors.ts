/** Who wrote something in a room's document: the session in the log and its verified grant, never what the content says. */
import type { UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { authorises } from '@vicinal/shared/log/sessions.ts';
import type { GrantVerifier, Replica } from '@vicinal/shared/log/types.ts';
import type { RoomRole } from '@vicinal/shared/roles.ts';

export interface Author {
  readonly userId: UserId;
  readonly role: RoomRole;
}

/** Resolves to `undefined` while the grant cannot be verified here; may succeed later. */
export type AuthorOf = (clientId: number) => Promise<Author | undefined>;

export function createAuthors(replica: Replica, grants: GrantVerifier, workspace: WorkspaceId): AuthorOf {
  const known = new Map<number, Author>();
  return async (clientId) => {
    const found = known.get(clientId);
    if (found !== undefined) return found;
    const header = replica.header(clientId);
    if (header === undefined || header.grant === '') return undefined;
    const claims = await grants.verify(header.grant);
    if (!claims.ok || authorises(claims.value, header, workspace).kind !== 'granted') return undefined;
    const author = { userId: claims.value.sub, role: claims.value.role };
    known.set(clientId, author);
    return author;
  };
}
