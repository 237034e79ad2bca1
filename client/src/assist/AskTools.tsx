import { createSignal, Show, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import Sparkles from 'lucide-solid/icons/sparkles';
import TextQuote from 'lucide-solid/icons/text-quote';
import type { UserId } from '@vicinal/shared/ids.ts';
import type { AgreedHost, JobModel, JobTask } from '@vicinal/shared/room/jobs.ts';
import { t } from '../i18n/messages.ts';
import { Consent } from './Consent.tsx';
import { agree, hasAgreed } from './own-switch.ts';
import { PlaceBadge } from './PlaceBadge.tsx';

const ICONS = { 'key-sentences': TextQuote, summarise: Sparkles } as const;

/** What can be asked for. Before a host gets text for the first time, the person is asked. */
export function AskTools(props: {
  provider: JobModel | undefined;
  self: UserId | undefined;
  mayAsk: boolean;
  isHere: boolean;
  /** `to`: where the person agreed that text goes; absent for built-in tasks. */
  onAsk: (task: JobTask, to?: AgreedHost) => void;
}): JSX.Element {
  const [toAgree, setToAgree] = createSignal<JobModel>();
  const ask = (task: JobTask): void => {
    if (!props.mayAsk) return;
    const provider = task === 'key-sentences' ? undefined : props.provider;
    if (provider !== undefined && !hasAgreed(props.self, provider)) setToAgree(provider);
    else props.onAsk(task, hostOf(provider));
  };
  const modelName = (model: JobModel): string => model.name ?? model.host ?? t('assist.model.unnamed');
  return (
    <section class="assist-part" aria-labelledby="assist-ask">
      <h3 class="info-heading" id="assist-ask">
        {t('assist.ask')}
      </h3>
      <Task
        task="key-sentences"
        hint={t('assist.hint.key-sentences')}
        place="built-in"
        mayAsk={props.mayAsk}
        onAsk={() => ask('key-sentences')}
      />
      <Show when={props.provider}>
        {(provider) => (
          <Task
            task="summarise"
            hint={t('assist.hint.summarise', { model: modelName(provider()) })}
            place={provider().place}
            mayAsk={props.mayAsk}
            onAsk={() => ask('summarise')}
          />
        )}
      </Show>
      <Show when={toAgree()}>
        {(provider) => (
          <Consent
            provider={provider()}
            onAgree={() => {
              const { self } = props;
              const agreed = provider();
              if (self !== undefined) agree(self, agreed);
              setToAgree(undefined);
              props.onAsk('summarise', hostOf(agreed));
            }}
            onCancel={() => setToAgree(undefined)}
          />
        )}
      </Show>
      <Show when={!props.mayAsk}>
        <p class="assist-note">{t('assist.mayNotAsk')}</p>
      </Show>
      <Show when={props.mayAsk && !props.isHere}>
        <p class="assist-note">{t('assist.away')}</p>
      </Show>
    </section>
  );
}

function hostOf(provider: JobModel | undefined): AgreedHost | undefined {
  const { host, place } = provider ?? {};
  return host === undefined || place === undefined || place === 'built-in' ? undefined : { host, place };
}

function Task(props: {
  task: JobTask;
  hint: string;
  place: JobModel['place'];
  mayAsk: boolean;
  onAsk: () => void;
}): JSX.Element {
  return (
    <div class="assist-task">
      <div class="assist-task-row">
        <button
          type="button"
          class="button button-secondary assist-task-button"
          aria-disabled={!props.mayAsk}
          aria-describedby={`assist-hint-${props.task}`}
          onClick={() => props.onAsk()}
        >
          <Dynamic component={ICONS[props.task]} class="icon" aria-hidden="true" />
          {t(`assist.ask.${props.task}`)}
        </button>
        <PlaceBadge place={props.place} />
      </div>
      <p class="assist-hint" id={`assist-hint-${props.task}`}>
        {props.hint}
      </p>
    </div>
  );
}
