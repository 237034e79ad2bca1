import { describe, expect, it } from 'vitest';
import { ariaShortcut, isStroke, keyNames, SHORTCUTS, shortcutText } from './shortcuts.ts';

const stroke = (
  key: string,
  modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {},
) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...modifiers,
});

describe('shortcuts', () => {
  it.each([
    ['Mod-Shift-7', 'Ctrl+Shift+7', '⇧⌘7'],
    ['Alt-Shift-ArrowUp', 'Alt+Shift+↑', '⌥⇧↑'],
    ['Escape Tab', 'Esc Tab', 'Esc ⇥'],
    ['Mod-b', 'Ctrl+B', '⌘B'],
    ['?', '?', '?'],
  ])('%s is written as the platform writes it', (keys, other, apple) => {
    expect(shortcutText(keys, false)).toBe(other);
    expect(shortcutText(keys, true)).toBe(apple);
  });

  it('names every key of every stroke', () => {
    expect(keyNames('Escape Tab', false)).toEqual([['Esc'], ['Tab']]);
    expect(keyNames('Mod-Alt-1', true)).toEqual([['⌥', '⌘', '1']]);
  });

  it('says them to assistive technology', () => {
    expect(ariaShortcut('Mod-b', false)).toBe('Control+B');
    expect(ariaShortcut('Mod-b', true)).toBe('Meta+B');
    expect(ariaShortcut('Escape Tab', false)).toBe('Escape Tab');
  });

  it('no two shortcuts of one place have the same keys', () => {
    const keys = Object.values(SHORTCUTS).map(({ group, keys: stroke }) => `${group} ${stroke}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('Ctrl+F is find, on Apple keyboards ⌘F; other modifiers make it another key', () => {
    expect(isStroke(stroke('f', { ctrlKey: true }), 'find', false)).toBe(true);
    expect(isStroke(stroke('f', { metaKey: true }), 'find', true)).toBe(true);
    expect(isStroke(stroke('f', { ctrlKey: true }), 'find', true)).toBe(false);
    expect(isStroke(stroke('f', { ctrlKey: true, shiftKey: true }), 'find', false)).toBe(false);
    expect(isStroke(stroke('f'), 'find', false)).toBe(false);
  });

  it('a sign is itself with and without Shift', () => {
    expect(isStroke(stroke('?', { shiftKey: true }), 'shortcuts', false)).toBe(true);
    expect(isStroke(stroke('?'), 'shortcuts', false)).toBe(true);
    expect(isStroke(stroke('?', { ctrlKey: true }), 'shortcuts', false)).toBe(false);
  });
});
