/** Sentences for what a request is at. */
import type { JobModel } from '@vicinal/shared/room/jobs.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import { t } from '../i18n/messages.ts';
import type { Author } from './authors.ts';
import type { JobState } from './job-list.ts';

/** Of states without a result; '' for 'done'. */
export function stateWords(state: JobState): string {
  switch (state.kind) {
    case 'asked':
    case 'running':
    case 'waiting':
    case 'stopping':
    case 'stopped':
      return t(`assist.state.${state.kind}`);
    case 'queued':
      return state.position === undefined
        ? t('assist.state.queued.next')
        : t('assist.state.queued', { position: state.position });
    case 'failed':
      return t(`assist.failure.${state.code}`);
    case 'done':
      return '';
  }
}

const isSelf = ({ user, name }: Author, self: UserId | undefined): boolean => user === self || name === '';

export const askedBy = (author: Author, self: UserId | undefined): string =>
  isSelf(author, self) ? t('assist.askedBy.self') : t('assist.askedBy', { name: author.name });

export const insertedBy = (author: Author, self: UserId | undefined): string =>
  isSelf(author, self) ? t('assist.insertedBy.self') : t('assist.insertedBy', { name: author.name });

export const startedBy = (author: Author, self: UserId | undefined): string =>
  isSelf(author, self) ? t('assist.here.startedBySelf') : t('assist.here.startedBy', { name: author.name });

export const draftedWith = (model: JobModel): string =>
  model.place === 'built-in'
    ? t('assist.draftedWith.builtIn')
    : t('assist.draftedWith', { model: model.name ?? model.host ?? t('assist.model.unnamed') });
