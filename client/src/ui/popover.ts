/** Kobalte's popover, loaded on first use. */
import { createFirstUse } from './first-use.tsx';

export const Popover = createFirstUse(
  { popup: 'dialog', parts: ['Anchor', 'Arrow', 'CloseButton', 'Content', 'Description', 'Title'] },
  () => import('@kobalte/core/popover').then((module) => module.Popover),
);
