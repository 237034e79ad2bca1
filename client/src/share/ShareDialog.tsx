import type { RoomMember } from '@vicinal/shared/http/api.ts';
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';
import type { RoomRole } from '@vicinal/shared/roles.ts';
import { createMemo, createResource, createSignal, Match, onCleanup, Show, Switch, type JSX } from 'solid-js';
import { useServices } from '../context/services.tsx';
import { keepUnchanged, useWorkspace } from '../context/workspace.tsx';
import '../i18n/later.ts';
import { errorText, t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';
import { Modal } from '../ui/Modal.tsx';
import { Notice } from '../ui/Notice.tsx';
import { AddPeople } from './AddPeople.tsx';
import { GeneralAccess } from './GeneralAccess.tsx';
import { LinkSharing } from './LinkSharing.tsx';
import { PeopleWithAccess } from './PeopleWithAccess.tsx';
import './share.css';

/** Who joins while the dialog is open appears in it within this time. */
const LOOK_AGAIN_MS = 10_000;

export interface ShareDialogProps {
  room: RoomId;
  /** Nobody hands out more than they hold. */
  role: RoomRole;
  /** Who is to be picked when it opens. */
  person?: UserId | undefined;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Who may open one document: people, everybody in the workspace, anyone with a link. */
export function ShareDialog(props: ShareDialogProps): JSX.Element {
  const services = useServices();
  const isLocal = (): boolean => {
    const state = services.accountState();
    return state.kind === 'signed-in' && state.isLocal;
  };
  return (
    <Modal
      isOpen={props.isOpen}
      onOpenChange={props.onOpenChange}
      heading={t('share.heading')}
      closeLabel={t('app.close')}
    >
      <Show when={!isLocal()} fallback={<NeedsAccount />}>
        <Sharing room={props.room} role={props.role} person={props.person} />
      </Show>
    </Modal>
  );
}

function NeedsAccount(): JSX.Element {
  return (
    <Notice tone="info">
      <p>{t('people.local')}</p>
      <p>
        <a href={paths.signIn()}>{t('people.local.signIn')}</a>
      </p>
    </Notice>
  );
}

function Sharing(props: { room: RoomId; role: RoomRole; person: UserId | undefined }): JSX.Element {
  const services = useServices();
  const view = useWorkspace();
  const { people } = services.account;
  const [failure, setFailure] = createSignal<string>();
  const [version, setVersion] = createSignal(0);
  const [room, { mutate: setRoom }] = createResource(
    () => props.room,
    (id) => people.room(id),
  );
  const [members, { refetch }] = createResource(
    () => props.room,
    (id) => people.roomMembers(id),
  );
  // Guests may not list the workspace: they invite by link.
  const mayPick = createMemo(() => view.workspace()?.role !== undefined && view.workspace()?.role !== 'guest');
  const [candidates] = createResource(
    () => (mayPick() ? view.workspace()?.id : undefined),
    (workspace) => people.workspaceMembers(workspace),
  );
  const details = createMemo(() => {
    const answer = room.latest;
    return answer?.ok === true ? answer.value : undefined;
  });
  // Rows stay as they are, with the focus in them, while others come and go.
  const listed = createMemo<readonly RoomMember[] | undefined>((before) => {
    const answer = members.latest;
    return answer?.ok === true ? keepUnchanged(before ?? [], answer.value, ({ user }) => user) : undefined;
  });
  const pickable = createMemo(() => {
    const answer = candidates.latest;
    const present = new Set(
      listed()
        ?.filter(({ via }) => via !== 'workspace')
        .map(({ user }) => user),
    );
    return answer?.ok === true ? answer.value.filter(({ user }) => !present.has(user)) : undefined;
  });
  const isUnreachable = createMemo(() => members.latest?.ok === false && members.latest.error.code === 'network');
  const refused = createMemo(() => {
    const answer = members.latest;
    return answer?.ok === false && answer.error.code !== 'network' ? errorText(answer.error) : undefined;
  });
  const changed = async (): Promise<void> => {
    setFailure(undefined);
    setVersion((version) => version + 1);
    await refetch();
  };
  const timer = setInterval(() => {
    if (document.visibilityState === 'hidden' || members.loading) return;
    setVersion((version) => version + 1);
    void refetch();
  }, LOOK_AGAIN_MS);
  onCleanup(() => clearInterval(timer));
  return (
    <div class="share">
      <Switch>
        <Match when={isUnreachable()}>
          <Notice tone="warn">{t('people.offline')}</Notice>
        </Match>
        <Match when={refused()}>{(text) => <Notice tone="error">{text()}</Notice>}</Match>
      </Switch>
      <Show when={failure()}>{(text) => <Notice tone="error">{text()}</Notice>}</Show>
      <Show when={pickable()}>
        {(list) => (
          <AddPeople
            room={props.room}
            role={props.role}
            candidates={list()}
            person={props.person}
            onAdded={() => void changed()}
            onFailure={setFailure}
          />
        )}
      </Show>
      <Show when={listed()}>
        {(list) => (
          <PeopleWithAccess
            room={props.room}
            role={props.role}
            members={list()}
            onChanged={() => void changed()}
            onFailure={setFailure}
          />
        )}
      </Show>
      <Show when={details()}>
        {(found) => (
          <GeneralAccess
            room={found()}
            workspaceName={view.workspace()?.name ?? ''}
            isOwner={props.role === 'owner'}
            onChanged={(next) => {
              setRoom({ ok: true, value: next });
              view.session()?.setRestricted(next.id, next.audience === 'restricted');
              void changed();
            }}
            onFailure={setFailure}
          />
        )}
      </Show>
      <LinkSharing room={props.room} role={props.role} version={version()} />
    </div>
  );
}
