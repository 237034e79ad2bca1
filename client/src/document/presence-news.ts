import type { Clock } from '@vicinal/shared/clock.ts';
import { formatList } from '../i18n/format.ts';
import { t } from '../i18n/messages.ts';
import type { Person } from './people.ts';

/** Comings and goings are told at most this often. */
export const PRESENCE_NEWS_INTERVAL_MS = 10_000;

export interface PresenceNews {
  update(people: readonly Person[]): void;
  close(): void;
}

/**
 * Says who joined and who left, batched. Whoever leaves and returns within one interval is not mentioned; the people
 * present at the first update are the starting point and not news.
 */
export function createPresenceNews(
  clock: Clock,
  announce: (text: string) => void,
  intervalMs = PRESENCE_NEWS_INTERVAL_MS,
): PresenceNews {
  let told: ReadonlyMap<string, string> | undefined;
  let newest: ReadonlyMap<string, string> = new Map();
  let cancel: (() => void) | undefined;

  const tell = (): void => {
    cancel = undefined;
    const before = told ?? newest;
    const joined = [...newest].filter(([id]) => !before.has(id)).map(([, name]) => name);
    const left = [...before].filter(([id]) => !newest.has(id)).map(([, name]) => name);
    told = newest;
    const sentences = [
      ...(joined.length > 0 ? [t('people.joined', { names: formatList(joined) })] : []),
      ...(left.length > 0 ? [t('people.left', { names: formatList(left) })] : []),
    ];
    if (sentences.length > 0) announce(sentences.join(' '));
  };
  return {
    update(people) {
      newest = new Map(people.filter((person) => !person.isSelf).map((person) => [person.userId, person.name]));
      if (told === undefined) told = newest;
      else cancel ??= clock.after(intervalMs, tell);
    },
    close() {
      cancel?.();
      cancel = undefined;
    },
  };
}
