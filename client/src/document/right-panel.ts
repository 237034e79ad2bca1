/** The panel at the right of a document: docked on wide screens, over the text on narrower ones, a sheet on phones. */
import { createContext, createMemo, createSignal, useContext, type Accessor } from 'solid-js';
import { createMedia } from '../context/from-events.ts';

export type PanelForm = 'docked' | 'overlay' | 'sheet';

export interface RightPanel {
  readonly isOpen: Accessor<boolean>;
  readonly form: Accessor<PanelForm>;
  setOpen(isOpen: boolean): void;
}

export const PANEL_ID = 'right-panel';

export function createRightPanel(): RightPanel {
  const [isOpen, setOpen] = createSignal(false);
  const isWide = createMedia('(min-width: 1200px)');
  const isPhone = createMedia('(max-width: 599px)');
  const form = createMemo<PanelForm>(() => (isWide() ? 'docked' : isPhone() ? 'sheet' : 'overlay'));
  return { isOpen, form, setOpen };
}

export const RightPanelContext = createContext<RightPanel>();

export function useRightPanel(): RightPanel {
  const panel = useContext(RightPanelContext);
  if (panel === undefined) throw new TypeError('useRightPanel outside InfoPanelProvider');
  return panel;
}
