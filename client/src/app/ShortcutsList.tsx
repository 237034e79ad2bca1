import { createMemo, For, type JSX } from 'solid-js';
import { keyNames, SHORTCUT_GROUPS, SHORTCUTS, type Shortcut, type ShortcutGroup } from '../context/shortcuts.ts';
import '../i18n/editor.ts';
import { t } from '../i18n/messages.ts';
import './shortcuts.css';

/** What the sheet of shortcuts lists. */
export function ShortcutsList(props: { isApple: boolean }): JSX.Element {
  return (
    <div class="shortcuts" role="group" aria-label={t('shortcuts.heading')} tabindex={0}>
      <For each={SHORTCUT_GROUPS}>{(group) => <Group group={group} isApple={props.isApple} />}</For>
    </div>
  );
}

function Group(props: { group: ShortcutGroup; isApple: boolean }): JSX.Element {
  const listed = createMemo(() =>
    Object.values<Shortcut>(SHORTCUTS).filter((shortcut) => shortcut.group === props.group),
  );
  return (
    <section class="shortcuts-group">
      <h3 class="shortcuts-heading">{t(`shortcuts.group.${props.group}`)}</h3>
      <dl class="shortcuts-list">
        <For each={listed()}>
          {(shortcut) => (
            <div class="shortcuts-row">
              <dt>{t(shortcut.label)}</dt>
              <dd>
                <For each={keyNames(shortcut.keys, props.isApple)}>
                  {(stroke) => (
                    <span class="shortcuts-stroke">
                      <For each={stroke}>{(key) => <kbd>{key}</kbd>}</For>
                    </span>
                  )}
                </For>
              </dd>
            </div>
          )}
        </For>
      </dl>
    </section>
  );
}
