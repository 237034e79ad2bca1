import { t } from '../i18n/messages.ts';
import type { Uses } from './link-terms.ts';

/** How many people a link is for, in words. */
export const usesText = (uses: Uses): string =>
  uses === 'any'
    ? t('settings.members.invite.uses.any')
    : t('settings.members.invite.uses.count', { count: Number(uses) });
