/** What links of both kinds have in common: when they end and how often they may be used. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { WorkspaceLink } from '@vicinal/shared/http/api.ts';
import type { LinkRow } from '../db/links.ts';

export interface LinkTerms {
  readonly expiresAt?: number | undefined;
  readonly maxUses?: number | undefined;
}

/** Year 9999: what both JavaScript dates and timestamptz hold. */
const MAX_TIME_MS = 253_402_300_799_000;

/** When the link ends: as asked for, but no later than `latest`. Null for never; `invalid-body` for the past. */
export function expiryOf({ expiresAt }: LinkTerms, now: Date, latest?: number): Date | null {
  if (expiresAt !== undefined && !(expiresAt > now.getTime() && expiresAt <= MAX_TIME_MS))
    throw new AppError('invalid-body', 'expiresAt');
  const ends = Math.min(expiresAt ?? Number.POSITIVE_INFINITY, latest ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(ends) ? new Date(Math.floor(ends)) : null;
}

export const describeTerms = (
  row: Pick<LinkRow, 'id' | 'createdAt' | 'expiresAt' | 'maxUses' | 'uses' | 'revokedAt'>,
): WorkspaceLink => ({
  id: row.id,
  createdAt: row.createdAt.getTime(),
  ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt.getTime() }),
  ...(row.maxUses === null ? {} : { maxUses: row.maxUses }),
  uses: row.uses,
  isRevoked: row.revokedAt !== null,
});
