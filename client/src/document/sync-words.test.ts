import { expect, test } from 'vitest';
import { SYNC_STATES, type SyncStatus } from '../room/types.ts';
import { LOCAL_ONLY_WARN_MS, syncWords } from './sync-words.ts';

const now = 1_800_000_000_000;
const status = (part: Partial<SyncStatus>): SyncStatus => ({
  state: 'local',
  pendingChanges: 0,
  isCatchingUp: false,
  devicesWithAll: 0,
  linkedPeers: 0,
  signaling: 'open',
  ...part,
});

test.each<[Partial<SyncStatus>, string, string]>([
  [{ state: 'archived' }, 'Up to date · in the archive', 'ok'],
  [{ state: 'replicated', devicesWithAll: 1 }, 'Up to date on 1 device · not archived', 'neutral'],
  [{ state: 'replicated', devicesWithAll: 3 }, 'Up to date on 3 devices · not archived', 'neutral'],
  [{ state: 'local' }, 'Saved on this device only', 'neutral'],
  [{ state: 'syncing', pendingChanges: 12 }, 'Syncing · 12 changes', 'busy'],
  [{ state: 'syncing', pendingChanges: 1 }, 'Syncing · 1 change', 'busy'],
  [{ state: 'syncing', isCatchingUp: true, pendingChanges: 2 }, 'Catching up…', 'busy'],
  [{ state: 'syncing', pendingChanges: 0 }, 'Catching up…', 'busy'],
  [{ state: 'offline' }, 'Offline · changes are kept on this device', 'warn'],
  [{ state: 'signaling-down', linkedPeers: 2 }, 'Connected to 2 devices · connection service unreachable', 'warn'],
  [{ state: 'signaling-down', linkedPeers: 1 }, 'Connected to 1 device · connection service unreachable', 'warn'],
  [{ state: 'signaling-down', linkedPeers: 0 }, 'Connected to the archive · connection service unreachable', 'warn'],
  [{ state: 'error', reason: 'not-saved' }, 'Not saved', 'error'],
  [{ state: 'error' }, 'Not saved', 'error'],
  [{ state: 'error', reason: 'update-needed' }, 'Update needed', 'error'],
  [{ state: 'error', reason: 'local-network-denied' }, 'Local network access is off', 'error'],
  [{ state: 'error', reason: 'access-removed' }, 'Access removed · your copy is read-only', 'error'],
])('%j reads "%s"', (part, text, tone) => {
  expect(syncWords(status(part), now)).toEqual({ text, tone });
});

test('what is on this device only for a day becomes a warning', () => {
  const since = now - LOCAL_ONLY_WARN_MS;
  expect(syncWords(status({ localOnlySince: since }), now).tone).toBe('warn');
  expect(syncWords(status({ localOnlySince: since + 1 }), now).tone).toBe('neutral');
});

test('no state says the bare word "synced"', () => {
  for (const state of SYNC_STATES) expect(syncWords(status({ state }), now).text).not.toMatch(/synced/i);
});
