import { createUniqueId, For, Match, Show, Switch, type JSX } from 'solid-js';
import Sparkles from 'lucide-solid/icons/sparkles';
import TextQuote from 'lucide-solid/icons/text-quote';
import type { JobSource } from '@vicinal/shared/room/jobs.ts';
import type { PassageFound } from '../editor/tools/source-mark.ts';
import { t } from '../i18n/messages.ts';
import { Button } from '../ui/Button.tsx';
import type { AssistantView } from './assistant.ts';
import type { AskedJob, DoneResult, JobState } from './job-list.ts';
import { askedBy, draftedWith, insertedBy, stateWords } from './job-words.ts';
import { PlaceBadge } from './PlaceBadge.tsx';
import { ResultText } from './ResultText.tsx';
import type { UserId } from '@vicinal/shared/ids.ts';

export interface JobCardProps {
  job: AskedJob;
  self: UserId | undefined;
  view: AssistantView;
  onStop: () => void;
  onDismiss: () => void;
  onInsert: (done: Extract<JobState, { kind: 'done' }>) => void;
  onShow: (source: JobSource) => PassageFound;
}

const ENDED: ReadonlySet<JobState['kind']> = new Set(['done', 'failed', 'stopped']);

/** One request and what came of it. */
export function JobCard(props: JobCardProps): JSX.Element {
  const id = createUniqueId();
  const task = (): string => t(`assist.task.${props.job.task}`);
  const done = (): Extract<JobState, { kind: 'done' }> | undefined =>
    props.job.state.kind === 'done' ? props.job.state : undefined;
  const isEnded = (): boolean => ENDED.has(props.job.state.kind);
  /** As the archiver and everybody else judge it. */
  const mayEnd = (): boolean => props.view.mayEdit || (props.view.mayAsk && props.job.asker.user === props.self);
  return (
    <li class="assist-card" data-state={props.job.state.kind} aria-labelledby={id}>
      <div class="assist-card-top">
        <Show
          when={props.job.task === 'key-sentences'}
          fallback={<Sparkles class="icon assist-icon" aria-hidden="true" />}
        >
          <TextQuote class="icon assist-icon" aria-hidden="true" />
        </Show>
        <h4 class="assist-card-heading" id={id}>
          {task()}
        </h4>
        <Show when={done()}>{(state) => <PlaceBadge place={state().result.model.place} />}</Show>
      </div>
      <p class="assist-by">
        {askedBy(props.job.asker, props.self)}
        <Show when={done()?.result.model.name}>{(name) => <> · {name()}</>}</Show>
      </p>
      <Show when={stateWords(props.job.state)}>
        {(words) => (
          <p class="assist-state" data-tone={props.job.state.kind === 'failed' ? 'error' : undefined}>
            <Show when={!isEnded()}>
              <span class="assist-dot" aria-hidden="true" />
            </Show>
            {words()}
          </p>
        )}
      </Show>
      <Show when={done()}>
        {(state) => (
          <>
            <ResultText result={state().result} onShow={(source) => props.onShow(source)} />
            <For each={state().acceptedBy}>
              {(author) => (
                <p class="assist-by">
                  {insertedBy(author, props.self)} · {draftedWith(state().result.model)}
                </p>
              )}
            </For>
            <Sent result={state().result} />
          </>
        )}
      </Show>
      <div class="assist-actions">
        <Switch>
          <Match when={done()}>
            {(state) => (
              <Button
                aria-label={t('assist.insert.named', { task: task() })}
                aria-disabled={!props.view.mayEdit}
                title={props.view.mayEdit ? undefined : t('assist.insert.denied')}
                onClick={() => props.view.mayEdit && props.onInsert(state())}
              >
                {t('assist.insert')}
              </Button>
            )}
          </Match>
          <Match when={!isEnded() && props.job.state.kind !== 'stopping' && mayEnd()}>
            <Button aria-label={t('assist.stop.named', { task: task() })} onClick={() => props.onStop()}>
              {t('assist.stop')}
            </Button>
          </Match>
        </Switch>
        <Show when={isEnded() && mayEnd()}>
          <Button
            tone="quiet"
            aria-label={t('assist.dismiss.named', { task: task() })}
            onClick={() => props.onDismiss()}
          >
            {t('assist.dismiss')}
          </Button>
        </Show>
      </div>
    </li>
  );
}

/** The exact input of the model. */
function Sent(props: { result: DoneResult }): JSX.Element {
  return (
    <details class="assist-sent">
      <summary>{t('assist.sent')}</summary>
      <Show when={props.result.sent} fallback={<p class="assist-note">{t('assist.sent.none')}</p>}>
        {(sent) => (
          <>
            <p class="assist-note">
              {props.result.model.host ?? ''} <PlaceBadge place={props.result.model.place} />
            </p>
            <pre class="assist-sent-text" tabindex="0" dir="auto">
              {sent()}
            </pre>
          </>
        )}
      </Show>
    </details>
  );
}
