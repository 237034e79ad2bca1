/** Whether and how the app can be installed here. One per page: the browser offers it once, early. */
import { createSignal } from 'solid-js';

/** What browsers with an install prompt of their own hand out (no standard type yet). */
interface InstallPromptEvent extends Event {
  prompt(): Promise<unknown>;
}

/** `manual`: iOS, where only the person can do it. `none`: installed already, or not possible. */
export type InstallOffer = { readonly kind: 'none' | 'manual' } | { readonly kind: 'prompt'; prompt(): Promise<void> };

const NONE: InstallOffer = { kind: 'none' };
const [offer, setOffer] = createSignal<InstallOffer>(NONE);
const [isHelpOpen, setHelpOpen] = createSignal(false);

export { isHelpOpen, offer as installOffer, setHelpOpen };

/** Call before the first screen: the browser's offer does not wait. */
export function watchInstall(page: Window): void {
  if (page.matchMedia('(display-mode: standalone), (display-mode: window-controls-overlay)').matches) return;
  if (isIos(page.navigator)) {
    if (!('standalone' in page.navigator && page.navigator.standalone === true)) setOffer({ kind: 'manual' });
    return;
  }
  page.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault(); // no bar by the browser: the app asks when there is something to keep
    const { prompt } = event as InstallPromptEvent; // what the name of the event promises
    // an event prompts once; when it was turned down the browser sends another
    setOffer({
      kind: 'prompt',
      prompt: async () => {
        setOffer(NONE);
        await prompt.call(event);
      },
    });
  });
  page.addEventListener('appinstalled', () => setOffer(NONE));
}

/** Installs, or shows how. */
export function install(): void {
  const current = offer();
  if (current.kind === 'manual') setHelpOpen(true);
  if (current.kind === 'prompt') void current.prompt().catch(() => undefined); // turned down: the browser says so itself
}

/** iPads say that they are Macs; no Mac has a touch screen. */
export const isIos = (navigator: { readonly userAgent: string; readonly maxTouchPoints: number }): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (navigator.userAgent.includes('Macintosh') && navigator.maxTouchPoints > 1);
