import { createSignal, For, onCleanup, onMount, type JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import BlockMenu from 'lucide-solid/icons/grip-vertical';
import Bold from 'lucide-solid/icons/bold';
import Code from 'lucide-solid/icons/code';
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

/** Formatting bar: sticky above the text, or above the on-screen keyboard on phones. One tab stop, arrows within. */
export function FormatToolbar(props: {
  binding: DocumentBinding;
  onLink: () => void;
  ref: (element: HTMLDivElement) => void;
}): JSX.Element {
  // the bar lives and dies with its binding
  const { editor, undo } = props.binding;
  const state = createToolbarState(editor, undo);
  const [focusIndex, setFocusIndex] = createSignal(0);
  const buttons: HTMLButtonElement[] = [];

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

  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextIndex(event.key, focusIndex(), tools.length);
    if (event.key === 'Escape') editor.commands.focus();
    else if (next !== undefined) {
      setFocusIndex(next);
      buttons[next]?.focus();
    } else return;
    event.preventDefault();
  };

  let bar!: HTMLDivElement; // assigned by ref before onMount runs
  onMount(() => onCleanup(followKeyboard(bar)));

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
      // the text keeps its selection and the phone its keyboard
      onMouseDown={(event) => event.preventDefault()}
    >
      <For each={tools}>
        {(tool, i) => (
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
              tool.keys === undefined
                ? t(tool.label)
                : `${t(tool.label)} · ${shortcutText(tool.keys, isApplePlatform())}`
            }
            tabindex={i() === focusIndex() ? 0 : -1}
            ref={(element) => (buttons[i()] = element)}
            onFocus={() => setFocusIndex(i())}
            onClick={() => {
              if (!state.disabled(tool.id)) tool.run();
            }}
          >
            <Dynamic component={ICONS[tool.id]} class="icon" aria-hidden="true" />
          </button>
        )}
      </For>
    </div>
  );
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
