import { createEffect, createSignal, on, onCleanup, onMount, type JSX } from 'solid-js';
import CaseSensitive from 'lucide-solid/icons/case-sensitive';
import ChevronDown from 'lucide-solid/icons/chevron-down';
import ChevronUp from 'lucide-solid/icons/chevron-up';
import X from 'lucide-solid/icons/x';
import type { TextTools } from '../editor/tools/text-tools.ts';
import { t } from '../i18n/messages.ts';
import './find-bar.css';

export interface FindFieldsProps {
  tools: TextTools;
  /** Is given the field when it is on the page. */
  ref: (field: HTMLInputElement) => void;
  onClose: () => void;
}

/** The open find bar; takes the focus. */
export function FindFields(props: FindFieldsProps): JSX.Element {
  // the bar is made anew for every text
  const { find } = props.tools;
  const [text, setText] = createSignal(props.tools.selectedText());
  const [matchCase, setMatchCase] = createSignal(false);
  const [state, setState] = createSignal(find.state, { equals: false });
  onCleanup(find.on('change', () => setState(find.state)));
  onCleanup(() => find.clear());
  createEffect(on([text, matchCase], () => find.search({ text: text(), matchCase: matchCase() })));

  let field!: HTMLInputElement; // assigned by ref before onMount runs
  onMount(() => {
    field.focus({ preventScroll: true });
    field.select();
  });
  const count = (): string => {
    if (text() === '' || !state().isComplete) return '';
    const { current, total } = state();
    return total === 0 ? t('find.none') : t('find.count', { current, total });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Escape') props.onClose();
    else if (event.key === 'F3') find.step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) find.step(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const hasNone = (): boolean => text() !== '' && state().isComplete && state().total === 0;
  return (
    <div class="find-place">
      <div class="find-bar" role="search" aria-label={t('find.label')} data-region onKeyDown={onKeyDown}>
        <input
          class="find-field"
          type="text"
          aria-label={t('find.label')}
          placeholder={t('find.label')}
          autocomplete="off"
          spellcheck={false}
          enterkeyhint="search"
          value={text()}
          aria-invalid={hasNone() ? 'true' : undefined}
          ref={(element) => {
            field = element;
            props.ref(element);
          }}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <span class="find-count numeric" role="status">
          {count()}
        </span>
        <button
          type="button"
          class="button button-quiet button-icon find-case"
          aria-label={t('find.case')}
          title={t('find.case')}
          aria-pressed={matchCase()}
          onClick={() => setMatchCase(!matchCase())}
        >
          <CaseSensitive class="icon" aria-hidden="true" />
        </button>
        <button
          type="button"
          class="button button-quiet button-icon"
          aria-label={t('find.previous')}
          title={t('find.previous')}
          aria-disabled={state().total === 0}
          onClick={() => find.step(-1)}
        >
          <ChevronUp class="icon" aria-hidden="true" />
        </button>
        <button
          type="button"
          class="button button-quiet button-icon"
          aria-label={t('find.next')}
          title={t('find.next')}
          aria-disabled={state().total === 0}
          onClick={() => find.step(1)}
        >
          <ChevronDown class="icon" aria-hidden="true" />
        </button>
        <button
          type="button"
          class="button button-quiet button-icon"
          aria-label={t('find.close')}
          title={t('find.close')}
          onClick={() => props.onClose()}
        >
          <X class="icon" aria-hidden="true" />
        </button>
      </div>
    </div>
  );
}
