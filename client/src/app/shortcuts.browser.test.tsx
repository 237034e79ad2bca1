import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'solid-js/web';
import { createShortcutsSheet, ShortcutsSheetContext } from '../context/shortcuts-sheet.ts';
import '../styles/all.css';
import { cycleRegions } from './regions.ts';
import { ShortcutsSheet } from './ShortcutsSheet.tsx';

let close: (() => void) | undefined;
beforeEach(() => page.viewport(1280, 800));
afterEach(() => close?.());

function open(): void {
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(
    () => (
      <ShortcutsSheetContext.Provider value={createShortcutsSheet()}>
        <nav data-region>
          <button type="button" id="first">
            First
          </button>
        </nav>
        <main data-region>
          <input id="field" aria-label="Field" />
          <section data-region>
            <div id="text" contenteditable="true" tabindex="0" />
          </section>
        </main>
        <ShortcutsSheet />
      </ShortcutsSheetContext.Provider>
    ),
    host,
  );
  document.addEventListener('keydown', cycleRegions);
  close = () => {
    document.removeEventListener('keydown', cycleRegions);
    dispose();
    host.remove();
    close = undefined;
  };
}

const focus = (id: string): void => document.getElementById(id)?.focus();
const focused = (): string | undefined => document.activeElement?.id;
const sheet = (): HTMLElement | null => document.querySelector('[role="dialog"]');

describe('sheet of shortcuts', () => {
  it('opens on ? outside text fields, and gives the focus back', async () => {
    open();
    focus('first');
    await userEvent.keyboard('?');
    await expect.poll(sheet).not.toBeNull();
    await expect.poll(() => sheet()?.textContent).toContain('Find in document');
    await userEvent.keyboard('{Escape}');
    await expect.poll(sheet).toBeNull();
    await expect.poll(focused).toBe('first');
  });

  it.each(['field', 'text'])('? is text in the %s', async (id) => {
    open();
    focus(id);
    await userEvent.keyboard('?');
    expect(sheet()).toBeNull();
  });
});

describe('regions', () => {
  it('F6 goes round the regions, Shift+F6 back', async () => {
    open();
    focus('first');
    await userEvent.keyboard('{F6}');
    expect(focused()).toBe('field');
    await userEvent.keyboard('{F6}');
    expect(focused()).toBe('text');
    await userEvent.keyboard('{F6}');
    expect(focused()).toBe('first');
    await userEvent.keyboard('{Shift>}{F6}{/Shift}');
    expect(focused()).toBe('text');
  });
});
