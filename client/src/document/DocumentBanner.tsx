import { Match, Show, Switch, type JSX } from 'solid-js';
import CircleAlert from 'lucide-solid/icons/circle-alert';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { RoomSession, SyncStatus } from '../room/types.ts';
import { Button } from '../ui/Button.tsx';
import { exportCopy } from './export-copy.ts';
import './sync.css';

/** What went wrong with the whole document, and the way out. */
export function DocumentBanner(props: { session: RoomSession; status: SyncStatus }): JSX.Element {
  const reason = (): SyncStatus['reason'] =>
    props.status.state === 'error' ? (props.status.reason ?? 'not-saved') : undefined;
  return (
    <Show when={reason()}>
      <div class="banner" role="alert">
        <CircleAlert class="icon" aria-hidden="true" />
        <p class="banner-text">
          <Switch>
            <Match when={reason() === 'not-saved'}>
              <strong>{t('document.banner.notSaved')}</strong> {t('document.banner.notSaved.text')}
            </Match>
            <Match when={reason() === 'update-needed'}>
              <strong>{t('document.banner.updateNeeded')}</strong> {t('document.banner.updateNeeded.text')}
            </Match>
            <Match when={reason() === 'access-removed'}>
              <strong>{t('document.banner.accessRemoved')}</strong> {t('document.banner.accessRemoved.text')}
            </Match>
            <Match when={reason() === 'no-webrtc'}>
              <strong>{t('sync.noWebRtc')}.</strong> {t('sync.noWebRtc.text')}
            </Match>
            <Match when={reason() === 'local-network-denied'}>
              <strong>{t('sync.localNetworkDenied')}.</strong> {t('sync.localNetworkDenied.text')}
            </Match>
          </Switch>
        </p>
        <div class="banner-actions">
          <Show
            when={reason() === 'update-needed' || reason() === 'local-network-denied'}
            fallback={<Button onClick={() => void exportCopy(props.session)}>{t('document.export')}</Button>}
          >
            <Button onClick={() => location.reload()}>{t('app.reload')}</Button>
          </Show>
          <Show when={reason() === 'not-saved'}>
            <a class="button button-secondary" href={paths.settings('storage')}>
              {t('sync.freeSpace')}
            </a>
          </Show>
        </div>
      </div>
    </Show>
  );
}
