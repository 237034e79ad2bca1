import { createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { systemClock, systemRandom } from '@vicinal/shared/clock.ts';
import { contentBody, raiseContentSchema } from '@vicinal/shared/room/documents.ts';
import type { RoomSession } from '../room/types.ts';
import { createDocumentBinding, type DocumentBinding } from './binding/document-binding.ts';
import { ContextBar } from './ContextBar.tsx';
import { FormatToolbar } from './FormatToolbar.tsx';
import { LinkForm } from './LinkForm.tsx';
import { t } from '../i18n/messages.ts';
import { takeOver } from '../incoming/hand-over.ts';
import { createEditorTools } from './tools/editor-tools.ts';
import { EditorTools } from './tools/EditorTools.tsx';

const NOTICE_MS = 6000;

const mayWrite = ({ state }: RoomSession): boolean => state.kind === 'ready' && state.canWrite;

/** Toolbar and text, bound to the room's content for as long as the component lives. */
export function BoundEditor(props: {
  session: RoomSession;
  autofocus: boolean;
  onUnsupported: () => void;
}): JSX.Element {
  // one session per component, as in DocumentEditor
  const { session } = props;
  const [binding, setBinding] = createSignal<DocumentBinding>();
  const [canWrite, setCanWrite] = createSignal(mayWrite(session));
  /** What is around the text comes a frame after it. */
  const [isDrawn, setDrawn] = createSignal(false);
  const [isLinking, setIsLinking] = createSignal(false);
  const [notice, setNotice] = createSignal('');
  // assigned by ref before onMount runs
  let host!: HTMLDivElement;
  let toolbar: HTMLDivElement | undefined;
  let cancelNotice: (() => void) | undefined;

  const showNotice = (text: string) => {
    cancelNotice?.();
    setNotice(text);
    cancelNotice = systemClock.after(NOTICE_MS, () => setNotice(''));
  };

  onMount(() => {
    const opened = createDocumentBinding({
      element: host,
      body: contentBody(session.content),
      presence: session.presence,
      canWrite: canWrite(),
      autofocus: props.autofocus,
      tools: createEditorTools({
        session,
        canWrite: () => mayWrite(session),
        endUndoStep: () => binding()?.undo.endStep(),
        random: systemRandom,
      }),
      clock: systemClock,
      random: systemRandom,
      onSchema: (schema) => raiseContentSchema(session.meta, schema),
      onUnsupported: () => props.onUnsupported(),
      onToolbar: () => toolbar?.querySelector<HTMLElement>('[tabindex="0"]')?.focus(),
      onLink: () => setIsLinking(true),
      onFileRefused: (refusal) => showNotice(t(`editor.refused.${refusal}`)),
    });
    setBinding(opened);
    let frame: number | undefined;
    const drawAround = () => {
      if (session.state.kind === 'ready') frame ??= requestAnimationFrame(() => setDrawn(true));
    };
    drawAround();
    const insertIncoming = () => {
      const incoming = canWrite() ? takeOver(session.room) : undefined;
      if (incoming === undefined) return;
      if (incoming.title !== '') session.setTitle(incoming.title);
      void import('./paste/incoming.ts').then((module) =>
        module.insertIncoming(opened.editor, incoming, (refusal) => showNotice(t(`editor.refused.${refusal}`))),
      );
    };
    insertIncoming();
    const stop = session.on('state', () => {
      setCanWrite(mayWrite(session));
      opened.setCanWrite(canWrite());
      if (!canWrite()) setIsLinking(false);
      drawAround();
      insertIncoming();
    });
    onCleanup(() => {
      stop();
      if (frame !== undefined) cancelAnimationFrame(frame);
      cancelNotice?.();
      opened.close();
    });
  });

  return (
    <>
      <Show when={canWrite()}>
        <Show when={isDrawn() && binding()} fallback={<div class="format-toolbar" aria-hidden="true" />}>
          {(open) => (
            <FormatToolbar binding={open()} onLink={() => setIsLinking(true)} ref={(element) => (toolbar = element)} />
          )}
        </Show>
      </Show>
      <div class="document-surface">
        <div
          class="document-host"
          data-placeholder={canWrite() ? t('editor.placeholder') : undefined}
          ref={(element) => (host = element)}
        />
        <Show when={canWrite() && isDrawn() && binding()}>{(open) => <ContextBar editor={open().editor} />}</Show>
        <Show when={isLinking() && binding()}>
          {(open) => <LinkForm editor={open().editor} onClose={() => setIsLinking(false)} />}
        </Show>
      </div>
      <Show when={isDrawn() && binding()}>
        {(open) => <EditorTools editor={open().editor} session={session} canWrite={canWrite()} />}
      </Show>
      <div class="editor-notice" role="status" data-shown={notice() === '' ? undefined : ''}>
        {notice()}
      </div>
    </>
  );
}
