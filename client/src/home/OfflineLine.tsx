import type { JSX } from 'solid-js';
import { t } from '../i18n/messages.ts';
import type { OfflineKeeping } from '../room/types.ts';
import { useWorkspaceActions } from './actions.ts';
import { useOfflineCount } from './offline-count.ts';

/** Below a list: how much of what is to be kept is on this device, and the way to the setting. */
export function OfflineLine(props: { offline: OfflineKeeping }): JSX.Element {
  const actions = useWorkspaceActions();
  // The parent makes a new component for every account.
  // eslint-disable-next-line solid/reactivity
  const count = useOfflineCount(props.offline);
  return (
    <p class="list-foot numeric">
      {t('offline.kept', count())}
      {' · '}
      <button type="button" class="link-button" onClick={() => actions.openOffline()}>
        {t('offline.change')}
      </button>
    </p>
  );
}
