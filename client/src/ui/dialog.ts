/** Kobalte's dialog, loaded on first use. */
import { createFirstUse } from './first-use.tsx';

export const Dialog = createFirstUse(
  { popup: 'dialog', parts: ['CloseButton', 'Content', 'Description', 'Overlay', 'Title'] },
  () => import('@kobalte/core/dialog').then((module) => module.Dialog),
);
