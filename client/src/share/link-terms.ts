/** What a link can be made to allow, and for how long. */
export const SHARED_ROLES = ['editor', 'viewer'] as const;
export type SharedRole = (typeof SHARED_ROLES)[number];

export const EXPIRIES = ['day', 'week', 'month', 'never'] as const;
export type Expiry = (typeof EXPIRIES)[number];

/** How many people a link lets in. */
export const USES = ['any', '1', '5', '20', '100'] as const;
export type Uses = (typeof USES)[number];

/** Whether a link lets nobody in any more: its time is over or its uses are. */
export const isSpent = (
  link: { readonly expiresAt?: number | undefined; readonly maxUses?: number | undefined; readonly uses: number },
  now: number,
): boolean =>
  (link.expiresAt !== undefined && link.expiresAt <= now) || (link.maxUses !== undefined && link.uses >= link.maxUses);

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS: Readonly<Record<Exclude<Expiry, 'never'>, number>> = { day: 1, week: 7, month: 30 };

/** ms since the epoch; undefined for links that last. */
export const expiresAt = (expiry: Expiry, now: number): number | undefined =>
  expiry === 'never' ? undefined : now + DAYS[expiry] * DAY_MS;

/** Whether a link of this page's origin leads nowhere on other machines. */
export function isLoopbackUrl(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}
