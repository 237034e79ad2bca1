import { For, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import CloudOff from 'lucide-solid/icons/cloud-off';
import HardDriveDownload from 'lucide-solid/icons/hard-drive-download';
import Lock from 'lucide-solid/icons/lock';
import Star from 'lucide-solid/icons/star';
import { t, type MessageKey } from '../i18n/messages.ts';
import type { DocumentSummary } from '../room/types.ts';

export type Mark = 'starred' | 'restricted' | 'pinned' | 'away';

const MARKS: Readonly<Record<Mark, { icon: typeof Star; word: MessageKey; title: MessageKey }>> = {
  starred: { icon: Star, word: 'mark.starred', title: 'mark.starred' },
  restricted: { icon: Lock, word: 'mark.restricted', title: 'mark.restricted.title' },
  pinned: { icon: HardDriveDownload, word: 'mark.pinned', title: 'mark.pinned.title' },
  away: { icon: CloudOff, word: 'mark.away', title: 'mark.away.title' },
};

export const marksOf = (document: DocumentSummary): Mark[] => [
  ...(document.isStarred ? (['starred'] as const) : []),
  ...(document.isRestricted ? (['restricted'] as const) : []),
  ...(document.isPinned ? (['pinned'] as const) : []),
  ...(document.isOnDevice ? [] : (['away'] as const)),
];

/** "Budget, restricted, kept offline": what the icons say, for those who do not see them. */
export const titleWithMarks = (title: string, marks: readonly Mark[]): string =>
  [title, ...marks.map((mark) => t(MARKS[mark].word))].join(', ');

/** Drawn only: names say the same in words. */
export function Marks(props: { marks: readonly Mark[] }): JSX.Element {
  return (
    <span class="marks" aria-hidden="true">
      <For each={props.marks}>
        {(mark) => (
          <span class="mark" data-mark={mark} title={t(MARKS[mark].title)}>
            <Dynamic component={MARKS[mark].icon} class="icon" />
          </span>
        )}
      </For>
    </span>
  );
}
