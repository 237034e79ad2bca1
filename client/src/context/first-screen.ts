/** Whether what the address asked for is on screen: whatever else the page shows is fetched after that. */
import { createSignal } from 'solid-js';

const [isShown, setShown] = createSignal(false);

export const isFirstScreenShown = isShown;

/** Called by the screen that was asked for, once people can begin. */
export const markFirstScreenShown = (): void => void setShown(true);
