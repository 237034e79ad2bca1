import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'solid-js/web';
import { App } from '../app/App.tsx';
import { createFixtureCore, DEFAULT_SCENE, type Scene } from '../testing/fixture-core.ts';
import { FIXTURE_WORKSPACE } from '../testing/fixture-ids.ts';
import '../styles/all.css';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const NOW = Date.UTC(2026, 10, 21, 12);

/** Screens and libraries arrive as chunks. */
function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 15_000 });
}

let close: (() => void) | undefined;
afterEach(() => close?.());

async function open(scene: Partial<Scene> = {}, query = '', size: [number, number] = [1280, 800]): Promise<void> {
  await page.viewport(...size);
  localStorage.clear();
  history.replaceState(null, '', `/w/${FIXTURE_WORKSPACE}${query}`);
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(() => <App core={createFixtureCore({ ...DEFAULT_SCENE, ...scene }, () => NOW)} />, host);
  close = () => {
    dispose();
    host.remove();
    close = undefined;
  };
  const there = 'main :is(.list, .empty, .trash, [role="tree"])';
  await eventually(() => document.querySelector(there)).not.toBeNull();
}

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[role="treeitem"]')].sort(byPlace);
const byPlace = (a: HTMLElement, b: HTMLElement): number => a.offsetTop - b.offsetTop;
const names = (): string[] => rows().map((row) => `${row.ariaLevel} ${row.querySelector('.tree-name')?.textContent}`);
const row = (name: string): HTMLElement => {
  const found = rows().find((candidate) => candidate.querySelector('.tree-name')?.textContent === name);
  if (found === undefined) throw new Error(`no row "${name}" among ${names().join(', ')}`);
  return found;
};
const focusedName = (): string | null | undefined => document.activeElement?.querySelector('.tree-name')?.textContent;
const announced = (): string | null | undefined => document.querySelector('[data-testid="announcements"]')?.textContent;
const menuItem = (name: string): HTMLElement => {
  const found = [...document.querySelectorAll<HTMLElement>('[role^="menuitem"]')].find((item) =>
    item.textContent?.includes(name),
  );
  if (found === undefined) throw new Error(`no entry ${name}`);
  return found;
};

function drag(from: HTMLElement, to: HTMLElement, fraction: number): void {
  const dataTransfer = new DataTransfer();
  const box = to.getBoundingClientRect();
  const at = {
    bubbles: true,
    cancelable: true,
    dataTransfer,
    clientX: box.left + 40,
    clientY: box.top + box.height * fraction,
  };
  from.dispatchEvent(new DragEvent('dragstart', at));
  to.dispatchEvent(new DragEvent('dragover', at));
}

function letGo(from: HTMLElement, to: HTMLElement, fraction: number): void {
  const box = to.getBoundingClientRect();
  const at = { bubbles: true, cancelable: true, clientX: box.left + 40, clientY: box.top + box.height * fraction };
  to.dispatchEvent(new DragEvent('drop', at));
  from.dispatchEvent(new DragEvent('dragend', at));
}

