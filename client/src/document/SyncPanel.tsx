import type { RoomPeer } from '@vicinal/shared/mesh/types.ts';
import { createMemo, createResource, For, Show, type JSX } from 'solid-js';
import Archive from 'lucide-solid/icons/archive';
import Download from 'lucide-solid/icons/download';
import Laptop from 'lucide-solid/icons/laptop';
import RadioTower from 'lucide-solid/icons/radio-tower';
import Users from 'lucide-solid/icons/users';
import { useServices } from '../context/services.tsx';
import { formatBytes, formatClock } from '../i18n/format.ts';
import { t } from '../i18n/messages.ts';
import type { RoomSession, SyncStatus } from '../room/types.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Button } from '../ui/Button.tsx';
import { exportCopy } from './export-copy.ts';

export interface SyncPanelProps {
  session: RoomSession;
  status: SyncStatus;
  peers: readonly RoomPeer[];
  /** ms since the epoch. */
  now: number;
}

/** The details behind the sync pill. */
export function SyncPanel(props: SyncPanelProps): JSX.Element {
  const people = createMemo(() => props.peers.filter((peer) => !peer.isArchiver));
  const hasArchiver = createMemo(() => props.peers.some((peer) => peer.isArchiver));
  return (
    <>
      <ThisDevice session={props.session} status={props.status} now={props.now} />
      <section class="panel-part">
        <h3 class="panel-heading">
          <Users class="icon" aria-hidden="true" />
          {t('sync.panel.people')}
        </h3>
        <Show when={people().length > 0} fallback={<p class="panel-line">{t('sync.panel.people.none')}</p>}>
          <ul>
            <For each={people()}>{(peer) => <PeerRow peer={peer} />}</For>
          </ul>
        </Show>
      </section>
      <section class="panel-part">
        <h3 class="panel-heading">
          <Archive class="icon" aria-hidden="true" />
          {t('sync.panel.archive')}
          <span class="panel-value">
            {t(hasArchiver() ? 'sync.panel.archive.connected' : 'sync.panel.archive.away')}
          </span>
        </h3>
        <Show when={props.status.archive} fallback={<p class="panel-line">{t('sync.panel.archive.none')}</p>}>
          {(archive) => (
            <p class="panel-line numeric">
              {t('sync.panel.archive.receipt', { time: formatClock(archive().at, props.now) })} ·{' '}
              {t(`sync.panel.durability.${archive().durability}`)}
            </p>
          )}
        </Show>
      </section>
      <section class="panel-part">
        <h3 class="panel-heading">
          <RadioTower class="icon" aria-hidden="true" />
          {t('sync.panel.service')}
          <Show when={props.status.signaling !== 'down'}>
            <span class="panel-value">
              {t(props.status.signaling === 'open' ? 'sync.panel.service.open' : 'sync.panel.service.connecting')}
            </span>
          </Show>
        </h3>
        <Show when={props.status.signaling === 'down'}>
          <p class="panel-line">{t('sync.panel.service.down')}</p>
        </Show>
      </section>
    </>
  );
}

function ThisDevice(props: { session: RoomSession; status: SyncStatus; now: number }): JSX.Element {
  const services = useServices();
  const [storage] = createResource(services.rooms, (rooms) => rooms.storageEstimate());
  const isUnsaved = (): boolean =>
    props.status.state === 'error' && (props.status.reason ?? 'not-saved') === 'not-saved';
  return (
    <section class="panel-part">
      <h3 class="panel-heading">
        <Laptop class="icon" aria-hidden="true" />
        {t('sync.panel.device')}
      </h3>
      <p class="panel-line">{t(isUnsaved() ? 'sync.panel.device.notSaved' : 'sync.panel.device.saved')}</p>
      <Show when={props.status.pendingChanges > 0}>
        <p class="panel-line numeric">{t('sync.panel.device.pending', { count: props.status.pendingChanges })}</p>
      </Show>
      <Show when={props.status.localOnlySince}>
        {(since) => (
          <p class="panel-line numeric">{t('sync.panel.device.since', { time: formatClock(since(), props.now) })}</p>
        )}
      </Show>
      <Show when={storage()}>
        {(estimate) => (
          <>
            <p class="panel-pair numeric">
              <span>{t('sync.panel.storage')}</span>
              <span>
                {t('sync.panel.storage.value', {
                  used: formatBytes(estimate().usedBytes),
                  quota: formatBytes(estimate().quotaBytes),
                })}
              </span>
            </p>
            <p class="panel-line">
              {t('sync.panel.protected', {
                answer: t(estimate().isPersisted ? 'sync.panel.protected.yes' : 'sync.panel.protected.no'),
              })}
            </p>
            <Show when={!estimate().isPersisted}>
              <p class="panel-hint">{t('sync.panel.protected.no.hint')}</p>
            </Show>
          </>
        )}
      </Show>
      <Button class="panel-button" onClick={() => exportCopy(props.session)}>
        <Download class="icon" aria-hidden="true" />
        {t('document.export')}
      </Button>
    </section>
  );
}

function PeerRow(props: { peer: RoomPeer }): JSX.Element {
  const services = useServices();
  const isOwn = (): boolean => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.user.id === props.peer.userId;
  };
  const path = (): string => t(`sync.panel.path.${props.peer.path}`);
  return (
    <li class="person">
      <Avatar name={props.peer.name} colour={props.peer.colour} />
      <span class="person-name">
        {isOwn() ? t('sync.panel.yourOther', { name: props.peer.name }) : props.peer.name}
      </span>
      <span class="person-role numeric">
        {path()}
        <Show when={props.peer.rttMs}>
          {(rtt) => <> · {t('sync.panel.rtt', { ms: Math.max(1, Math.round(rtt())) })}</>}
        </Show>
      </span>
    </li>
  );
}
