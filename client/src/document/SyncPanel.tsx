import type { PresenceEntry, RoomPeer } from '@vicinal/shared/mesh/types.ts';
import { createMemo, createResource, For, Show, type JSX } from 'solid-js';
import Archive from 'lucide-solid/icons/archive';
import Download from 'lucide-solid/icons/download';
import HardDrive from 'lucide-solid/icons/hard-drive';
import Laptop from 'lucide-solid/icons/laptop';
import RadioTower from 'lucide-solid/icons/radio-tower';
import Users from 'lucide-solid/icons/users';
import { fromEvents } from '../context/from-events.ts';
import { useServices } from '../context/services.tsx';
import { formatBytes, formatClock } from '../i18n/format.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { RoomSession, SyncStatus } from '../room/types.ts';
import { Avatar } from '../ui/Avatar.tsx';
import { Button } from '../ui/Button.tsx';
import { exportCopy } from './export-copy.ts';
import { SyncLog } from './SyncLog.tsx';

/** Share of the granted space from which on freeing some is offered. */
const NEARLY_FULL = 0.8;

/** How often round trips are measured anew. */
const HEARTBEAT_MS = 3000;

const NOBODY_WORDS = {
  nobody: 'sync.panel.people.none',
  'no-path': 'sync.panel.people.noPath',
  'no-relay': 'sync.panel.people.noRelay',
} as const;

export interface SyncPanelProps {
  session: RoomSession;
  status: SyncStatus;
  /** ms since the epoch. */
  now: number;
}

/** The details behind the sync pill. */
export function SyncPanel(props: SyncPanelProps): JSX.Element {
  const peers = fromEvents(
    (listener) => {
      const stop = props.session.on('peers', listener);
      const timer = setInterval(listener, HEARTBEAT_MS); // nobody announces a round trip
      return () => {
        stop();
        clearInterval(timer);
      };
    },
    () => props.session.peers,
  );
  const people = createMemo(() => peers().filter((peer) => !peer.isArchiver));
  const archiver = createMemo(() => peers().find((peer) => peer.isArchiver));
  const entries = fromEvents(
    (listener) => props.session.on('people', listener),
    () => props.session.presence.entries(),
  );
  /** Present in the document though no link leads to them: what they write comes through others. */
  const forwarded = createMemo(() => {
    const linked = new Set(peers().map((peer) => peer.peerId));
    return entries().filter((entry) => entry.role !== 'archiver' && !linked.has(entry.peerId));
  });
  /** What came through somebody is shown for a while after the link with them ended; the way is none by then. */
  const wayOf = (entry: PresenceEntry): 'archive' | 'peer' | 'unknown' => {
    if (entry.via === 'archive' && archiver() !== undefined) return 'archive';
    return entry.via === 'peer' && people().length > 0 ? 'peer' : 'unknown';
  };
  return (
    <>
      <ThisDevice session={props.session} status={props.status} now={props.now} />
      <section class="panel-part">
        <h3 class="panel-heading">
          <Users class="icon" aria-hidden="true" />
          {t('sync.panel.people')}
        </h3>
        <Show when={people().length + forwarded().length > 0}>
          <ul>
            <For each={people()}>{(peer) => <PeerRow peer={peer} path={t(`sync.panel.path.${peer.path}`)} />}</For>
            <For each={forwarded()}>
              {(entry) => <PeerRow peer={entry} path={t(`sync.panel.path.${wayOf(entry)}`)} />}
            </For>
          </ul>
        </Show>
        <Show when={people().length + forwarded().length === 0 || props.status.cutOff !== undefined}>
          <p class="panel-line">{t(NOBODY_WORDS[props.status.cutOff ?? 'nobody'])}</p>
        </Show>
      </section>
      <section class="panel-part">
        <h3 class="panel-heading">
          <Archive class="icon" aria-hidden="true" />
          {t('sync.panel.archive')}
          <span class="panel-value">{archiverWords(archiver())}</span>
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
      <SyncLog session={props.session} status={props.status} now={props.now} />
    </>
  );
}

const roundTrip = (ms: number): number => Math.max(1, Math.round(ms));

function archiverWords(archiver: RoomPeer | undefined): string {
  if (archiver === undefined) return t('sync.panel.archive.away');
  if (archiver.rttMs === undefined) return t('sync.panel.archive.connected');
  return t('sync.panel.archive.rtt', { ms: roundTrip(archiver.rttMs) });
}

function ThisDevice(props: { session: RoomSession; status: SyncStatus; now: number }): JSX.Element {
  const services = useServices();
  const [storage] = createResource(services.rooms, (rooms) => rooms.storageEstimate());
  const isUnsaved = (): boolean =>
    props.status.state === 'error' && (props.status.reason ?? 'not-saved') === 'not-saved';
  const isNearlyFull = (): boolean => {
    const estimate = storage();
    return estimate !== undefined && estimate.quotaBytes > 0 && estimate.usedBytes > NEARLY_FULL * estimate.quotaBytes;
  };
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
      <Show when={isUnsaved() || isNearlyFull()}>
        <a class="button button-secondary panel-button" href={paths.settings('storage')}>
          <HardDrive class="icon" aria-hidden="true" />
          {t('sync.freeSpace')}
        </a>
      </Show>
      <Button class="panel-button" onClick={() => void exportCopy(props.session)}>
        <Download class="icon" aria-hidden="true" />
        {t('document.export')}
      </Button>
    </section>
  );
}

function PeerRow(props: { peer: (PresenceEntry & { readonly rttMs?: number }) | RoomPeer; path: string }): JSX.Element {
  const services = useServices();
  const isOwn = (): boolean => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.user.id === props.peer.userId;
  };
  return (
    <li class="person">
      <Avatar name={props.peer.name} colour={props.peer.colour} />
      <span class="person-name">
        {isOwn() ? t('sync.panel.yourOther', { name: props.peer.name }) : props.peer.name}
      </span>
      <span class="person-role numeric">
        {props.path}
        <Show when={props.peer.rttMs}>{(rtt) => <> · {t('sync.panel.rtt', { ms: roundTrip(rtt()) })}</>}</Show>
      </span>
    </li>
  );
}
