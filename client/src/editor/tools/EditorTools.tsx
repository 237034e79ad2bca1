import { createSignal, onCleanup, Show, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import { systemClock } from '@vicinal/shared/clock.ts';
import type { RoomSession } from '../../room/types.ts';
import { BlockHandle } from './BlockHandle.tsx';
import { createTextTools } from './create-text-tools.ts';
import { SlashMenu } from './SlashMenu.tsx';
import { useTextTools } from './text-tools.ts';
import './tools.css';

export interface EditorToolsProps {
  editor: Editor;
  session: RoomSession;
  canWrite: boolean;
}

/** What the tools show around the text, for as long as the editor lives. */
export function EditorTools(props: EditorToolsProps): JSX.Element {
  // the tools live and die with their editor
  const { editor } = props;
  const [said, say] = createSignal('', { equals: false });
  const tools = createTextTools(editor, systemClock);
  const detach = useTextTools()?.attach(tools);
  const onSay = (text: string): void => void say(text);
  editor.on('say', onSay);
  onCleanup(() => {
    detach?.();
    tools.close();
    editor.off('say', onSay);
  });
  return (
    <>
      <Show when={props.canWrite}>
        <SlashMenu editor={editor} />
        <BlockHandle editor={editor} />
      </Show>
      <div class="visually-hidden" aria-live="polite" data-testid="editor-announcements">
        {said()}
      </div>
    </>
  );
}
