import { afterEach, expect, it } from 'vitest';
import { focusHeading, markNavigated, trackFocus } from './navigation.ts';

afterEach(() => {
  document.body.replaceChildren();
  history.replaceState(null, '');
});

function draw<Name extends 'a' | 'h1'>(name: Name): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.textContent = name;
  element.tabIndex = -1;
  if (element instanceof HTMLAnchorElement) element.href = '/d/lamp';
  document.body.append(element);
  return element;
}

function goBack(): void {
  trackFocus();
  markNavigated();
  history.replaceState({ _depth: 1 }, '');
  draw('a').focus();
  document.body.replaceChildren();
  window.dispatchEvent(new PopStateEvent('popstate'));
}

it('UI-48 going back returns the focus also when the page is built twice until its list is there', async () => {
  goBack();
  const early = draw('h1');
  focusHeading(early);
  await expect.poll(() => document.activeElement).toBe(early);
  early.remove();
  const heading = draw('h1');
  focusHeading(heading);
  await expect.poll(() => document.activeElement).toBe(heading);
  const link = draw('a');
  await expect.poll(() => document.activeElement).toBe(link);
});

it('UI-48 whoever moves on before the list is there keeps the focus', async () => {
  goBack();
  const heading = draw('h1');
  focusHeading(heading);
  await expect.poll(() => document.activeElement).toBe(heading);
  const elsewhere = document.body.appendChild(document.createElement('button'));
  elsewhere.dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab', bubbles: true }));
  draw('a');
  await new Promise((resolve) => requestAnimationFrame(resolve));
  expect(document.activeElement).toBe(heading);
});

it('UI-48 the page that leaves takes no focus from the one that comes back', async () => {
  goBack();
  const leaving = document.body.appendChild(document.createElement('button'));
  leaving.focus();
  leaving.remove();
  const heading = draw('h1');
  focusHeading(heading);
  await expect.poll(() => document.activeElement).toBe(heading);
  const link = draw('a');
  await expect.poll(() => document.activeElement).toBe(link);
  // built once more
  link.remove();
  const again = draw('a');
  await expect.poll(() => document.activeElement).toBe(again);
});
