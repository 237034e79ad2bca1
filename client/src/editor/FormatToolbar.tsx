import { createEffect, createMemo, createSignal, For, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import BlockMenu from 'lucide-solid/icons/grip-vertical';
import Bold from 'lucide-solid/icons/bold';
import Code from 'lucide-solid/icons/code';
import Ellipsis from 'lucide-solid/icons/ellipsis';
import Heading1 from 'lucide-solid/icons/heading-1';
import Heading2 from 'lucide-solid/icons/heading-2';
import Heading3 from 'lucide-solid/icons/heading-3';
import ImagePlus from 'lucide-solid/icons/image-plus';
import Italic from 'lucide-solid/icons/italic';
import Link from 'lucide-solid/icons/link';
import List from 'lucide-solid/icons/list';
import ListChecks from 'lucide-solid/icons/list-checks';
import ListOrdered from 'lucide-solid/icons/list-ordered';
import Minus from 'lucide-solid/icons/minus';
import Redo from 'lucide-solid/icons/redo-2';
import SquareCode from 'lucide-solid/icons/square-code';
import Strikethrough from 'lucide-solid/icons/strikethrough';
import Table from 'lucide-solid/icons/table';
import TextQuote from 'lucide-solid/icons/text-quote';
import Underline from 'lucide-solid/icons/underline';
import Undo from 'lucide-solid/icons/undo-2';
import type { DocumentBinding } from './binding/document-binding.ts';
import { ariaShortcut, isApplePlatform, SHORTCUTS, shortcutText } from '../context/shortcuts.ts';
import { FORMAT_COMMANDS, type FormatId } from './formatting.ts';
import { t, type MessageKey } from '../i18n/messages.ts';
import { followKeyboard } from './on-screen-keyboard.ts';
import { createToolbarState } from './toolbar-state.ts';
import { openBlockMenu } from './tools/block-tools.ts';

type ToolId = FormatId | 'undo' | 'redo' | 'link' | 'blockMenu';

const ICONS = {
  undo: Undo,
  redo: Redo,
  blockMenu: BlockMenu,
  heading1: Heading1,
  heading2: Heading2,
  heading3: Heading3,
  bold: Bold,
  italic: Italic,
  underline: Underline,
  strike: Strikethrough,
  code: Code,
  link: Link,
  bulletList: List,
  orderedList: ListOrdered,
  taskList: ListChecks,
  quote: TextQuote,
  codeBlock: SquareCode,
  table: Table,
  image: ImagePlus,
  divider: Minus,
} satisfies Record<ToolId, typeof Bold>;

interface Tool {
  readonly id: ToolId;
  readonly label: MessageKey;
  readonly keys?: string;
  readonly startsGroup: boolean;
  readonly isToggle: boolean;
  readonly run: () => void;
}

/** Between groups, in CSS pixels, as in bars.css. */
const GROUP_GAP = 9;
const GAP = 1;
const MORE = 'more';

/**
 * Formatting bar: sticky above the text, or above the on-screen keyboard on phones. One row, one tab stop, arrows within.
 * What does not fit stands behind a button at its end; on phones the bar scrolls instead.
 */
export function FormatToolbar(props: {
  binding: DocumentBinding;
  onLink: () => void;
  ref: (element: HTMLDivElement) => void;
}): JSX.Element {
  // the bar lives and dies with its binding
  const { editor, undo } = props.binding;
  const state = createToolbarState(editor, undo);
  const [focused, setFocused] = createSignal<string>('undo');
  const [fits, setFits] = createSignal(Infinity);
  const [isOpen, setOpen] = createSignal(false);

  const link: Tool = {
    id: 'link',
    label: 'editor.link',
    keys: SHORTCUTS.link.keys,
    startsGroup: false,
    isToggle: true,
    run: () => props.onLink(),
  };
  const formats = FORMAT_COMMANDS.flatMap((command, i): Tool[] => {
    const tool: Tool = {
      id: command.id,
      label: command.label,
      ...(command.keys === undefined ? {} : { keys: command.keys }),
      startsGroup: FORMAT_COMMANDS[i - 1]?.group !== command.group,
      isToggle: command.isActive !== undefined,
      run: () => command.run(editor),
    };
    return command.id === 'code' ? [tool, link] : [tool];
  });
  const refocused = (action: () => void) => () => {
    action();
    editor.commands.focus(undefined, { scrollIntoView: false });
  };
  const tools: readonly Tool[] = [
    {
      id: 'undo',
      label: 'editor.undo',
      keys: SHORTCUTS.undo.keys,
      startsGroup: false,
      isToggle: false,
      run: refocused(() => undo.undo()),
    },
    {
      id: 'redo',
      label: 'editor.redo',
      keys: SHORTCUTS.redo.keys,
      startsGroup: false,
      isToggle: false,
      run: refocused(() => undo.redo()),
    },
    {
      id: 'blockMenu',
      label: 'block.menu',
      keys: SHORTCUTS.blockMenu.keys,
      startsGroup: true,
      isToggle: false,
      run: () => openBlockMenu(editor),
    },
    ...formats,
  ];

  const isLeftOver = createMemo(() => fits() < tools.length);
  /** The one that Tab reaches. */
  const stop = createMemo(() => {
    const at = tools.findIndex(({ id }) => id === focused());
    if (at < 0 && !isLeftOver()) return 'undo';
    return at < fits() || isOpen() ? focused() : MORE;
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const shown = [...bar.querySelectorAll('button')].filter((button) => button.checkVisibility());
    const next = nextIndex(event.key, shown.indexOf(event.target as HTMLButtonElement), shown.length); // keys go to buttons
    if (event.key === 'Escape') {
      setOpen(false);
      editor.commands.focus();
    } else if (next !== undefined) shown[next]?.focus();
    else return;
    event.preventDefault();
  };

  let bar!: HTMLDivElement; // assigned by ref before onMount runs
  onMount(() => onCleanup(followKeyboard(bar)));
  onMount(() => {
    const observer = new ResizeObserver(([entry]) => {
      const size = bar.querySelector('button')?.offsetWidth;
      if (entry === undefined || size === undefined) return;
      const scrolls = getComputedStyle(bar).overflowX !== 'visible';
      setFits(scrolls ? Infinity : countFitting(tools, size, entry.contentRect.width));
    });
    observer.observe(bar);
    onCleanup(() => observer.disconnect());
  });
  createEffect(() => {
    if (!isLeftOver()) setOpen(false);
    if (!isOpen()) return;
    const closeFrom = ({ target }: Event) => {
      if (!bar.contains(target as Node)) setOpen(false); // events of the document come from nodes
    };
    for (const type of ['pointerdown', 'keydown'] as const) {
      document.addEventListener(type, closeFrom);
      onCleanup(() => document.removeEventListener(type, closeFrom));
    }
  });

  const toolButton = (tool: Tool): JSX.Element => (
    <button
      type="button"
      class="format-tool"
      classList={{ 'format-tool-group': tool.startsGroup }}
      data-tool={tool.id}
      aria-label={t(tool.label)}
      aria-pressed={tool.isToggle ? state.active(tool.id) : undefined}
      aria-disabled={state.disabled(tool.id) ? 'true' : undefined}
      aria-keyshortcuts={tool.keys === undefined ? undefined : ariaShortcut(tool.keys, isApplePlatform())}
      data-tooltip={
        tool.keys === undefined ? t(tool.label) : `${t(tool.label)} · ${shortcutText(tool.keys, isApplePlatform())}`
      }
      tabindex={tool.id === stop() ? 0 : -1}
      onFocus={() => setFocused(tool.id)}
      onClick={() => {
        if (state.disabled(tool.id)) return;
        setOpen(false);
        tool.run();
      }}
    >
      <Dynamic component={ICONS[tool.id]} class="icon" aria-hidden="true" />
    </button>
  );

  return (
    <div
      class="format-toolbar"
      role="toolbar"
      aria-label={t('editor.toolbar')}
      aria-orientation="horizontal"
      ref={(element) => {
        bar = element;
        props.ref(element);
      }}
      onKeyDown={onKeyDown}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !bar.contains(relatedTarget)) setOpen(false);
      }}
      // the text keeps its selection and the phone its keyboard
      onMouseDown={(event) => event.preventDefault()}
    >
      <For each={tools.slice(0, fits())}>{toolButton}</For>
      <Show when={isLeftOver()}>
        <button
          type="button"
          class="format-tool"
          aria-label={t('editor.more')}
          aria-expanded={isOpen()}
          data-tooltip={isOpen() ? undefined : t('editor.more')}
          tabindex={stop() === MORE ? 0 : -1}
          onFocus={() => setFocused(MORE)}
          onClick={() => setOpen((was) => !was)}
        >
          <Ellipsis class="icon" aria-hidden="true" />
        </button>
        <div class="format-more" hidden={!isOpen()}>
          <For each={tools.slice(fits())}>{toolButton}</For>
        </div>
      </Show>
    </div>
  );
}

/** How many tools stand in a row of that width, in CSS pixels; room for the button of the others is kept where there are any. */
function countFitting(tools: readonly Tool[], size: number, width: number): number {
  let end = -GAP;
  const ends = tools.map(({ startsGroup }) => (end += GAP + size + (startsGroup ? GROUP_GAP : 0)));
  return end <= width ? tools.length : ends.filter((each) => each + GAP + size <= width).length;
}

function nextIndex(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % count;
    case 'ArrowLeft':
      return (index + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