describe('tree by keyboard', () => {
  test('UI-40 arrows move and open, Home and End go to the ends, letters find a name; one row is in the tab order', async () => {
    await open();
    await eventually(() => names()).toEqual([
      '1 Surveys',
      '1 Office',
      '1 Budget 2027, second reading',
      '1 Translation glossary (German, Dutch, Danish)',
      '1 Untitled',
      expect.stringContaining('1 A title that goes on'),
    ]);
    expect(rows().filter((item) => item.tabIndex === 0)).toHaveLength(1);
    row('Surveys').focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(row('Surveys').ariaExpanded).toBe('true');
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowDown}');
    expect(focusedName()).toContain('Field notes');
    await userEvent.keyboard('{ArrowLeft}');
    expect(focusedName()).toBe('2026');
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}');
    expect(row('Surveys').ariaExpanded).toBe('false');
    await userEvent.keyboard('{End}');
    expect(focusedName()).toContain('A title that goes on');
    await userEvent.keyboard('{Home}tr');
    expect(focusedName()).toContain('Translation glossary');
    expect(rows().filter((item) => item.tabIndex === 0)).toHaveLength(1);
  });

  test('UI-41 Alt with arrows reorders, and says so; at the end it says that too', async () => {
    await open();
    row('Budget 2027, second reading').focus();
    await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(names().slice(2, 4)).toEqual([
      '1 Translation glossary (German, Dutch, Danish)',
      '1 Budget 2027, second reading',
    ]);
    expect(focusedName()).toBe('Budget 2027, second reading');
    expect(announced()).toContain('moved');
    // the rows are drawn again later than they change
    const moved = row('Budget 2027, second reading');
    const tree = moved.parentElement;
    moved.remove();
    tree?.append(moved);
    await expect.poll(focusedName).toBe('Budget 2027, second reading');
    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}{Alt>}{ArrowDown}{/Alt}');
    expect(focusedName()).toBe('Budget 2027, second reading');
    row('Surveys').focus();
    await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
    expect(announced()).toBe('Already the first');
  });

  test('UI-41 Shift+F10 opens the menu, "Move to…" moves into a folder, and the focus stays on the row', async () => {
    await open();
    row('Budget 2027, second reading').focus();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await eventually(() => document.querySelector('[role="menu"]')).not.toBeNull();
    await userEvent.click(menuItem('Move to…'));
    await eventually(() => document.activeElement?.matches('input[type="radio"]:checked')).toBe(true);
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{Enter}');
    await eventually(() => focusedName()).toBe('Budget 2027, second reading');
    expect(names()).toContain('2 Budget 2027, second reading');
    expect(announced()).toContain('moved to Office');
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(names()).toContain('1 Budget 2027, second reading');
  });

  test('UI-42 F2 asks for a new name with the old one selected', async () => {
    await open();
    row('Office').focus();
    await userEvent.keyboard('{F2}');
    await eventually(() => (document.activeElement as HTMLInputElement | null)?.value).toBe('Office'); // the field
    await userEvent.keyboard('Archive{Enter}');
    await eventually(() => focusedName()).toBe('Archive');
  });

  test('UI-43 Delete moves to the trash, the focus goes on to the next row, and Undo brings it back', async () => {
    await open();
    row('Budget 2027, second reading').focus();
    await userEvent.keyboard('{Delete}');
    await eventually(() => focusedName()).toContain('Translation glossary');
    expect(announced()).toContain('moved to the trash');
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(names()).toContain('1 Budget 2027, second reading');
  });

  test('UI-43 deleting a folder moves up what was inside; Undo makes it again as it was', async () => {
    await open();
    const before = names();
    row('Office').focus();
    await userEvent.keyboard('{Delete}');
    await eventually(() => names()).toContain('1 How we answer the phone');
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(names()).toEqual(before);
    row('Office').focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(names()).toContain('2 How we answer the phone');
  });
});

describe('tree by dragging', () => {
  test('UI-44 a line or a frame shows where it goes, and letting go moves it', async () => {
    await open();
    const dragged = row('Budget 2027, second reading');
    drag(dragged, row('Untitled'), 0.9);
    expect(row('Untitled').dataset['drop']).toBe('after');
    drag(dragged, row('Untitled'), 0.1);
    expect(row('Untitled').dataset['drop']).toBe('before');
    drag(dragged, row('Office'), 0.5);
    expect(row('Office').dataset['drop']).toBe('into');
    expect(row('Untitled').dataset['drop']).toBeUndefined();
    letGo(dragged, row('Office'), 0.5);
    expect(names()).toContain('2 Budget 2027, second reading');
    expect(document.querySelector('[data-drop]')).toBeNull();
  });

  test('UI-44 a folder cannot be dropped into itself', async () => {
    await open();
    row('Surveys').focus();
    await userEvent.keyboard('{ArrowRight}');
    const before = names();
    drag(row('Surveys'), row('2026'), 0.5);
    expect(document.querySelector('[data-drop]')).toBeNull();
    letGo(row('Surveys'), row('2026'), 0.5);
    expect(names()).toEqual(before);
  });
});

