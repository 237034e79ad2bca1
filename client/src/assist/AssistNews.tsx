import { createEffect, createSignal, on, onCleanup, Show, type JSX } from 'solid-js';
import X from 'lucide-solid/icons/x';
import type { UserId } from '@vicinal/shared/ids.ts';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import type { AssistantView } from './assistant.ts';
import type { AskedJob, JobState } from './job-list.ts';
import { stateWords } from './job-words.ts';

const STAYS_MS = 10_000;

export interface AssistNewsProps {
  view: AssistantView;
  self: UserId | undefined;
  /** The assistant is offered here, and not switched off. */
  isOn: boolean;
  /** The cards are on screen. */
  isShown: boolean;
  /** Says something politely, once. */
  announce: (text: string) => void;
  /** Brings the cards on screen. */
  onShow: () => void;
}

/** Tells of what this person asked for, when it ends: politely, and on screen too where the cards are not. F6 leads there. */
export function AssistNews(props: AssistNewsProps): JSX.Element {
  const [news, setNews] = createSignal<string>();
  const [isHeld, setHeld] = createSignal(false);
  const leave = (): void => {
    setHeld(false);
    setNews(undefined);
  };
  let before: ReadonlyMap<string, JobState['kind']> | undefined;
  createEffect(
    on(
      () => props.view.jobs,
      (jobs) => {
        for (const job of jobs) {
          const was = before?.get(job.key);
          if (was === undefined || was === job.state.kind || job.asker.user !== props.self || !props.isOn) continue;
          const words = wordsOf(job);
          if (words === undefined) continue;
          props.announce(words);
          if (!props.isShown) setNews(words);
        }
        before = new Map(jobs.map(({ key, state }) => [key, state.kind]));
      },
    ),
  );
  createEffect(() => {
    if (props.isShown) leave();
  });
  createEffect(
    on([news, isHeld], ([words, held]) => {
      if (words === undefined || held) return;
      const timer = setTimeout(leave, STAYS_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  return (
    <Show when={news()}>
      {(words) => (
        <div class="toast-place assist-news-place">
          <div
            class="toast assist-news"
            role="group"
            aria-label={words()}
            data-region
            onPointerEnter={() => setHeld(true)}
            onPointerLeave={() => setHeld(false)}
            onFocusIn={() => setHeld(true)}
            onFocusOut={() => setHeld(false)}
          >
            <span class="assist-news-text">{words()}</span>
            <Button
              tone="quiet"
              onClick={() => {
                leave();
                props.onShow();
              }}
            >
              {t('assist.news.show')}
            </Button>
            <Button tone="quiet" isIcon aria-label={t('undo.dismiss')} onClick={leave}>
              <X class="icon" aria-hidden="true" />
            </Button>
          </div>
        </div>
      )}
    </Show>
  );
}

function wordsOf({ task, state }: AskedJob): string | undefined {
  const name = t(`assist.task.${task}`);
  if (state.kind === 'done') return t('assist.said.done', { task: name });
  return state.kind === 'failed' ? t('assist.said.failed', { task: name, reason: stateWords(state) }) : undefined;
}
