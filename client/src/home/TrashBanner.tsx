import type { RoomId } from '@vicinal/shared/ids.ts';
import { createMemo, Show, type JSX } from 'solid-js';
import Trash from 'lucide-solid/icons/trash';
import { useWorkspace } from '../context/workspace.tsx';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import { useWorkspaceActions } from './actions.ts';
import './home.css';

/** On a document that is in the trash: says so, and takes it out again. */
export function TrashBanner(props: { room: RoomId }): JSX.Element {
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const isTrashed = createMemo(() => view.trash().some((document) => document.room === props.room));
  return (
    <Show when={isTrashed()}>
      <div class="banner trash-banner" role="status">
        <Trash class="icon" aria-hidden="true" />
        <p class="banner-text">{t('trash.banner')}</p>
        <Show when={view.canWrite()}>
          <Button onClick={() => actions.restore(props.room)}>{t('trash.restore')}</Button>
        </Show>
      </div>
    </Show>
  );
}
