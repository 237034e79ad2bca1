import { createMemo, createSignal, lazy, Show, Suspense, type JSX } from 'solid-js';
import { fromEvents } from '../context/from-events.ts';
import { installOffer, isHelpOpen } from '../context/install.ts';
import { useServices } from '../context/services.tsx';
import { useWorkspace } from '../context/workspace.tsx';

const InstallCard = lazy(() => import('./InstallCard.tsx').then((module) => ({ default: module.InstallCard })));
const InstallHelp = lazy(() => import('./InstallHelp.tsx').then((module) => ({ default: module.InstallHelp })));

/** So many documents are something that a person comes back to. */
const DOCUMENTS_OF_VALUE = 3;
const DISMISSED_KEY = 'vicinal.install-dismissed';

/** The card that offers to install, once there is something to come back to, and the sheet that shows how. */
export function InstallPlace(props: { isDocument: boolean }): JSX.Element {
  const view = useWorkspace();
  const { updates } = useServices();
  // One offer at a time: a new version goes first.
  const hasUpdate = fromEvents(
    (listener) => updates.on('ready', listener),
    () => updates.isReady,
  );
  const [isDismissed, setDismissed] = createSignal(readDismissed());
  const isOffered = createMemo(
    () =>
      installOffer().kind !== 'none' &&
      !isDismissed() &&
      !hasUpdate() &&
      !props.isDocument &&
      view.documents().length >= DOCUMENTS_OF_VALUE,
  );
  const dismiss = (): void => {
    setDismissed(true);
    try {
      localStorage.setItem(DISMISSED_KEY, '1');
    } catch {
      // storage switched off: the card stays away until the next visit
    }
  };
  return (
    <Suspense>
      <Show when={isOffered()}>
        <InstallCard onDismiss={dismiss} />
      </Show>
      <Show when={isHelpOpen()}>
        <InstallHelp />
      </Show>
    </Suspense>
  );
}

function readDismissed(): boolean {
  try {
    return localStorage.getItem(DISMISSED_KEY) !== null;
  } catch {
    return true; // storage switched off: nothing would be kept after installing either
  }
}
