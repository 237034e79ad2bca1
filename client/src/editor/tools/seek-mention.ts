/** Finds a mention by its id, now or once it has arrived, and shows it where it stands. */
import type { Editor } from '@tiptap/core';
import { readMentionId } from '@vicinal/shared/room/mention.ts';
import { markPassage } from './source-mark.ts';

/** From then on the person looks at what they chose themselves. */
const OWN_MOVES = ['keydown', 'pointerdown', 'wheel'] as const;

/**
 * Scrolls to the first mention of that id and marks it. While there is none, waits for it to arrive, until the person
 * moves by themselves. The returned function ends waiting; idempotent.
 */
export function seekMention(editor: Editor, id: string): () => void {
  const stop = (): void => {
    editor.off('update', look);
    editor.off('destroy', stop);
    for (const move of OWN_MOVES) document.removeEventListener(move, stop);
  };
  const look = (): void => {
    const from = placeOf(editor, id);
    if (from === undefined) return;
    stop();
    markPassage(editor, { from, to: from + 1 }, 'mention-mark');
  };
  editor.on('update', look);
  editor.on('destroy', stop);
  for (const move of OWN_MOVES) document.addEventListener(move, stop, { passive: true });
  look();
  return stop;
}

function placeOf(editor: Editor, id: string): number | undefined {
  let found: number | undefined;
  editor.state.doc.descendants((node, position) => {
    if (found === undefined && node.type.name === 'mention' && readMentionId(node.attrs['id']) === id) found = position;
    return found === undefined;
  });
  return found;
}
