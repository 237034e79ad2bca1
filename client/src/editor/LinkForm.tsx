import { createSignal, createUniqueId, onCleanup, onMount, Show, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import Check from 'lucide-solid/icons/check';
import ExternalLink from 'lucide-solid/icons/external-link';
import Unlink from 'lucide-solid/icons/unlink';
import X from 'lucide-solid/icons/x';
import { toHref } from './binding/link.ts';
import { editorText } from './messages.ts';

/** Edits the link of the selection, below it. Escape and leaving it close without a change. */
export function LinkForm(props: { editor: Editor; onClose: () => void }): JSX.Element {
  // the form lives and dies with its editor
  const { editor } = props;
  const current: unknown = editor.getAttributes('link')['href'];
  const existing = typeof current === 'string' ? current : '';
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
    else if (toHref(address()) === undefined || !editor.commands.linkTo(address())) {
      setIsInvalid(true);
      field.focus();
      return;
    }
    finish();
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
      aria-label={editorText('editor.link.form')}
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
      <div class="link-form-row">
        <input
          type="text"
          inputmode="url"
          autocomplete="off"
          spellcheck={false}
          aria-label={editorText('editor.link.address')}
          placeholder={editorText('editor.link.hint')}
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
          aria-label={editorText('editor.link.apply')}
          data-tooltip={editorText('editor.link.apply')}
        >
          <Check class="icon" aria-hidden="true" />
        </button>
        <Show when={existing !== ''}>
          <a
            class="format-tool"
            href={existing}
            target="_blank"
            rel="noopener noreferrer nofollow"
            aria-label={editorText('editor.link.open')}
            data-tooltip={editorText('editor.link.open')}
          >
            <ExternalLink class="icon" aria-hidden="true" />
          </a>
          <button
            type="button"
            class="format-tool"
            aria-label={editorText('editor.link.remove')}
            data-tooltip={editorText('editor.link.remove')}
            onClick={remove}
          >
            <Unlink class="icon" aria-hidden="true" />
          </button>
        </Show>
        <button
          type="button"
          class="format-tool"
          aria-label={editorText('editor.link.close')}
          data-tooltip={editorText('editor.link.close')}
          onClick={finish}
        >
          <X class="icon" aria-hidden="true" />
        </button>
      </div>
      <Show when={isInvalid()}>
        <p class="link-form-error" id={errorId} role="alert">
          {editorText('editor.link.invalid')}
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
