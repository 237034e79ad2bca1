import { createEffect, For, Show, type JSX } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import type { JobSource } from '@vicinal/shared/room/jobs.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import type { PassageFound } from '../editor/tools/source-mark.ts';
import type { TextTools } from '../editor/tools/text-tools.ts';
import { t } from '../i18n/messages.ts';
import { AskTools } from './AskTools.tsx';
import type { Assistant, AssistantView } from './assistant.ts';
import type { AskedJob, JobState } from './job-list.ts';
import { JobCard } from './JobCard.tsx';
import { passageOf } from './passage.ts';
import { paragraphsOf } from './result-text.ts';

export interface AssistPanelProps {
  assistant: Assistant;
  view: AssistantView;
  self: UserId | undefined;
  tools: TextTools | undefined;
  /** Says something politely, once. */
  announce: (text: string) => void;
  /** Gives way to the text, where the panel covers it. */
  onLeave: () => void;
  /** Whether a shown passage takes the focus. */
  takesFocus: boolean;
}

/** What can be asked of the assistant, and what came of it. */
export function AssistPanel(props: AssistPanelProps): JSX.Element {
  // one card stays one element while its state changes: the focus in it stays
  const [shown, setShown] = createStore<{ jobs: AskedJob[] }>({ jobs: [] });
  createEffect(() => setShown('jobs', reconcile([...props.view.jobs], { key: 'key' })));

  const show = (source: JobSource): PassageFound => {
    const passage = passageOf(source);
    if (passage === undefined || props.tools === undefined) return 'gone';
    const { tools } = props;
    props.onLeave();
    const found = tools.show(passage, { focus: props.takesFocus });
    props.announce(t(`assist.source.${found === 'same' ? 'shown' : found}`));
    return found;
  };
  const insert = (done: Extract<JobState, { kind: 'done' }>): void => {
    if (props.tools?.insert(paragraphsOf(done.result)) !== true) return;
    props.assistant.noteAccepted(done.key);
    props.announce(t('assist.said.inserted'));
  };
  return (
    <div class="assist">
      <AskTools
        provider={props.view.provider}
        self={props.self}
        mayAsk={props.view.mayAsk}
        isHere={props.view.isHere}
        onAsk={(task, to) => props.assistant.ask(task, to)}
      />
      <section class="assist-part" aria-labelledby="assist-results">
        <h3 class="info-heading" id="assist-results">
          {t('assist.results')}
        </h3>
        <Show when={shown.jobs.length > 0} fallback={<p class="assist-note">{t('assist.none')}</p>}>
          <ul class="assist-cards">
            <For each={shown.jobs}>
              {(job) => (
                <JobCard
                  job={job}
                  self={props.self}
                  view={props.view}
                  onStop={() => props.assistant.stop(job.key)}
                  onDismiss={() => props.assistant.dismiss(job.key)}
                  onInsert={insert}
                  onShow={show}
                />
              )}
            </For>
          </ul>
        </Show>
      </section>
    </div>
  );
}
