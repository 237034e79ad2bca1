import { createSignal, createUniqueId, onCleanup, onMount, Show, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import Check from 'lucide-solid/icons/check';
import ExternalLink from 'lucide-solid/icons/external-link';
import Unlink from 'lucide-solid/icons/unlink';
import X from 'lucide-solid/icons/x';
import { linkRange, toHref } from './binding/link.ts';
import { t } from '../i18n/messages.ts';

/** Edits text and address of the link of the selection, below it. Escape and leaving it close without a change. */
export function LinkForm(props: { editor: Editor; onClose: () => void }): JSX.Element {
  // the form lives and dies with its editor
  const { editor } = props;
  const current: unknown = editor.getAttributes('link')['href'];
  const existing = typeof current === 'string' ? current : '';
  const range = linkRange(editor.state);
  const existingText = range && editor.state.doc.textBetween(range.from, range.to);
  const [text, setText] = createSignal(existingText ?? '');
  const [address, setAddress] = createSignal(existing);
  const [isInvalid, setIsInvalid] = createSignal(false);
  const errorId = createUniqueId();
  // assigned by ref before onMount runs
  let form!: HTMLFormElement;
  let field!: HTMLInputElement;

  const finish = () => {
    props.onClose();
    editor.commands.focus();
  };
  const apply = (event: SubmitEvent) => {
    event.preventDefault();
    if (address().trim() === '') editor.commands.unlink();
    else if (toHref(address()) === undefined || !editor.commands.linkTo(address(), changedText())) {
      setIsInvalid(true);
      field.focus();
      return;
    }
    finish();
  };
  /** Nothing while the words stay as they are: then they keep what else they are marked with. */
  const changedText = () => {
    const words = text().trim();
    return existingText === undefined || words === '' || words === existingText ? undefined : words;
  };
  const remove = () => {
    editor.commands.unlink();
    finish();
  };

  onMount(() => {
    place(form, editor);
    field.focus({ preventScroll: true });
    field.select();
    const reposition = () => place(form, editor);
    editor.on('update', reposition);
    window.addEventListener('resize', reposition);
    onCleanup(() => {
      editor.off('update', reposition);
      window.removeEventListener('resize', reposition);
    });
  });

  return (
    <form
      class="link-form"
      role="dialog"
      aria-label={t('editor.link.form')}
      ref={(element) => (form = element)}
      onSubmit={apply}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        finish();
      }}
      onFocusOut={(event) => {
        if (event.relatedTarget instanceof Node && !form.contains(event.relatedTarget)) props.onClose();
      }}
    >
      <Show when={existingText !== undefined}>
        <div class="link-form-row">
          <input
            type="text"
            autocomplete="off"
            aria-label={t('editor.link.text')}
            placeholder={t('editor.link.text')}
            value={text()}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
      </Show>
      <div class="link-form-row">
        <input
          type="text"
          inputmode="url"
          autocomplete="off"
          spellcheck={false}
          aria-label={t('editor.link.address')}
          placeholder={t('editor.link.hint')}
          aria-invalid={isInvalid() ? 'true' : undefined}
          aria-describedby={isInvalid() ? errorId : undefined}
          value={address()}
          ref={(element) => (field = element)}
          onInput={(event) => {
            setAddress(event.currentTarget.value);
            setIsInvalid(false);
          }}
        />
        <button
          type="submit"
          class="format-tool"
          aria-label={t('editor.link.apply')}
          data-tooltip={t('editor.link.apply')}
        >
          <Check class="icon" aria-hidden="true" />
        </button>
        <Show when={existing !== ''}>
          <a
            class="format-tool"
            href={existing}
            target="_blank"
            rel="noopener noreferrer nofollow"
            aria-label={t('editor.link.open')}
            data-tooltip={t('editor.link.open')}
          >
            <ExternalLink class="icon" aria-hidden="true" />
          </a>
          <button
            type="button"
            class="format-tool"
            aria-label={t('editor.link.remove')}
            data-tooltip={t('editor.link.remove')}
            onClick={remove}
          >
            <Unlink class="icon" aria-hidden="true" />
          </button>
        </Show>
        <button
          type="button"
          class="format-tool"
          aria-label={t('editor.link.close')}
          data-tooltip={t('editor.link.close')}
          onClick={finish}
        >
          <X class="icon" aria-hidden="true" />
        </button>
      </div>
      <Show when={isInvalid()}>
        <p class="link-form-error" id={errorId} role="alert">
          {t('editor.link.invalid')}
        </p>
      </Show>
    </form>
  );
}

/** Below the selection, inside the surface. The position is set through CSSOM, which the content security policy allows. */
function place(form: HTMLFormElement, editor: Editor): void {
  const surface = form.offsetParent;
  if (!surface) return;
  const { from, to } = editor.state.selection;
  const start = editor.view.coordsAtPos(from);
  const end = editor.view.coordsAtPos(to);
  const box = surface.getBoundingClientRect();
  const left = Math.max(8, Math.min(start.left - box.left, box.width - form.offsetWidth - 8));
  form.style.setProperty('left', `${Math.round(left)}px`);
  form.style.setProperty('top', `${Math.round(end.bottom - box.top + 8)}px`);
}
