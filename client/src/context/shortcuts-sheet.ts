/** Whether the sheet of shortcuts is open: menus ask for it, the shell shows it. */
import { createContext, createSignal, useContext, type Accessor } from 'solid-js';

export interface ShortcutsSheetState {
  readonly isOpen: Accessor<boolean>;
  setOpen(isOpen: boolean): void;
}

export function createShortcutsSheet(): ShortcutsSheetState {
  const [isOpen, setOpen] = createSignal(false);
  return { isOpen, setOpen };
}

export const ShortcutsSheetContext = createContext<ShortcutsSheetState>();

/** Undefined where no shell is around, as on the sign-in screen. */
export const useShortcutsSheet = (): ShortcutsSheetState | undefined => useContext(ShortcutsSheetContext);
