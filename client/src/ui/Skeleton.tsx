import { For, type JSX } from 'solid-js';

const PAGE = ['w-40', 'w-95', 'w-90', 'w-80', 'w-95', 'w-60'] as const;

/** Lines where text will be. Silent for assistive technology: the page says itself that it loads. */
export function TextSkeleton(): JSX.Element {
  return (
    <div class="skeleton" aria-hidden="true">
      <For each={PAGE}>{(width) => <span class={`skeleton-line ${width}`} />}</For>
    </div>
  );
}

export function PageSkeleton(): JSX.Element {
  return (
    <div class="skeleton-page">
      <TextSkeleton />
    </div>
  );
}
