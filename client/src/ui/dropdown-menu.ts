/** Kobalte's menu behind a button, loaded on first use. */
import { createFirstUse } from './first-use.tsx';

export const DropdownMenu = createFirstUse(
  {
    popup: 'menu',
    parts: [
      'Arrow',
      'CheckboxItem',
      'Content',
      'Group',
      'GroupLabel',
      'Icon',
      'Item',
      'ItemDescription',
      'ItemIndicator',
      'ItemLabel',
      'RadioGroup',
      'RadioItem',
      'Separator',
      'Sub',
      'SubContent',
      'SubTrigger',
    ],
  },
  () => import('@kobalte/core/dropdown-menu').then((module) => module.DropdownMenu),
);
