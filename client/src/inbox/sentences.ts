/** What an item says. Titles come from this device alone; the server does not know them. */
import type { InboxItem } from '@vicinal/shared/http/notify.ts';
import '../i18n/later.ts';
import { t } from '../i18n/messages.ts';
import { paths } from '../paths.ts';

/** `title` of the document as this device knows it; undefined when it does not, '' for one without. */
export function sentenceOf({ kind, actor, room }: InboxItem, title: string | undefined): string {
  const name = actor.name;
  const named = title === '' ? t('home.untitled') : title;
  switch (kind) {
    case 'mention':
      return named === undefined ? t('inbox.mention.somewhere', { name }) : t('inbox.mention', { name, title: named });
    case 'access-requested':
      return named === undefined ? t('inbox.asked.somewhere', { name }) : t('inbox.asked', { name, title: named });
    case 'invite-accepted':
      if (room === undefined) return t('inbox.joined.workspace', { name });
      return named === undefined ? t('inbox.joined.somewhere', { name }) : t('inbox.joined', { name, title: named });
  }
}

/** Where it leads. */
export const pathOf = ({ room, workspace, mention }: InboxItem): string => {
  if (room === undefined) return paths.workspace(workspace);
  return mention === undefined ? paths.document(room) : `${paths.document(room)}#mention=${mention}`;
};

/** Sentences for the service worker, which has no catalogue: `{name}` and `{title}` stay to be filled in. */
export const workerSentences = (): Readonly<Record<string, string>> => ({
  mention: t('inbox.mention'),
  'mention.title': t('inbox.mention.someone'),
  'mention.name': t('inbox.mention.somewhere'),
  'mention.none': t('inbox.mention.unknown'),
  joined: t('inbox.joined'),
  'joined.title': t('inbox.joined.someone'),
  'joined.name': t('inbox.joined.somewhere'),
  'joined.none': t('inbox.joined.unknown'),
  asked: t('inbox.asked'),
  'asked.title': t('inbox.asked.someone'),
  'asked.name': t('inbox.asked.somewhere'),
  'asked.none': t('inbox.asked.unknown'),
  test: t('notify.test.shown'),
  other: t('notify.other'),
});
