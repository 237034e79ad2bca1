/** What one person decided about the assistant on this device. Storage may be switched off: then it lasts for the page. */
import type { UserId } from '@vicinal/shared/ids.ts';
import type { JobModel } from '@vicinal/shared/room/jobs.ts';

const OFF = 'vicinal.assistant.off';
const AGREED = 'vicinal.assistant.agreed';
const MAX_KEPT = 200;

/** For the page, where nothing can be stored. */
const held = new Map<string, ReadonlySet<string>>();

function read(key: string): ReadonlySet<string> {
  const known = held.get(key);
  if (known) return known;
  try {
    return new Set((localStorage.getItem(key) ?? '').split(' ').filter((entry) => entry !== ''));
  } catch {
    return new Set(); // switched off
  }
}

function write(key: string, entries: ReadonlySet<string>): void {
  const kept = [...entries].slice(-MAX_KEPT);
  try {
    localStorage.setItem(key, kept.join(' '));
    held.delete(key);
  } catch {
    held.set(key, new Set(kept));
  }
}

function change(key: string, entry: string, isIn: boolean): void {
  const entries = new Set(read(key));
  if (isIn) entries.add(entry);
  else entries.delete(entry);
  write(key, entries);
}

export const isOffForUser = (user: UserId | undefined): boolean => user !== undefined && read(OFF).has(user);
export const setOffForUser = (user: UserId, isOff: boolean): void => change(OFF, user, isOff);

/** A provider elsewhere under the same name is asked about again. */
const agreement = (user: UserId, { host, place }: JobModel): string =>
  `${user}/${place}/${encodeURIComponent(host ?? '')}`;

/** Whether this person agreed that text is sent to that host. */
export const hasAgreed = (user: UserId | undefined, provider: JobModel): boolean =>
  user !== undefined && read(AGREED).has(agreement(user, provider));
export const agree = (user: UserId, provider: JobModel): void => change(AGREED, agreement(user, provider), true);
