import { DropdownMenu } from '@kobalte/core/dropdown-menu';
import { createMemo, For, Show, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { Editor } from '@tiptap/core';
import ArrowDown from 'lucide-solid/icons/arrow-down';
import ArrowUp from 'lucide-solid/icons/arrow-up';
import ChevronRight from 'lucide-solid/icons/chevron-right';
import Copy from 'lucide-solid/icons/copy';
import IndentDecrease from 'lucide-solid/icons/list-indent-decrease';
import IndentIncrease from 'lucide-solid/icons/list-indent-increase';
import Replace from 'lucide-solid/icons/replace';
import Trash from 'lucide-solid/icons/trash';
import { isApplePlatform, SHORTCUTS, shortcutText } from '../../context/shortcuts.ts';
import { t } from '../../i18n/messages.ts';
import { BLOCK_ICONS } from './block-icons.ts';
import { offeredKinds } from './block-kinds.ts';
import type { BlockRange } from './block-range.ts';
import { canIndent, canOutdent, duplicate, indent, move, remove, turnInto } from './block-tools.ts';

/** What can be done with one block. `range` is asked when something is chosen. */
export function BlockMenuItems(props: { editor: Editor; range: () => BlockRange | undefined }): JSX.Element {
  const { editor } = props;
  const isApple = isApplePlatform();
  const withRange = (run: (range: BlockRange) => void) => () => {
    const range = props.range();
    if (range) run(range);
  };
  const node = createMemo(() => editor.state.doc.nodeAt(props.range()?.from ?? 0));
  const holdsText = () =>
    node()?.isTextblock === true || /^(?:listItem|taskItem|blockquote)$/.test(node()?.type.name ?? '');
  const isItem = () => /^(?:listItem|taskItem)$/.test(node()?.type.name ?? '');
  return (
    <>
      <Show when={holdsText()}>
        <DropdownMenu.Sub gutter={4}>
          <DropdownMenu.SubTrigger class="menu-item">
            <span class="menu-check">
              <Replace class="icon" aria-hidden="true" />
            </span>
            {t('block.turnInto')}
            <ChevronRight class="icon block-menu-more" aria-hidden="true" />
          </DropdownMenu.SubTrigger>
          <DropdownMenu.Portal>
            <DropdownMenu.SubContent class="menu block-menu">
              <For each={offeredKinds(editor).filter((kind) => kind.holdsText)}>
                {(kind) => (
                  <DropdownMenu.Item class="menu-item" onSelect={withRange((range) => turnInto(editor, range, kind))}>
                    <span class="menu-check">
                      <Dynamic component={BLOCK_ICONS[kind.id]} class="icon" aria-hidden="true" />
                    </span>
                    {t(kind.label)}
                  </DropdownMenu.Item>
                )}
              </For>
            </DropdownMenu.SubContent>
          </DropdownMenu.Portal>
        </DropdownMenu.Sub>
        <DropdownMenu.Separator class="menu-line" />
      </Show>
      <Item
        icon={ArrowUp}
        text={t('block.moveUp')}
        keys={shortcutText(SHORTCUTS.moveUp.keys, isApple)}
        onSelect={withRange((range) => move(editor, range, 'up'))}
      />
      <Item
        icon={ArrowDown}
        text={t('block.moveDown')}
        keys={shortcutText(SHORTCUTS.moveDown.keys, isApple)}
        onSelect={withRange((range) => move(editor, range, 'down'))}
      />
      <Show when={isItem()}>
        <Show when={canIndent(editor)}>
          <Item icon={IndentIncrease} text={t('block.indent')} keys="Tab" onSelect={() => indent(editor, 'in')} />
        </Show>
        <Show when={canOutdent(editor)}>
          <Item icon={IndentDecrease} text={t('block.outdent')} onSelect={() => indent(editor, 'out')} />
        </Show>
      </Show>
      <Item icon={Copy} text={t('block.duplicate')} onSelect={withRange((range) => duplicate(editor, range))} />
      <DropdownMenu.Separator class="menu-line" />
      <Item icon={Trash} text={t('block.delete')} onSelect={withRange((range) => remove(editor, range))} />
    </>
  );
}

function Item(props: { icon: typeof Copy; text: string; keys?: string; onSelect: () => void }): JSX.Element {
  return (
    <DropdownMenu.Item class="menu-item" onSelect={() => props.onSelect()}>
      <span class="menu-check">
        <Dynamic component={props.icon} class="icon" aria-hidden="true" />
      </span>
      {props.text}
      <Show when={props.keys}>
        <span class="slash-keys" aria-hidden="true">
          {props.keys}
        </span>
      </Show>
    </DropdownMenu.Item>
  );
}
