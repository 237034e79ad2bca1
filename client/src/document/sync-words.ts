/** What the sync status says to a person. Only what acknowledgements prove; never the bare word "synced". */
import { t } from '../i18n/messages.ts';
import type { SyncStatus } from '../room/types.ts';

export type SyncTone = 'ok' | 'neutral' | 'busy' | 'warn' | 'error';

export interface SyncWords {
  readonly text: string;
  readonly tone: SyncTone;
}

/** Words of the pill lag this much behind the state, so that they do not flicker while somebody types. */
export const WORDS_DELAY_MS = 800;
/** From then on "this device only" is a warning. */
export const LOCAL_ONLY_WARN_MS = 24 * 60 * 60 * 1000;

/** `now` in ms since the epoch. */
export function syncWords(status: SyncStatus, now: number): SyncWords {
  switch (status.state) {
    case 'error':
      return { text: errorWords(status), tone: 'error' };
    case 'offline':
      return { text: t('sync.offline'), tone: 'warn' };
    case 'syncing':
      return { text: syncingWords(status), tone: 'busy' };
    case 'archived':
      return { text: t('sync.archived'), tone: 'ok' };
    case 'signaling-down':
      return {
        text:
          status.linkedPeers > 0
            ? t('sync.signalingDown', { count: status.linkedPeers })
            : t('sync.signalingDown.archive'),
        tone: 'warn',
      };
    case 'replicated':
      return { text: t('sync.replicated', { count: status.devicesWithAll }), tone: 'neutral' };
    case 'local':
      return { text: t('sync.local'), tone: isLocalTooLong(status, now) ? 'warn' : 'neutral' };
  }
}

const ERROR_WORDS = {
  'not-saved': 'sync.notSaved',
  'update-needed': 'sync.updateNeeded',
  'access-removed': 'sync.accessRemoved',
  'no-webrtc': 'sync.noWebRtc',
  'local-network-denied': 'sync.localNetworkDenied',
} as const;

const errorWords = (status: SyncStatus): string => t(ERROR_WORDS[status.reason ?? 'not-saved']);

const syncingWords = (status: SyncStatus): string =>
  status.isCatchingUp || status.pendingChanges === 0
    ? t('sync.catchingUp')
    : t('sync.syncing', { count: status.pendingChanges });

const isLocalTooLong = (status: SyncStatus, now: number): boolean =>
  status.localOnlySince !== undefined && now - status.localOnlySince >= LOCAL_ONLY_WARN_MS;
