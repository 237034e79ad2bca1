import { createEffect, createSignal, For, on, onCleanup, Show, type JSX } from 'solid-js';
import type { OutlineEntry } from '../editor/tools/text-figures.ts';
import { t } from '../i18n/messages.ts';

/** So many headings are drawn in one frame. */
const DRAWN_A_FRAME = 200;

export interface OutlineProps {
  entries: readonly OutlineEntry[];
  /** Index of the heading being read. */
  current: number | undefined;
  /** Whether the document was looked through. */
  isRead: boolean;
  labelledBy: string;
  onGo: (index: number) => void;
}

/** Headings as a tree: one tab stop, arrows between them, Enter and click go there. */
export function Outline(props: OutlineProps): JSX.Element {
  const [drawn, setDrawn] = createSignal(DRAWN_A_FRAME);
  const [focused, setFocused] = createSignal<number>();
  let tree: HTMLUListElement | undefined;

  createEffect(() => {
    if (drawn() >= props.entries.length) return;
    const frame = requestAnimationFrame(() => setDrawn((count) => count + DRAWN_A_FRAME));
    onCleanup(() => cancelAnimationFrame(frame));
  });
  const stop = (): number => Math.min(focused() ?? props.current ?? 0, props.entries.length - 1);
  const items = (): NodeListOf<HTMLElement> | undefined => tree?.querySelectorAll<HTMLElement>('[role="treeitem"]');
  createEffect(
    on(
      () => props.current,
      (current) => {
        if (current !== undefined && tree?.contains(document.activeElement) !== true) keepInSight(items()?.[current]);
      },
    ),
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const index = stop();
    const last = props.entries.length - 1;
    const wanted: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(index + 1, last),
      ArrowUp: Math.max(index - 1, 0),
      ArrowLeft: parentOf(props.entries, index),
      Home: 0,
      End: last,
    };
    const next = wanted[event.key];
    if (event.key === 'Enter' || event.key === ' ') props.onGo(index);
    else if (next !== undefined) {
      setFocused(next);
      items()?.[next]?.focus();
    } else return;
    event.preventDefault();
  };

  return (
    <Show
      when={props.entries.length > 0}
      fallback={
        <Show when={props.isRead}>
          <p class="info-none">{t('outline.empty')}</p>
        </Show>
      }
    >
      <ul
        class="outline"
        role="tree"
        aria-labelledby={props.labelledBy}
        ref={(element) => (tree = element)}
        onKeyDown={onKeyDown}
        onFocusOut={(event) => {
          if (!(event.relatedTarget instanceof Node) || tree?.contains(event.relatedTarget) !== true)
            setFocused(undefined);
        }}
      >
        <For each={props.entries.slice(0, drawn())}>
          {(entry, i) => (
            <li
              class="outline-item"
              classList={{ 'is-untitled': entry.text === '' }}
              role="treeitem"
              data-level={entry.level}
              aria-level={entry.level}
              aria-current={props.current === i() ? 'location' : undefined}
              tabindex={stop() === i() ? 0 : -1}
              onFocus={() => setFocused(i())}
              onClick={() => props.onGo(i())}
            >
              {entry.text || t('outline.untitled')}
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}

function parentOf(entries: readonly OutlineEntry[], index: number): number {
  const level = entries[index]?.level ?? 0;
  const parent = entries.findLastIndex((entry, i) => i < index && entry.level < level);
  return parent === -1 ? index : parent;
}

/** Scrolls the panel alone, never the document. */
function keepInSight(item: HTMLElement | undefined): void {
  const panel = item?.closest('.info');
  if (!item || !panel) return;
  const box = panel.getBoundingClientRect();
  const at = item.getBoundingClientRect();
  if (at.top < box.top) panel.scrollTop -= box.top - at.top + 24;
  else if (at.bottom > box.bottom) panel.scrollTop += at.bottom - box.bottom + 24;
}