describe('search', () => {
  const field = (): HTMLInputElement => {
    const found = [...document.querySelectorAll<HTMLInputElement>('[data-search-field]')].find((input) =>
      input.checkVisibility(),
    );
    if (found === undefined) throw new Error('no field');
    return found;
  };
  const options = (): (string | null)[] =>
    [...document.querySelectorAll('[role="option"]')].map(
      (option) => option.querySelector('.search-title')?.textContent ?? null,
    );

  test('UI-45 "/" leads to the field, hits are marked, arrows choose, Enter opens, Escape clears', async () => {
    await open();
    await userEvent.keyboard('/');
    expect(document.activeElement).toBe(field());
    await userEvent.keyboard('title goes');
    await eventually(options).toHaveLength(1);
    expect([...document.querySelectorAll('.search-title mark')].map((mark) => mark.textContent)).toEqual([
      'title',
      'goes',
    ]);
    await userEvent.keyboard('{Escape}re');
    await eventually(() => options().length).toBeGreaterThan(1);
    const second = options()[1];
    await userEvent.keyboard('{ArrowDown}');
    expect(document.getElementById(field().getAttribute('aria-activedescendant') ?? '')?.textContent).toContain(second);
    expect(document.querySelector('.search-foot')?.textContent).toBe('Matches titles, not contents');
    await userEvent.keyboard('{Enter}');
    await eventually(() => location.pathname).toContain('/d/');
  });

  test('UI-45 where no field is on screen, Ctrl+K opens one', async () => {
    await open({}, '', [700, 800]);
    await userEvent.keyboard('{Control>}k{/Control}');
    expect(document.activeElement).toBe(field());
  });
});

test('UI-46 of two thousand documents only the rows near the screen are drawn, and the last is one key away', async () => {
  await open({ documents: 2000 });
  expect(document.querySelectorAll('[role="treeitem"]').length).toBeLessThan(120);
  expect(document.querySelectorAll('.list-row').length).toBeLessThan(120);
  rows()[0]?.focus();
  await userEvent.keyboard('{End}');
  const last = document.activeElement;
  expect(last?.ariaPosInSet).toBe(last?.ariaSetSize);
  await eventually(() => (last === null ? 0 : last.getBoundingClientRect().bottom)).toBeLessThanOrEqual(800);
});

describe('axe finds nothing', () => {
  test.each([
    ['home', {}, '', [1280, 800]],
    ['home, dark', { dark: true }, '', [1280, 800]],
    ['phone', {}, '', [390, 844]],
    ['folder', { dark: true }, `?folder=${'H'.repeat(21)}A`, [1280, 800]],
    ['trash', {}, '?view=trash', [1280, 800]],
    ['trash, dark', { dark: true }, '?view=trash', [390, 844]],
    ['empty', { documents: 0, trash: 0 }, '', [1280, 800]],
    ['guest', { account: 'guest' }, '', [1280, 800]],
    ['offline', { dark: true, status: { state: 'offline' } }, '', [390, 844]],
  ] as const)('%s', async (_name, { dark, ...scene }: Partial<Scene> & { dark?: boolean }, query, size) => {
    await open(scene, query, [...size]);
    document.documentElement.dataset['theme'] = dark === true ? 'dark' : 'light';
    await eventually(() => document.querySelector('.skeleton-line, .list-skeleton')).toBeNull();
    const { violations } = await axe.run(document.body, { runOnly: TAGS });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    delete document.documentElement.dataset['theme'];
  });
});
