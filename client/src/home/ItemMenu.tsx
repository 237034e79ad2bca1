import { DropdownMenu } from '../ui/dropdown-menu.ts';
import { createSignal, Show, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import Check from 'lucide-solid/icons/check';
import FilePlus from 'lucide-solid/icons/file-plus';
import FolderInput from 'lucide-solid/icons/folder-input';
import FolderOpen from 'lucide-solid/icons/folder-open';
import FolderPlus from 'lucide-solid/icons/folder-plus';
import FolderX from 'lucide-solid/icons/folder-x';
import FileText from 'lucide-solid/icons/file-text';
import HardDriveDownload from 'lucide-solid/icons/hard-drive-download';
import Pencil from 'lucide-solid/icons/pencil';
import Star from 'lucide-solid/icons/star';
import StarOff from 'lucide-solid/icons/star-off';
import Trash from 'lucide-solid/icons/trash';
import { useWorkspace } from '../context/workspace.tsx';
import { t } from '../i18n/messages.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { FolderId } from '../room/types.ts';
import type { Item } from './tree-model.ts';
import { useWorkspaceActions, type OpenMenu } from './actions.ts';

/** The menu of a folder or a document. What is chosen happens once the menu is gone and the focus is back. */
export function ItemMenu(props: { menu: OpenMenu; onClosed: () => void }): JSX.Element {
  // A new component for every opening.
  // eslint-disable-next-line solid/reactivity
  const { item, at, returnFocus } = props.menu;
  const actions = useWorkspaceActions();
  const [isOpen, setOpen] = createSignal(true);
  let chosen: (() => void) | undefined;
  const choose = (action: () => void): void => {
    chosen = action;
  };
  const closed = (event: Event): void => {
    event.preventDefault();
    returnFocus();
    chosen?.();
    props.onClosed();
  };
  return (
    <DropdownMenu
      open={isOpen()}
      onOpenChange={setOpen}
      placement="bottom-start"
      gutter={4}
      modal={false}
      preventScroll={false}
      getAnchorRect={() => at}
    >
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          class="menu"
          aria-label={t('item.actions', { name: actions.nameOf(item) })}
          onCloseAutoFocus={closed}
        >
          <Show
            when={item.kind === 'document' ? item.id : undefined}
            fallback={<FolderItems folder={item.id as FolderId} choose={choose} /> /* a folder, then */}
          >
            {(room) => <DocumentItems room={room()} choose={choose} />}
          </Show>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}

interface EntryProps {
  icon: typeof Star;
  label: string;
  isDanger?: boolean;
  keys?: string;
  onSelect: () => void;
}

function Entry(props: EntryProps): JSX.Element {
  return (
    <DropdownMenu.Item
      class="menu-item"
      classList={{ 'menu-danger': props.isDanger === true }}
      onSelect={() => props.onSelect()}
    >
      <span class="menu-check">
        <Dynamic component={props.icon} class="icon" aria-hidden="true" />
      </span>
      <span class="menu-text">{props.label}</span>
      <Show when={props.keys}>
        <kbd class="menu-keys" aria-hidden="true">
          {props.keys}
        </kbd>
      </Show>
    </DropdownMenu.Item>
  );
}

function FolderItems(props: { folder: FolderId; choose: (action: () => void) => void }): JSX.Element {
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const item = (): Item => ({ kind: 'folder', id: props.folder });
  return (
    <>
      <Entry icon={FolderOpen} label={t('item.open')} onSelect={() => props.choose(() => actions.open(item()))} />
      <Show when={view.canWrite()}>
        <Show when={view.createDocument()}>
          {(create) => (
            <Entry
              icon={FilePlus}
              label={t('folder.newDocument')}
              onSelect={() => props.choose(() => void create()(props.folder))}
            />
          )}
        </Show>
        <Entry
          icon={FolderPlus}
          label={t('folder.new')}
          onSelect={() => props.choose(() => actions.askNewFolder(props.folder))}
        />
        <DropdownMenu.Separator class="menu-line" />
        <Entry
          icon={Pencil}
          label={t('item.rename')}
          keys="F2"
          onSelect={() => props.choose(() => actions.askRename(item()))}
        />
        <Entry icon={FolderInput} label={t('item.move')} onSelect={() => props.choose(() => actions.askMove(item()))} />
        <DropdownMenu.Separator class="menu-line" />
        <Entry
          icon={FolderX}
          label={t('folder.remove')}
          isDanger
          onSelect={() => props.choose(() => actions.remove(item()))}
        />
      </Show>
    </>
  );
}

function DocumentItems(props: { room: RoomId; choose: (action: () => void) => void }): JSX.Element {
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const item = (): Item => ({ kind: 'document', id: props.room });
  const isStarred = (): boolean => view.document(props.room)?.isStarred === true;
  const isPinned = (): boolean => view.document(props.room)?.isPinned === true;
  return (
    <>
      <Entry icon={FileText} label={t('item.open')} onSelect={() => props.choose(() => actions.open(item()))} />
      <Entry
        icon={isStarred() ? StarOff : Star}
        label={t(isStarred() ? 'item.unstar' : 'item.star')}
        onSelect={() => props.choose(() => actions.setStarred(props.room, !isStarred()))}
      />
      <DropdownMenu.CheckboxItem
        class="menu-item"
        checked={isPinned()}
        closeOnSelect
        onChange={(isOn) => props.choose(() => actions.setPinned(props.room, isOn))}
      >
        <span class="menu-check">
          <HardDriveDownload class="icon" aria-hidden="true" />
        </span>
        <span class="menu-text">{t('item.keepOffline')}</span>
        <DropdownMenu.ItemIndicator>
          <Check class="icon" aria-hidden="true" />
        </DropdownMenu.ItemIndicator>
      </DropdownMenu.CheckboxItem>
      <Show when={view.canWrite()}>
        <DropdownMenu.Separator class="menu-line" />
        <Entry
          icon={Pencil}
          label={t('item.rename')}
          keys="F2"
          onSelect={() => props.choose(() => actions.askRename(item()))}
        />
        <Entry icon={FolderInput} label={t('item.move')} onSelect={() => props.choose(() => actions.askMove(item()))} />
        <DropdownMenu.Separator class="menu-line" />
        <Entry
          icon={Trash}
          label={t('item.trash')}
          keys={t('key.delete')}
          isDanger
          onSelect={() => props.choose(() => actions.remove(item()))}
        />
      </Show>
    </>
  );
}
