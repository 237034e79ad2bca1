import { createSignal, onCleanup, Show, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import { systemClock } from '@vicinal/shared/clock.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import type { RoomSession } from '../../room/types.ts';
import { BlockHandle } from './BlockHandle.tsx';
import { createTextTools } from './create-text-tools.ts';
import { MentionMenu } from './MentionMenu.tsx';
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
  const host = useTextTools();
  const detach = host?.attach(tools);
  const onSay = (text: string): void => void say(text);
  const onNoAccess = (user: UserId): void => host?.askToShare(user);
  editor.on('say', onSay);
  editor.on('mentionWithoutAccess', onNoAccess);
  onCleanup(() => {
    detach?.();
    tools.close();
    editor.off('say', onSay);
    editor.off('mentionWithoutAccess', onNoAccess);
  });
  return (
    <>
      <Show when={props.canWrite}>
        <SlashMenu editor={editor} />
        <MentionMenu editor={editor} session={props.session} />
        <BlockHandle editor={editor} />
      </Show>
      <div class="visually-hidden" aria-live="polite" data-testid="editor-announcements">
        {said()}
      </div>
    </>
  );
}
