import { createSignal, onCleanup, Show, Suspense, type JSX } from 'solid-js';
import { isApplePlatform, isStroke } from '../context/shortcuts.ts';
import { useTextTools } from '../editor/tools/text-tools.ts';
import { FindFields } from './later.ts';

/** Ctrl+F inside a document. Pressed again in its field, the browser's own find opens. */
export function FindBar(): JSX.Element {
  const host = useTextTools();
  const isApple = isApplePlatform();
  const [isOpen, setOpen] = createSignal(false);
  let field: HTMLInputElement | undefined;
  let cameFrom: HTMLElement | undefined;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isStroke(event, 'find', isApple) || event.defaultPrevented) return;
    const isElsewhere = event.target instanceof Element && event.target.closest('[role="dialog"]') !== null;
    if (host?.tools() === undefined || document.activeElement === field || isElsewhere) return;
    event.preventDefault();
    if (!(document.activeElement instanceof HTMLElement)) cameFrom = undefined;
    else if (!document.activeElement.closest('.find-bar')) cameFrom = document.activeElement;
    setOpen(true);
    field?.focus();
    field?.select();
  };
  document.addEventListener('keydown', onKeyDown);
  onCleanup(() => document.removeEventListener('keydown', onKeyDown));

  const close = (): void => {
    setOpen(false);
    cameFrom?.focus({ preventScroll: true });
  };
  return (
    <Suspense>
      <Show when={isOpen() && host?.tools()} keyed>
        {(tools) => <FindFields tools={tools} ref={(element) => (field = element)} onClose={close} />}
      </Show>
    </Suspense>
  );
}
