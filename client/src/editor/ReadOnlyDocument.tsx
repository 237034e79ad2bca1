import { createMemo, type JSX } from 'solid-js';
import type * as Y from 'yjs';
import { renderHtml } from '@vicinal/shared/room/html.ts';
import { t } from '../i18n/messages.ts';

/** A document that this version must not edit, outside any binding. `revision` counts its changes. */
export function ReadOnlyDocument(props: { body: Y.XmlFragment; revision: number }): JSX.Element {
  const html = createMemo(() => (props.revision, renderHtml(props.body)));
  return (
    <>
      <div class="editor-banner" role="status">
        <strong>{t('editor.update.title')}</strong>
        <span>{t('editor.update.text')}</span>
      </div>
      <div class="document-surface">
        <div
          class="document-text"
          role="textbox"
          aria-label={t('document.text')}
          aria-multiline="true"
          aria-readonly="true"
          tabindex="0"
          // renderHtml emits allow-listed tags only and escapes everything else (html.test.ts)
          innerHTML={html()}
        />
      </div>
    </>
  );
}
