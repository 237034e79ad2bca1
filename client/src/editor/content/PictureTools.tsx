import { createEffect, on, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import { MAX_ALT_LENGTH, readAlt } from '@vicinal/shared/room/html-images.ts';
import Trash from 'lucide-solid/icons/trash';
import { t } from '../../i18n/messages.ts';

/** Describes or removes the selected picture. `revision` counts the changes of the editor. */
export function PictureTools(props: { editor: Editor; revision: number }): JSX.Element {
  // as in ContextBar
  const { editor } = props;
  let field!: HTMLInputElement; // assigned by ref before any effect runs
  const stored = (): string => (props.revision, readAlt(editor.getAttributes('image')['alt']));
  createEffect(
    on(stored, (alt) => {
      if (document.activeElement !== field) field.value = alt;
    }),
  );
  const save = () => {
    if (field.value !== stored()) editor.commands.describePicture(field.value);
  };
  return (
    <form
      class="picture-tools"
      role="group"
      aria-label={t('editor.image.form')}
      onSubmit={(event) => {
        event.preventDefault();
        save();
        editor.commands.focus();
      }}
    >
      <input
        type="text"
        class="picture-alt"
        autocomplete="off"
        maxLength={MAX_ALT_LENGTH}
        aria-label={t('editor.image.alt')}
        placeholder={t('editor.image.altHint')}
        ref={(element) => (field = element)}
        onChange={save}
      />
      <button
        type="button"
        class="format-tool"
        aria-label={t('editor.image.remove')}
        data-tooltip={t('editor.image.remove')}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => editor.chain().deleteSelection().focus().run()}
      >
        <Trash class="icon" aria-hidden="true" />
      </button>
    </form>
  );
}
