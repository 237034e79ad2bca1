/** One line of the sync log, in words. */
import { t } from '../i18n/messages.ts';
import type { SyncLogEntry } from '../room/types.ts';

export function syncLogWords(entry: SyncLogEntry): string {
  switch (entry.kind) {
    case 'opened':
    case 'storage-failed':
    case 'access-changed':
    case 'archive-regressed':
      return t(`sync.log.${entry.kind}`);
    case 'state':
      return t(`sync.log.state.${entry.state ?? 'local'}`);
    case 'linked':
      return t('sync.log.linked', { name: entry.name ?? '', path: t(`sync.panel.path.${entry.path ?? 'unknown'}`) });
    case 'unlinked':
      return t('sync.log.unlinked', { name: entry.name ?? '' });
    case 'receipt':
      return t('sync.log.receipt', { durability: t(`sync.panel.durability.${entry.durability ?? 'archive-os'}`) });
  }
}
