import { Show, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { Editor } from '@tiptap/core';
import { isApplePlatform, shortcutText } from '../../context/shortcuts.ts';
import { t } from '../../i18n/messages.ts';
import { BLOCK_ICONS } from './block-icons.ts';
import { slashMenu } from './slash-menu.ts';
import { TypedMenuList } from './TypedMenuList.tsx';

/** The blocks behind "/". */
export function SlashMenu(props: { editor: Editor }): JSX.Element {
  const isApple = isApplePlatform();
  return (
    <TypedMenuList editor={props.editor} menu={slashMenu} label={t('slash.label')}>
      {(kind) => (
        <>
          <span class="slash-icon">
            <Dynamic component={BLOCK_ICONS[kind.id]} class="icon" aria-hidden="true" />
          </span>
          <span class="slash-name">{t(kind.label)}</span>
          <Show when={kind.keys}>
            {(keys) => (
              <span class="slash-keys" aria-hidden="true">
                {shortcutText(keys(), isApple)}
              </span>
            )}
          </Show>
        </>
      )}
    </TypedMenuList>
  );
}
