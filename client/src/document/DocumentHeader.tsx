import { may, type RoomRole } from '@vicinal/shared/roles.ts';
import { createEffect, createSignal, lazy, Show, type JSX } from 'solid-js';
import ArrowLeft from 'lucide-solid/icons/arrow-left';
import Eye from 'lucide-solid/icons/eye';
import { useServices } from '../context/services.tsx';
import { useTextTools } from '../editor/tools/text-tools.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import type { RoomSession, SyncStatus } from '../room/types.ts';
import { Button } from '../ui/Button.tsx';
import { DownloadMenu } from './DownloadMenu.tsx';
import { InfoPanelButton } from './InfoPanelButton.tsx';
import type { Person } from './people.ts';
import { PeopleHere } from './PeopleHere.tsx';
import { SyncPill } from './SyncPill.tsx';
import { TitleField } from './TitleField.tsx';

const ShareDialog = lazy(() => import('../share/ShareDialog.tsx').then((module) => ({ default: module.ShareDialog })));

export interface DocumentHeaderProps {
  session: RoomSession;
  title: string;
  /** Undefined until the document is on this device. */
  access: { readonly role: RoomRole; readonly canWrite: boolean } | undefined;
  status: SyncStatus;
  people: readonly Person[];
  /** An archiver works on something that was asked for here. */
  isAssistantHere: boolean;
  /** Just created: the title takes the focus. */
  isNew: boolean;
}

export function DocumentHeader(props: DocumentHeaderProps): JSX.Element {
  const services = useServices();
  const [isSharing, setSharing] = createSignal(false);
  const [wasShared, setShared] = createSignal(false);
  const home = (): string => {
    const workspace = services.workspace();
    return workspace === undefined ? paths.home() : paths.workspace(workspace);
  };
  const mayShare = (): boolean => props.access !== undefined && may(props.access.role, 'share');
  const isReadOnly = (): boolean => props.access?.canWrite === false;
  const openShare = (): void => {
    if (!mayShare()) return;
    setShared(true);
    setSharing(true);
  };
  const text = useTextTools();
  createEffect(() => {
    if (text?.toShareWith() !== undefined) openShare();
  });
  return (
    <header class="document-header" data-region>
      <a class="button button-quiet button-icon document-back" href={home()} aria-label={t('app.backHome')}>
        <ArrowLeft class="icon" aria-hidden="true" />
      </a>
      <TitleField
        value={props.title}
        isReadOnly={props.access?.canWrite !== true}
        takesFocus={props.isNew}
        onValue={(title) => props.session.setTitle(title)}
      />
      <div class="document-tools">
        <Show when={isReadOnly()}>
          <span class="chip" data-tone="neutral" title={t('document.viewOnly.reason')}>
            <Eye class="icon" aria-hidden="true" />
            <span class="chip-text">{t('document.viewOnly')}</span>
          </span>
        </Show>
        <PeopleHere people={props.people} assistantOf={props.isAssistantHere ? props.session : undefined} />
        <SyncPill session={props.session} status={props.status} />
      </div>
      <InfoPanelButton />
      <DownloadMenu session={props.session} />
      <Button
        tone="primary"
        class="document-share"
        aria-disabled={!mayShare()}
        title={props.access !== undefined && !mayShare() ? t('document.share.denied') : undefined}
        onClick={openShare}
      >
        {t('document.share')}
      </Button>
      <Show when={wasShared() && props.access}>
        {(access) => (
          <ShareDialog
            room={props.session.room}
            role={access().role}
            person={text?.toShareWith()}
            isOpen={isSharing()}
            onOpenChange={(isOpen) => {
              setSharing(isOpen);
              if (!isOpen) text?.askToShare(undefined);
            }}
          />
        )}
      </Show>
    </header>
  );
}
