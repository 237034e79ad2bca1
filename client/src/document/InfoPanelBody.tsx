import { createEffect, createSignal, onCleanup, Show, type JSX } from 'solid-js';
import type { TextFacts, TextTools } from '../editor/tools/text-tools.ts';
import { readingMinutes, type TextCount } from '../editor/tools/text-figures.ts';
import { dateLocale } from '../i18n/format.ts';
import { t } from '../i18n/messages.ts';
import { Outline } from './Outline.tsx';

/** Counts and outline, kept up to date while they are on screen. */
export function InfoPanelBody(props: {
  tools: TextTools | undefined;
  onGo: (index: number) => void;
  /** What follows the counts. */
  children?: JSX.Element;
}): JSX.Element {
  const [facts, setFacts] = createSignal<TextFacts>();
  createEffect(() => {
    const { tools } = props;
    setFacts(tools?.facts);
    if (tools) onCleanup(tools.watch(() => setFacts(tools.facts)));
  });
  return (
    <div class="info">
      <section class="info-part">
        <h3 class="info-heading">{t('info.counts')}</h3>
        <Show when={props.tools} fallback={<p class="info-none">{t('info.unavailable')}</p>}>
          <Counts count={facts()?.whole} />
          <Show when={facts()?.selected}>
            {(selected) => (
              <>
                <h4 class="info-subheading">{t('info.selected')}</h4>
                <Counts count={selected()} />
              </>
            )}
          </Show>
        </Show>
      </section>
      {props.children}
      <Show when={props.tools}>
        <section class="info-part info-outline">
          <h3 class="info-heading" id="outline-heading">
            {t('outline.heading')}
          </h3>
          <Outline
            entries={facts()?.outline ?? []}
            current={facts()?.current}
            isRead={facts()?.whole !== undefined}
            labelledBy="outline-heading"
            onGo={(index) => props.onGo(index)}
          />
        </section>
      </Show>
    </div>
  );
}

const formatNumber = (value: number): string => new Intl.NumberFormat(dateLocale()).format(value);

function Counts(props: { count: TextCount | undefined }): JSX.Element {
  const reading = (words: number): string => {
    const minutes = readingMinutes(words);
    return minutes < 1 ? t('info.reading.short') : t('info.reading.minutes', { count: minutes });
  };
  const show = (write: (count: TextCount) => string): string => (props.count ? write(props.count) : '–');
  return (
    <dl class="info-counts numeric">
      <div>
        <dt>{t('info.words')}</dt>
        <dd>{show(({ words }) => formatNumber(words))}</dd>
      </div>
      <div>
        <dt>{t('info.characters')}</dt>
        <dd>{show(({ characters }) => formatNumber(characters))}</dd>
      </div>
      <div>
        <dt>{t('info.reading')}</dt>
        <dd>{show(({ words }) => reading(words))}</dd>
      </div>
    </dl>
  );
}
