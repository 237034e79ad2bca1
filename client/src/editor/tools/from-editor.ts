/** Readings of an editor as signals. */
import { createSignal, onCleanup, type Accessor } from 'solid-js';
import type { Editor } from '@tiptap/core';

/** Read again after every transaction; unequal values alone move on. */
export function fromEditor<T>(editor: Editor, read: () => T): Accessor<T> {
  const [value, setValue] = createSignal<T>(read());
  const update = (): void => void setValue(() => read());
  editor.on('transaction', update);
  onCleanup(() => editor.off('transaction', update));
  return value;
}
