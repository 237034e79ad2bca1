import { For, Show, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import { t } from '../../i18n/messages.ts';
import { CODE_LANGUAGES, languageOf } from './languages.ts';

/** The language of the code block around the caret. `revision` counts the changes of the editor. */
export function CodeTools(props: { editor: Editor; revision: number }): JSX.Element {
  // as in ContextBar
  const { editor } = props;
  const language = (): string => (props.revision, languageOf(editor.getAttributes('codeBlock')['language']));
  const isListed = (): boolean => language() === '' || CODE_LANGUAGES.some(([id]) => id === language());
  const choose = (value: string) => {
    editor
      .chain()
      .focus(undefined, { scrollIntoView: false })
      .updateAttributes('codeBlock', { language: value === '' ? null : value })
      .run();
  };
  return (
    <select
      class="code-language"
      aria-label={t('editor.code.language')}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      <option value="" selected={language() === ''}>
        {t('editor.code.plain')}
      </option>
      <Show when={!isListed()}>
        <option value={language()} selected>
          {language()}
        </option>
      </Show>
      <For each={CODE_LANGUAGES}>
        {([id, name]) => (
          <option value={id} selected={language() === id}>
            {name}
          </option>
        )}
      </For>
    </select>
  );
}
