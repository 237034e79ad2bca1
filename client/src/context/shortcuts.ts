/** The one registry of keyboard shortcuts: the editor binds them, tooltips name them, the shortcuts sheet lists them. */
import { t, type MessageKey } from '../i18n/messages.ts';

export const SHORTCUT_GROUPS = ['everywhere', 'document', 'text', 'blocks', 'lists', 'tree'] as const;
export type ShortcutGroup = (typeof SHORTCUT_GROUPS)[number];

export interface Shortcut {
  readonly label: MessageKey;
  readonly group: ShortcutGroup;
  /**
   * As ProseMirror names keys; `Mod` is Control, or Command on Apple keyboards. A space separates keys that are pressed
   * one after the other.
   */
  readonly keys: string;
}

const shortcut = (group: ShortcutGroup, keys: string, label: MessageKey): Shortcut => ({ group, keys, label });

export const SHORTCUTS = {
  shortcuts: shortcut('everywhere', '?', 'shortcuts.heading'),
  search: shortcut('everywhere', 'Mod-k', 'shortcuts.search'),
  nextRegion: shortcut('everywhere', 'F6', 'shortcuts.nextRegion'),
  previousRegion: shortcut('everywhere', 'Shift-F6', 'shortcuts.previousRegion'),
  find: shortcut('document', 'Mod-f', 'find.label'),
  toolbar: shortcut('document', 'Alt-F10', 'shortcuts.toolbar'),
  leaveText: shortcut('document', 'Escape Tab', 'shortcuts.leaveText'),
  undo: shortcut('document', 'Mod-z', 'editor.undo'),
  redo: shortcut('document', 'Mod-Shift-z', 'editor.redo'),
  bold: shortcut('text', 'Mod-b', 'editor.bold'),
  italic: shortcut('text', 'Mod-i', 'editor.italic'),
  underline: shortcut('text', 'Mod-u', 'editor.underline'),
  strike: shortcut('text', 'Mod-Shift-s', 'editor.strike'),
  code: shortcut('text', 'Mod-e', 'editor.code'),
  link: shortcut('text', 'Mod-k', 'shortcuts.link'),
  slash: shortcut('blocks', '/', 'slash.label'),
  blockMenu: shortcut('blocks', 'Alt-Enter', 'block.menu'),
  moveUp: shortcut('blocks', 'Alt-Shift-ArrowUp', 'block.moveUp'),
  moveDown: shortcut('blocks', 'Alt-Shift-ArrowDown', 'block.moveDown'),
  heading1: shortcut('blocks', 'Mod-Alt-1', 'editor.heading1'),
  heading2: shortcut('blocks', 'Mod-Alt-2', 'editor.heading2'),
  heading3: shortcut('blocks', 'Mod-Alt-3', 'editor.heading3'),
  quote: shortcut('blocks', 'Mod-Shift-b', 'editor.quote'),
  codeBlock: shortcut('blocks', 'Mod-Alt-c', 'editor.codeBlock'),
  bulletList: shortcut('lists', 'Mod-Shift-8', 'editor.bulletList'),
  orderedList: shortcut('lists', 'Mod-Shift-7', 'editor.orderedList'),
  taskList: shortcut('lists', 'Mod-Shift-9', 'editor.taskList'),
  indent: shortcut('lists', 'Tab', 'block.indent'),
  outdent: shortcut('lists', 'Shift-Tab', 'block.outdent'),
  treeRename: shortcut('tree', 'F2', 'shortcuts.tree.rename'),
  treeMenu: shortcut('tree', 'Shift-F10', 'shortcuts.tree.menu'),
  treeRemove: shortcut('tree', 'Delete', 'shortcuts.tree.remove'),
  treeUp: shortcut('tree', 'Alt-ArrowUp', 'shortcuts.tree.up'),
  treeDown: shortcut('tree', 'Alt-ArrowDown', 'shortcuts.tree.down'),
} as const satisfies Record<string, Shortcut>;

export type ShortcutId = keyof typeof SHORTCUTS;

export const isApplePlatform = (platform: string = navigator.platform): boolean => /Mac|iPhone|iPad/.test(platform);

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};
const APPLE_NAMES: Readonly<Record<string, string>> = {
  ...NAMES,
  Mod: '⌘',
  Alt: '⌥',
  Shift: '⇧',
  Tab: '⇥',
  Enter: '↩',
};
/** Keys that are printed with words. */
const WORDS: Readonly<Record<string, MessageKey>> = {
  Mod: 'key.ctrl',
  Shift: 'key.shift',
  Enter: 'key.enter',
  Delete: 'key.delete',
};
const APPLE_ORDER = ['Alt', 'Shift', 'Mod'];

/** What is printed on the keys, one entry for each stroke: `[["Ctrl", "Shift", "7"]]`, `[["⇧", "⌘", "7"]]`. */
export function keyNames(keys: string, isApple: boolean): readonly (readonly string[])[] {
  return keys.split(' ').map((stroke) => {
    const parts = stroke.split('-');
    const key = parts.pop() ?? '';
    const modifiers = isApple ? APPLE_ORDER.filter((name) => parts.includes(name)) : parts;
    return [...modifiers, key].map((part) => {
      const word = isApple ? undefined : WORDS[part];
      if (word !== undefined) return t(word);
      return (isApple ? APPLE_NAMES : NAMES)[part] ?? (part.length === 1 ? part.toUpperCase() : part);
    });
  });
}

/** "Ctrl+Shift+7", or "⇧⌘7" on Apple keyboards. */
export const shortcutText = (keys: string, isApple: boolean): string =>
  keyNames(keys, isApple)
    .map((stroke) => stroke.join(isApple ? '' : '+'))
    .join(' ');

/** The `aria-keyshortcuts` form. */
export const ariaShortcut = (keys: string, isApple: boolean): string =>
  keys
    .split(' ')
    .map((stroke) =>
      stroke
        .split('-')
        .map((part) =>
          part === 'Mod' ? (isApple ? 'Meta' : 'Control') : part.length === 1 ? part.toUpperCase() : part,
        )
        .join('+'),
    )
    .join(' ');

type Stroke = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** Whether a key event is the one stroke of a shortcut. A printed sign such as `?` may need Shift on some keyboards. */
export function isStroke(event: Stroke, id: ShortcutId, isApple: boolean): boolean {
  const parts = SHORTCUTS[id].keys.split('-');
  const key = parts.pop() ?? '';
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key);
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    (isApple ? event.metaKey : event.ctrlKey) === parts.includes('Mod') &&
    !(isApple ? event.ctrlKey : event.metaKey) &&
    event.altKey === parts.includes('Alt') &&
    (isSign || event.shiftKey === parts.includes('Shift'))
  );
}

/** Whether what is typed there is text, so that letters and signs are no shortcuts. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !/^(?:button|checkbox|radio|range|submit|reset|file)$/.test(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
