import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'solid-js/web';
import { App } from '../app/App.tsx';
import { createFixtureCore, DEFAULT_SCENE, type Scene } from '../testing/fixture-core.ts';
import '../styles/all.css';

/** Screens and libraries arrive as chunks. */
function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 5000 });
}

let close: (() => void) | undefined;
afterEach(() => close?.());

function open(path: string, scene: Partial<Scene> = {}): void {
  localStorage.clear();
  history.replaceState(null, '', path);
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(
    () => <App core={createFixtureCore({ ...DEFAULT_SCENE, ...scene }, () => Date.now())} />,
    host,
  );
  close = () => {
    dispose();
    host.remove();
    close = undefined;
  };
}

const buttons = (): HTMLButtonElement[] => [...document.querySelectorAll('button')];
const button = (name: string): HTMLButtonElement | undefined =>
  buttons().find((each) => (each.ariaLabel ?? each.textContent).trim() === name);
const press = async (name: string): Promise<void> => {
  await eventually(() => button(name)).toBeDefined();
  button(name)?.focus(); // as a click does
  button(name)?.click();
};
const focused = (): string | undefined => document.activeElement?.textContent.trim();
const text = (): string => document.body.textContent;

test('leaving the workspace asks first, and staying changes nothing', async () => {
  open('/settings/members');
  await press('Leave workspace');
  await eventually(focused).toBe('Stay');
  expect(text()).toContain('To come back you need a new invitation.');
  await press('Stay');
  await eventually(focused).toBe('Leave workspace');
  expect(button('Leave now')).toBeUndefined();
  await press('Leave workspace');
  await press('Leave now');
  await eventually(() => location.pathname).not.toBe('/settings/members');
});

test('removing a member asks first and says what happens', async () => {
  open('/settings/members');
  await press('Remove Farid from the workspace');
  await eventually(focused).toBe('Keep');
  expect(text()).toContain('Copies already on their devices stay there.');
  expect(button('Remove Farid from the workspace')).toBeDefined();
  await press('Yes, remove');
  await eventually(() => button('Remove Farid from the workspace')).toBeUndefined();
  expect(text()).toContain('Farid was removed.');
});

test('removing a device asks first', async () => {
  open('/settings/devices');
  await press('Remove Chrome on Android');
  await eventually(focused).toBe('Keep');
  expect(text()).toContain('signed out at once');
});

test('whoever belongs to no workspace is told, and can sign out', async () => {
  open('/', { account: 'no-workspace' });
  await eventually(() => document.querySelector('h1')?.textContent).toBe('You belong to no workspace');
  await press('Sign out…');
  await eventually(() => document.querySelector('[role="dialog"]')?.textContent).toContain('Sign out of this browser?');
});

test.each([
  ['local', 'There is no other copy and no way back.'],
  ['guest', 'To come back you need a new link, and will count as a new person.'],
] as const)('signing out with removal asks once more where nothing brings it back: %s', async (account, warning) => {
  await page.viewport(1280, 800);
  open('/settings/profile', { account });
  const entry = (): HTMLElement | undefined =>
    [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find(({ textContent }) =>
      textContent.includes('Sign out'),
    );
  await eventually(() => document.querySelector('.account-button')).not.toBeNull();
  await userEvent.click(document.querySelector('.account-button')!); // just found
  await eventually(entry).toBeDefined();
  await userEvent.click(entry()!); // just found
  await eventually(() => document.querySelector('.choice-danger')).not.toBeNull();
  document.querySelector<HTMLElement>('.choice-danger')?.click();
  await eventually(text).toContain(warning);
  expect(document.querySelector('[role="dialog"]')).not.toBeNull();
  expect(button('Delete for good')).toBeDefined();
});
