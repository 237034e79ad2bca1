import { createSignal, For, Show, type JSX } from 'solid-js';
import type { JobSource } from '@vicinal/shared/room/jobs.ts';
import type { PassageFound } from '../editor/tools/source-mark.ts';
import { t } from '../i18n/messages.ts';

/** Sentences of the document; a click shows one where it stands. */
export function SourceList(props: {
  sources: readonly JobSource[];
  label: string;
  onShow: (source: JobSource) => PassageFound;
}): JSX.Element {
  return (
    <ol class="assist-sources" aria-label={props.label}>
      <For each={props.sources}>{(source) => <Source source={source} onShow={props.onShow} />}</For>
    </ol>
  );
}

function Source(props: { source: JobSource; onShow: (source: JobSource) => PassageFound }): JSX.Element {
  const [found, setFound] = createSignal<PassageFound>();
  return (
    <li>
      <button type="button" class="assist-source" onClick={() => setFound(props.onShow(props.source))}>
        {props.source.text}
      </button>
      <Show when={found() === 'changed' || found() === 'gone'}>
        <p class="assist-note">{t(found() === 'gone' ? 'assist.source.gone' : 'assist.source.changed')}</p>
      </Show>
    </li>
  );
}
