import { DropdownMenu } from '@kobalte/core/dropdown-menu';
import { createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js';
import type { Editor } from '@tiptap/core';
import type { Transaction } from '@tiptap/pm/state';
import GripVertical from 'lucide-solid/icons/grip-vertical';
import { ariaShortcut, isApplePlatform, SHORTCUTS } from '../../context/shortcuts.ts';
import { t } from '../../i18n/messages.ts';
import { blockAtHeight, startDrag, type DropPlace } from './block-drag.ts';
import { blockAround, type BlockRange } from './block-range.ts';
import { BlockMenuItems } from './BlockMenuItems.tsx';
import { elementAt } from './viewport.ts';

type Grip = 'hidden' | 'shown' | 'pressed' | 'dragging' | 'menu';

/** The grip beside a block: drag it, or press it for the menu. The key for the menu and the formatting bar open it too. */
export function BlockHandle(props: { editor: Editor }): JSX.Element {
  const { editor } = props;
  const [grip, setGrip] = createSignal<Grip>('hidden');
  const [range, setRange] = createSignal<BlockRange>();
  const [line, setLine] = createSignal<DropPlace>();
  // assigned by ref before onMount runs
  let layer!: HTMLDivElement;
  let button!: HTMLButtonElement;
  let stopDrag: (() => void) | undefined;

  const show = (block: BlockRange | undefined, next: Grip): void => {
    if (!block) return;
    const old = range();
    if (old?.from !== block.from || old.to !== block.to) setRange(block);
    place(layer, button, editor, block);
    setGrip(next);
  };
  const atCaret = (): BlockRange | undefined => blockAround(editor.state.doc, editor.state.selection.from);

  const onPointerMove = (event: PointerEvent): void => {
    if (event.pointerType !== 'mouse' || event.buttons !== 0 || grip() === 'menu' || grip() === 'dragging') return;
    const box = editor.view.dom.getBoundingClientRect();
    const isBeside = event.clientX > box.left - 64 && event.clientX < box.right + 16;
    const isWithin = isBeside && event.clientY > box.top && event.clientY < box.bottom;
    if (isWithin) show(blockAtHeight(editor.view, event.clientY), 'shown');
    else if (grip() === 'shown') setGrip('hidden');
  };
  const onTransaction = ({ transaction }: { transaction: Transaction }): void => {
    if (!transaction.docChanged) return;
    const block = range();
    if (grip() === 'shown') setGrip('hidden');
    if (!block) return;
    const { mapping, doc } = transaction;
    const mapped = { from: mapping.map(block.from, 1), to: mapping.map(block.to, -1) };
    const isWhole = mapped.from < mapped.to && doc.resolve(mapped.from).nodeAfter?.nodeSize === mapped.to - mapped.from;
    setRange(isWhole ? mapped : undefined);
    if (!isWhole && grip() === 'menu') setGrip('hidden');
  };
  const openMenu = (): void => show(atCaret(), 'menu');
  const press = (event: PointerEvent): void => {
    if (event.button !== 0 || event.pointerType !== 'mouse') return;
    const wasOpen = grip() === 'menu';
    setGrip('pressed');
    stopDrag = startDrag(event, {
      editor,
      range,
      onPlace: (drop) => {
        setLine(drop);
        if (drop) setGrip('dragging');
      },
      onEnd: (wasClick) => {
        stopDrag = undefined;
        if (!wasClick) editor.view.focus();
        setGrip(wasClick && !wasOpen ? 'menu' : 'hidden');
      },
    });
  };

  onMount(() => {
    document.addEventListener('pointermove', onPointerMove, { passive: true });
    editor.on('transaction', onTransaction);
    editor.on('blockMenu', openMenu);
    onCleanup(() => {
      stopDrag?.();
      document.removeEventListener('pointermove', onPointerMove);
      editor.off('transaction', onTransaction);
      editor.off('blockMenu', openMenu);
    });
  });

  return (
    <div class="block-layer" ref={(element) => (layer = element)}>
      <Show when={line()}>
        {(drop) => <div class="block-drop-line" ref={(element) => placeLine(layer, element, drop)} />}
      </Show>
      <DropdownMenu
        placement="right-start"
        gutter={4}
        modal={false}
        preventScroll={false}
        open={grip() === 'menu'}
        onOpenChange={(isOpen) => {
          // a press may become a drag; its end decides
          if (grip() === 'pressed' || grip() === 'dragging') return;
          if (isOpen) show(range() ?? atCaret(), 'menu');
          else setGrip('hidden');
        }}
      >
        <DropdownMenu.Trigger<'button'>
          class="block-grip"
          data-grip={grip()}
          aria-label={t('block.handle')}
          aria-keyshortcuts={ariaShortcut(SHORTCUTS.blockMenu.keys, isApplePlatform())}
          ref={(element) => (button = element)}
          onPointerDown={press}
          onMouseDown={(event) => event.preventDefault()}
          onFocus={() => {
            if (grip() === 'hidden') show(atCaret(), 'shown');
          }}
        >
          <GripVertical class="icon" aria-hidden="true" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            class="menu block-menu"
            aria-label={t('block.menu')}
            onCloseAutoFocus={(event) => {
              event.preventDefault();
              // after the menu has given the focus to its button
              queueMicrotask(() => {
                const { activeElement } = document;
                if (!editor.isDestroyed && (activeElement === button || activeElement === document.body))
                  editor.view.focus();
              });
            }}
          >
            <BlockMenuItems editor={editor} range={range} />
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu>
    </div>
  );
}

/** Beside the first line of the block, at the edge of the text. Through CSSOM, which the content security policy allows. */
function place(layer: HTMLElement, button: HTMLElement, editor: Editor, block: BlockRange): void {
  const { view } = editor;
  const element = elementAt(view, block.from);
  if (!element) return;
  const origin = layer.getBoundingClientRect();
  const text = view.dom.getBoundingClientRect();
  const isAtom = view.state.doc.nodeAt(block.from)?.isAtom === true;
  const first = isAtom ? element.getBoundingClientRect() : view.coordsAtPos(block.from + 1);
  const middle = (first.top + Math.min(first.bottom, first.top + 40)) / 2;
  const isRtl = getComputedStyle(view.dom).direction === 'rtl';
  const side = isRtl ? text.right + 4 : text.left - button.offsetWidth - 4;
  button.style.setProperty('left', `${Math.round(Math.max(side, 0) - origin.left)}px`);
  button.style.setProperty('top', `${Math.round(middle - button.offsetHeight / 2 - origin.top)}px`);
}

function placeLine(layer: HTMLElement, element: HTMLElement, drop: () => DropPlace): void {
  const origin = layer.getBoundingClientRect();
  const { left, width, height } = drop();
  element.style.setProperty('left', `${Math.round(left - origin.left)}px`);
  element.style.setProperty('width', `${Math.round(width)}px`);
  element.style.setProperty('top', `${Math.round(height - origin.top)}px`);
}
