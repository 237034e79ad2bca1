import { onCleanup, onMount, Show, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import { t } from '../../i18n/messages.ts';
import type { Directory, RoomSession } from '../../room/types.ts';
import { Avatar } from '../../ui/Avatar.tsx';
import { fromEditor } from './from-editor.ts';
import { mentionMenu } from './mention-menu.ts';
import './mention.css';
import { TypedMenuList } from './TypedMenuList.tsx';

/** The people behind "@". */
export function MentionMenu(props: { editor: Editor; session: RoomSession }): JSX.Element {
  // both live and die with the component
  const { editor, session } = props;
  let directory: Directory | undefined;
  let isGone = false;
  const show = (): void => {
    if (isGone || directory === undefined) return;
    editor.storage['mention-menu'].people = directory.people;
    mentionMenu.refresh(editor.view);
  };
  onMount(() => {
    void (async () => {
      const opened = await session.directory();
      if (isGone) {
        opened.close();
        return;
      }
      directory = opened;
      opened.on('change', show);
      show();
      await opened.refresh();
    })().catch(() => undefined); // its chunk did not come: whoever is here can be mentioned
  });
  // a list that is old is asked for again when it is wanted
  let wasOpen = false;
  fromEditor(editor, () => {
    const isOpen = mentionMenu.state(editor.state) !== undefined;
    if (isOpen && !wasOpen) void directory?.refresh();
    wasOpen = isOpen;
    return isOpen;
  });
  const stop = session.on('people', show);
  onCleanup(() => {
    isGone = true;
    stop();
    directory?.close();
  });
  return (
    <TypedMenuList editor={editor} menu={mentionMenu} label={t('mention.label')}>
      {(person) => (
        <>
          <Avatar name={person.name} colour={person.colour} />
          <span class="slash-name mention-name">
            {person.user === session.self ? t('people.you', { name: person.name }) : person.name}
          </span>
          <Show when={person.access === 'none'}>
            <span class="mention-access">{t('mention.noAccess')}</span>
          </Show>
        </>
      )}
    </TypedMenuList>
  );
}
