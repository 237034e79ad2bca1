import { createSignal, onCleanup } from 'solid-js';
import type { Editor } from '@tiptap/core';
import type { BodyUndo } from './binding/undo.ts';
import { FORMAT_COMMANDS } from './formatting.ts';

export interface ToolbarState {
  active(tool: string): boolean;
  disabled(tool: string): boolean;
}

/** What the buttons show; computed at most once per frame, so that it never stands between a key and its letter. */
export function createToolbarState(editor: Editor, undo: BodyUndo): ToolbarState {
  const [active, setActive] = createSignal<ReadonlySet<string>>(new Set());
  const [disabled, setDisabled] = createSignal<ReadonlySet<string>>(new Set());
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const read = () => {
    frame = undefined;
    if (editor.isDestroyed) return;
    const on = new Set<string>(FORMAT_COMMANDS.filter(({ isActive }) => isActive?.(editor)).map(({ id }) => id));
    if (editor.isActive('link')) on.add('link');
    setActive((old) => (isEqual(old, on) ? old : on));
    const off = new Set<string>();
    if (!undo.canUndo) off.add('undo');
    if (!undo.canRedo) off.add('redo');
    if (editor.state.selection.empty && !on.has('link')) off.add('link');
    for (const { id, isDisabled } of FORMAT_COMMANDS) if (isDisabled?.(editor)) off.add(id);
    if (editor.isActive('codeBlock'))
      for (const id of ['bold', 'italic', 'underline', 'strike', 'code', 'link']) off.add(id);
    setDisabled((old) => (isEqual(old, off) ? old : off));
  };
  /** Behind the frame: the letter is drawn before its tools are. */
  const schedule = () => {
    frame ??= requestAnimationFrame(() => {
      timer = setTimeout(read);
    });
  };
  editor.on('transaction', schedule);
  const stop = undo.on('change', schedule);
  frame = requestAnimationFrame(read);
  onCleanup(() => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    editor.off('transaction', schedule);
    stop();
  });
  return { active: (tool) => active().has(tool), disabled: (tool) => disabled().has(tool) };
}

const isEqual = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((item) => b.has(item));
