/** The parts of the settings and who sees which. */
import type { AccountState } from '../auth/types.ts';
import type { Workspace } from '@vicinal/shared/http/api.ts';

export const SECTIONS = [
  'profile',
  'account',
  'devices',
  'notifications',
  'appearance',
  'storage',
  'members',
  'about',
] as const;
export type Section = (typeof SECTIONS)[number];

export const isSection = (value: string | undefined): value is Section => SECTIONS.some((section) => section === value);

/** Accounts of this device alone have neither password nor other devices; guests see no members. */
export function sectionsFor(state: AccountState, workspace: Workspace | undefined): readonly Section[] {
  if (state.kind !== 'signed-in') return [];
  return SECTIONS.filter((section) => {
    switch (section) {
      case 'account':
        return true;
      case 'devices':
      case 'notifications':
        return !state.isLocal;
      case 'members':
        return !state.isLocal && workspace !== undefined && workspace.role !== 'guest';
      case 'profile':
      case 'appearance':
      case 'storage':
      case 'about':
        return true;
    }
  });
}
