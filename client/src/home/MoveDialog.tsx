import { createMemo, createSignal, createUniqueId, For, Show, type JSX } from 'solid-js';
import FolderIcon from 'lucide-solid/icons/folder';
import House from 'lucide-solid/icons/house';
import { useWorkspace } from '../context/workspace.tsx';
import { t } from '../i18n/messages.ts';
import type { FolderId } from '../room/types.ts';
import { Button } from '../ui/Button.tsx';
import { Modal } from '../ui/Modal.tsx';
import { TextField } from '../ui/TextField.tsx';
import { folderPath, folderPathText, foldersByDepth, isWithin, moveInto, type Item } from './tree-model.ts';
import { useWorkspaceActions } from './actions.ts';

/** More folders than this can be narrowed down by typing. */
const FILTER_FROM = 12;

export interface MoveDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onClosed: (event: Event) => void;
  item: Item;
}

/** Moves a folder or a document without dragging. */
export function MoveDialog(props: MoveDialogProps): JSX.Element {
  const actions = useWorkspaceActions();
  return (
    <Modal
      isOpen={props.isOpen}
      onOpenChange={props.onOpenChange}
      heading={t('move.heading', { name: actions.nameOf(props.item) })}
      closeLabel={t('app.close')}
      onClosed={props.onClosed}
    >
      <MoveForm {...props} />
    </Modal>
  );
}

function MoveForm(props: MoveDialogProps): JSX.Element {
  const view = useWorkspace();
  const actions = useWorkspaceActions();
  const id = createUniqueId();
  const here = (): FolderId | undefined => {
    const parent =
      props.item.kind === 'folder'
        ? view.folders().find((folder) => folder.id === props.item.id)?.parent
        : view.document(props.item.id)?.folder;
    return folderPath(view.folders(), parent).at(-1)?.id;
  };
  const start = here();
  const [chosen, setChosen] = createSignal<FolderId | undefined>(start);
  const [filter, setFilter] = createSignal('');
  const options = createMemo(() => {
    const wanted = filter().trim().toLocaleLowerCase();
    return foldersByDepth(view.folders()).filter(
      ({ folder }) =>
        (props.item.kind === 'document' || !isWithin(view.folders(), folder.id, props.item.id)) &&
        (wanted === '' || folder.name.toLocaleLowerCase().includes(wanted)),
    );
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    props.onOpenChange(false);
    if (chosen() !== here()) actions.move(moveInto(props.item, chosen()));
  };
  return (
    <form class="form" id={id} onSubmit={submit}>
      <Show when={view.folders().length >= FILTER_FROM}>
        <TextField type="text" label={t('move.filter')} value={filter()} onValue={setFilter} autocomplete="off" />
      </Show>
      <fieldset class="move-options">
        <legend class="visually-hidden">{t('move.folder')}</legend>
        <label class="move-option">
          <input
            type="radio"
            name={id}
            data-autofocus={start === undefined ? '' : undefined}
            checked={chosen() === undefined}
            onChange={() => setChosen(undefined)}
          />
          <House class="icon" aria-hidden="true" />
          <span class="move-name">{t('tree.top')}</span>
          <Show when={here() === undefined}>
            <span class="move-here">{t('move.here')}</span>
          </Show>
        </label>
        <For each={options()}>
          {({ folder, depth }) => (
            <label class="move-option" style={{ '--depth': depth }}>
              <input
                type="radio"
                name={id}
                data-autofocus={start === folder.id ? '' : undefined}
                checked={chosen() === folder.id}
                onChange={() => setChosen(folder.id)}
                aria-label={folderPathText(view.folders(), folder.id)}
              />
              <FolderIcon class="icon" aria-hidden="true" />
              <span class="move-name">{folder.name}</span>
              <Show when={here() === folder.id}>
                <span class="move-here">{t('move.here')}</span>
              </Show>
            </label>
          )}
        </For>
      </fieldset>
      <Show when={view.folders().length === 0}>
        <p class="modal-text">{t('move.none')}</p>
      </Show>
      <div class="dialog-actions">
        <Button onClick={() => props.onOpenChange(false)}>{t('dialog.cancel')}</Button>
        <Button tone="primary" type="submit">
          {t('move.submit')}
        </Button>
      </div>
    </form>
  );
}
