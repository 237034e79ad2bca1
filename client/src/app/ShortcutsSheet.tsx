import { createEffect, createMemo, For, on, onCleanup, type JSX } from 'solid-js';
import { useShortcutsSheet } from '../context/shortcuts-sheet.ts';
import {
  isApplePlatform,
  isStroke,
  keyNames,
  SHORTCUT_GROUPS,
  SHORTCUTS,
  takesText,
  type Shortcut,
  type ShortcutGroup,
} from '../context/shortcuts.ts';
import { t } from '../i18n/messages.ts';
import { Modal } from '../ui/Modal.tsx';
import './shortcuts.css';

/** Every shortcut there is, on `?` outside text fields or from the menu. */
export function ShortcutsSheet(): JSX.Element {
  const sheet = useShortcutsSheet();
  const isApple = isApplePlatform();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isStroke(event, 'shortcuts', isApple) || takesText(event.target)) return;
    event.preventDefault();
    sheet?.setOpen(true);
  };
  let cameFrom: HTMLElement | undefined;
  createEffect(
    on(
      () => sheet?.isOpen() === true,
      (isOpen) => {
        if (isOpen) cameFrom = focusedOrOpener();
      },
    ),
  );
  document.addEventListener('keydown', onKeyDown);
  onCleanup(() => document.removeEventListener('keydown', onKeyDown));
  return (
    <Modal
      isOpen={sheet?.isOpen() ?? false}
      onOpenChange={(isOpen) => sheet?.setOpen(isOpen)}
      heading={t('shortcuts.heading')}
      closeLabel={t('app.close')}
      onClosed={(event) => {
        event.preventDefault();
        cameFrom?.focus({ preventScroll: true });
      }}
    >
      <div class="shortcuts">
        <For each={SHORTCUT_GROUPS}>{(group) => <Group group={group} isApple={isApple} />}</For>
      </div>
    </Modal>
  );
}

/** What has the focus; an entry of a menu is gone with it, so then the button that opened the menu. */
function focusedOrOpener(): HTMLElement | undefined {
  const { activeElement } = document;
  const opener = activeElement?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  const found = opener ? document.getElementById(opener) : activeElement;
  return found instanceof HTMLElement ? found : undefined;
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
