import { afterEach, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import axe from 'axe-core';
import { render } from 'solid-js/web';
import '../styles/all.css';
import { DocumentEditor } from './DocumentEditor.tsx';
import { createTestSession, frames, textbox, type TestSession } from './testing/session.ts';

let close: (() => void) | undefined;
afterEach(() => close?.());

/** Beside 1280 px: the sidebar, and the panel where it is open. */
const BESIDE_PANEL = 676;

async function open(width: number, viewport = 1280): Promise<{ session: TestSession; host: HTMLElement }> {
  await page.viewport(viewport, 800);
  const session = createTestSession({ canWrite: true });
  const host = document.body.appendChild(document.createElement('main'));
  host.style.inlineSize = `${width}px`;
  const dispose = render(
    () => (
      <>
        <h1 id="title">Title</h1>
        <DocumentEditor session={session} theme="light" labelledBy="title" />
      </>
    ),
    host,
  );
  close = () => {
    dispose();
    host.remove();
    close = undefined;
  };
  await expect.poll(() => shown().length).toBeGreaterThan(0);
  await frames(2);
  textbox().focus();
  return { session, host };
}

const bar = (): HTMLElement => document.querySelector<HTMLElement>('.format-toolbar') ?? document.body;
const all = (): HTMLButtonElement[] => [...bar().querySelectorAll('button')];
const shown = (): HTMLButtonElement[] => all().filter((button) => button.checkVisibility());
const names = (): (string | null)[] => shown().map((button) => button.ariaLabel);
const named = (name: string): HTMLButtonElement => {
  const found = all().find((button) => button.ariaLabel === name);
  if (found === undefined) throw new TypeError(`no ${name} among ${names().join()}`);
  return found;
};
const focused = (): string | null | undefined => document.activeElement?.ariaLabel;
/** Tops of the buttons that are in the bar itself, and whether all of them are inside it. */
const rows = (): { tops: number; isInside: boolean } => {
  const boxes = shown()
    .filter((button) => button.closest('.format-more') === null)
    .map((button) => button.getBoundingClientRect());
  const { left, right } = bar().getBoundingClientRect();
  return {
    tops: new Set(boxes.map(({ top }) => top)).size,
    isInside: boxes.every((box) => box.left >= left && box.right <= right),
  };
};

it.each([320, 600, BESIDE_PANEL, 690, 719, 720, 740, 800])('UI-91 is one row in %i px', async (width) => {
  await open(width);
  expect(rows()).toEqual({ tops: 1, isInside: true });
  expect(bar().offsetHeight).toBe(44);
  expect(names().includes('Divider')).toBe(!names().includes('More tools'));
});

it('UI-91 takes and gives back what fits while its width changes', async () => {
  const { host } = await open(800);
  const whole = names();
  expect(whole).toHaveLength(20);
  host.style.inlineSize = `${BESIDE_PANEL}px`;
  await expect.poll(names).toContain('More tools');
  expect(rows()).toEqual({ tops: 1, isInside: true });
  host.style.inlineSize = '800px';
  await expect.poll(names).toEqual(whole);
});

it('UI-91 tools that do not fit open by a button, work there, and close again', async () => {
  const { session } = await open(BESIDE_PANEL);
  expect(names()).not.toContain('Divider');
  await userEvent.click(named('More tools'));
  expect(named('More tools').ariaExpanded).toBe('true');
  expect(names()).toContain('Divider');
  const box = named('Divider').getBoundingClientRect();
  expect(box.right).toBeLessThanOrEqual(bar().getBoundingClientRect().right);
  const { violations } = await axe.run(bar(), { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
  expect(violations.map(({ id }) => id)).toEqual([]);
  await userEvent.click(named('Divider'));
  expect(session.html()).toContain('<hr>');
  expect(names()).not.toContain('Divider');
  await userEvent.click(named('More tools'));
  await userEvent.click(textbox());
  await expect.poll(() => named('More tools').ariaExpanded).toBe('false');
  await userEvent.click(named('More tools'));
  await userEvent.keyboard('words');
  await expect.poll(() => named('More tools').ariaExpanded).toBe('false');
  expect(document.activeElement).toBe(textbox());
});

it('UI-91 the keyboard reaches every tool by one tab stop', async () => {
  await open(BESIDE_PANEL);
  await userEvent.keyboard('{F10}{End}');
  expect(focused()).toBe('More tools');
  expect(all().filter(({ tabIndex }) => tabIndex === 0)).toEqual([named('More tools')]);
  await userEvent.keyboard('{Enter}{ArrowRight}');
  const first = focused();
  await userEvent.keyboard('{End}');
  expect([first === 'More tools', focused()]).toEqual([false, 'Divider']);
  await userEvent.keyboard('{ArrowRight}');
  expect(focused()).toBe('Undo');
  await userEvent.keyboard('{ArrowLeft}{Escape}');
  expect(document.activeElement).toBe(textbox());
  expect(named('More tools').ariaExpanded).toBe('false');
  expect(all().filter(({ tabIndex }) => tabIndex === 0)).toEqual([named('More tools')]);
});

it('UI-91 on phones the bar scrolls and holds all', async () => {
  await open(390, 390);
  expect(names()).toHaveLength(20);
  expect(rows().tops).toBe(1);
  expect(bar().scrollWidth).toBeGreaterThan(bar().clientWidth);
});
