import { createMemo, For, Show, type JSX } from 'solid-js';
import type { JobSource } from '@vicinal/shared/room/jobs.ts';
import type { PassageFound } from '../editor/tools/source-mark.ts';
import { t } from '../i18n/messages.ts';
import type { DoneResult } from './job-list.ts';
import { linesOf } from './result-text.ts';
import { SourceList } from './SourceList.tsx';

/** A result as plain text. What it cites opens where it stands in the document. */
export function ResultText(props: { result: DoneResult; onShow: (source: JobSource) => PassageFound }): JSX.Element {
  const lines = createMemo(() => linesOf(props.result));
  return (
    <Show
      when={props.result.task !== 'key-sentences'}
      fallback={
        <SourceList sources={props.result.sources} label={t('assist.task.key-sentences')} onShow={props.onShow} />
      }
    >
      <div class="assist-text" dir="auto">
        <For each={lines()}>
          {(pieces) => (
            <p>
              <For each={pieces}>
                {(piece) =>
                  piece.kind === 'text' ? (
                    piece.text
                  ) : (
                    <Citation number={piece.number} result={props.result} onShow={props.onShow} />
                  )
                }
              </For>
            </p>
          )}
        </For>
      </div>
      <Show when={props.result.sources.length > 0}>
        <h5 class="assist-subheading">{t('assist.sources')}</h5>
        <SourceList sources={props.result.sources} label={t('assist.sources')} onShow={props.onShow} />
      </Show>
    </Show>
  );
}

function Citation(props: {
  number: number;
  result: DoneResult;
  onShow: (source: JobSource) => PassageFound;
}): JSX.Element {
  const source = (): JobSource | undefined => props.result.sources[props.number - 1];
  return (
    <button
      type="button"
      class="assist-citation numeric"
      aria-label={t('assist.citation', { number: props.number, text: source()?.text ?? '' })}
      title={source()?.text}
      onClick={() => {
        const found = source();
        if (found) props.onShow(found);
      }}
    >
      {props.number}
    </button>
  );
}
