import { createEffect, createSignal, lazy, on, onCleanup, Show, Suspense, type JSX } from 'solid-js';
import { useShortcutsSheet } from '../context/shortcuts-sheet.ts';
import { isApplePlatform, isStroke, takesText } from '../context/shortcuts.ts';
import { t } from '../i18n/messages.ts';
import { Modal } from '../ui/Modal.tsx';

const ShortcutsList = lazy(() => import('./ShortcutsList.tsx').then((module) => ({ default: module.ShortcutsList })));

/** Every shortcut there is, on `?` outside text fields or from the menu. */
export function ShortcutsSheet(): JSX.Element {
  const sheet = useShortcutsSheet();
  const isApple = isApplePlatform();
  const [wasOpen, setWasOpen] = createSignal(false);
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
        if (!isOpen) return;
        cameFrom = focusedOrOpener();
        setWasOpen(true);
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
      <Suspense>
        <Show when={wasOpen()}>
          <ShortcutsList isApple={isApple} />
        </Show>
      </Suspense>
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
