import { createEffect, createMemo, For, onCleanup, Show, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import { fromEditor } from './from-editor.ts';
import type { TypedMenu, TypedMenuState } from './typed-menu.ts';

/** Room that header and formatting bar take at the upper or lower edge, px. */
const BARS = 96;
const PHONE_BAR = 56;
const GAP = 6;
/** Of the list, above its first row. */
const PADDING = 7;

export interface TypedMenuListProps<Item> {
  editor: Editor;
  menu: TypedMenu<Item>;
  label: string;
  /** What stands in one row. */
  children: (item: Item) => JSX.Element;
}

/** The list behind a sign. The focus stays in the text, which names the active option. */
export function TypedMenuList<Item>(props: TypedMenuListProps<Item>): JSX.Element {
  // the menu lives and dies with its editor
  const { editor, menu } = props;
  const open = fromEditor(editor, () => menu.open(editor.state));
  return <Show when={open()}>{(state) => <Options {...props} state={state()} />}</Show>;
}

function Options<Item>(props: TypedMenuListProps<Item> & { state: TypedMenuState<Item> }): JSX.Element {
  const { editor, menu } = props;
  const ids = menu.ids(editor);
  const active = createMemo(() => props.state.items[props.state.active]);
  let list!: HTMLDivElement; // assigned by ref before the first effect

  const arrange = (): void => {
    if (!editor.isDestroyed && !place(list, editor, props.state.from)) menu.close(editor.view);
  };
  createEffect(arrange);
  createEffect(() => {
    const item = active();
    // the one that is now active is drawn already
    if (item !== undefined)
      list.querySelector(`#${CSS.escape(ids.option(item))}`)?.scrollIntoView({ block: 'nearest' });
  });
  const viewport = window.visualViewport;
  window.addEventListener('scroll', arrange, { passive: true });
  window.addEventListener('resize', arrange);
  viewport?.addEventListener('resize', arrange);
  viewport?.addEventListener('scroll', arrange);
  onCleanup(() => {
    window.removeEventListener('scroll', arrange);
    window.removeEventListener('resize', arrange);
    viewport?.removeEventListener('resize', arrange);
    viewport?.removeEventListener('scroll', arrange);
  });

  return (
    <div
      class="slash-menu"
      role="listbox"
      id={ids.list}
      aria-label={props.label}
      ref={(element) => (list = element)}
      // the text keeps the focus and the phone its keyboard
      onMouseDown={(event) => event.preventDefault()}
    >
      <For each={props.state.items}>
        {(item, i) => (
          <div
            class="slash-option"
            role="option"
            id={ids.option(item)}
            aria-selected={active() === item ? 'true' : 'false'}
            onPointerMove={(event) => {
              if (event.pointerType === 'mouse' && active() !== item) menu.point(editor.view, i());
            }}
            onClick={() => menu.choose(editor, item)}
          >
            {props.children(item)}
          </div>
        )}
      </For>
    </div>
  );
}

/** Below the sign, or above it where there is more room; within what the on-screen keyboard leaves. False when out of sight. */
function place(list: HTMLElement, editor: Editor, from: number): boolean {
  const line = editor.view.coordsAtPos(Math.min(from, editor.state.doc.content.size));
  const viewport = window.visualViewport;
  const isPhone = window.innerWidth < 600;
  const top = (viewport?.offsetTop ?? 0) + (isPhone ? GAP : BARS);
  const bottom =
    (viewport?.offsetTop ?? 0) + (viewport?.height ?? window.innerHeight) - (isPhone ? PHONE_BAR : 0) - GAP;
  if (line.bottom < top - BARS || line.top > bottom) return false;
  list.style.removeProperty('max-height');
  const below = bottom - line.bottom - GAP;
  const above = line.top - top - GAP;
  const wanted = list.offsetHeight;
  const isBelow = below >= Math.min(wanted, 220) || below >= above;
  const room = Math.max(96, Math.min(wanted, isBelow ? below : above));
  const row = list.querySelector<HTMLElement>('.slash-option')?.offsetHeight ?? 36;
  // half a row at the edge shows that more follows
  const height = room < list.scrollHeight ? PADDING + (Math.floor((room - PADDING) / row - 0.5) + 0.5) * row : room;
  const width = list.offsetWidth;
  const right = (viewport?.offsetLeft ?? 0) + (viewport?.width ?? window.innerWidth) - 8;
  const isRtl = getComputedStyle(editor.view.dom).direction === 'rtl';
  const left = Math.max(8, Math.min(isRtl ? line.left - width : line.left, right - width));
  list.style.setProperty('left', `${Math.round(left)}px`);
  list.style.setProperty('top', `${Math.round(isBelow ? line.bottom + GAP : line.top - GAP - height)}px`);
  list.style.setProperty('max-height', `${Math.round(height)}px`);
  return true;
}
