import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { createPerson, endJourney, poll, type Person } from './harness.ts';

let stack: TestStack;
let ada: Person;
let second: Person;
let home: string;

beforeAll(async () => {
  stack = await startTestStack();
  [ada, second] = await Promise.all([createPerson({ name: 'Ada' }), createPerson({ name: 'Ada2' })]);
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  home = ada.page.url();
});

afterAll(async () => {
  await endJourney(stack, [ada, second]);
});

const tree = (page: Page): Locator => page.getByRole('tree', { name: 'Folders and documents' });
const row = (page: Page, name: string): Locator => tree(page).getByRole('treeitem', { name });

/** "1 Surveys", "2 Tide table": what the tree shows, from the top. */
const shown = (page: Page): Promise<string[]> =>
  tree(page)
    .getByRole('treeitem')
    .evaluateAll((rows) =>
      rows
        .map((item) => ({ at: item.getBoundingClientRect().top, text: `${item.ariaLevel} ${item.ariaLabel}` }))
        .sort((a, b) => a.at - b.at)
        .map(({ text }) => text),
    );

async function waitForTree(person: Person, expected: readonly string[]): Promise<void> {
  const wanted = JSON.stringify(expected);
  await poll(
    async () => JSON.stringify(await shown(person.page)) === wanted,
    20_000,
    async () => `${person.name} waits for ${wanted} and sees ${JSON.stringify(await shown(person.page))}`,
  );
}

async function make(title: string): Promise<void> {
  await ada.newDocument(title);
  await ada.waitForState('archived');
  await ada.page.getByRole('link', { name: 'All documents' }).click();
  await row(ada.page, title).waitFor();
}

test('UI-47 folders, moves by mouse and keyboard, stars, trash and search work offline, and another browser sees the same', async () => {
  const { page } = ada;
  await make('Tide table');
  await make('Harbour budget');
  await make('Lamp rota');
  await ada.context.setOffline(true);

  await page.getByRole('button', { name: 'New folder' }).first().click();
  await page.getByRole('textbox', { name: 'Folder name' }).fill('Surveys');
  await page.keyboard.press('Enter');
  await row(page, 'Surveys').waitFor();
  await row(page, 'Tide table').dragTo(row(page, 'Surveys'));
  await waitForTree(ada, ['1 Surveys', '2 Tide table', '1 Lamp rota', '1 Harbour budget']);

  await row(page, 'Harbour budget').focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Move to…' }).press('Enter');
  await page.getByRole('radio', { name: 'Surveys' }).check();
  await page.keyboard.press('Enter');
  await waitForTree(ada, ['1 Surveys', '2 Harbour budget', '2 Tide table', '1 Lamp rota']);
  await poll(
    () => row(page, 'Harbour budget').evaluate((item) => item === document.activeElement),
    5000,
    async () => 'the focus did not stay with the row that moved',
  );
  await page.keyboard.press('Alt+ArrowDown');
  await waitForTree(ada, ['1 Surveys', '2 Tide table', '2 Harbour budget', '1 Lamp rota']);

  await page.getByRole('button', { name: 'Star Lamp rota' }).click();
  await waitForTree(ada, ['1 Surveys', '2 Tide table', '2 Harbour budget', '1 Lamp rota, starred']);
  await row(page, 'Tide table').focus();
  await page.keyboard.press('Delete');
  await waitForTree(ada, ['1 Surveys', '2 Harbour budget', '1 Lamp rota, starred']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await waitForTree(ada, ['1 Surveys', '2 Tide table', '2 Harbour budget', '1 Lamp rota, starred']);
  await row(page, 'Tide table').focus();
  await page.keyboard.press('Delete');
  await waitForTree(ada, ['1 Surveys', '2 Harbour budget', '1 Lamp rota, starred']);

  await page.keyboard.press('Control+k');
  await page.keyboard.type('budg');
  await page.getByRole('option', { name: /Harbour budget/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/d\//);
  await page.getByRole('textbox', { name: 'Document text' }).waitFor();

  await ada.context.setOffline(false);
  await second.signIn(stack.origin);
  await row(second.page, 'Surveys').waitFor();
  await row(second.page, 'Surveys').focus();
  await second.page.keyboard.press('ArrowRight');
  await waitForTree(second, ['1 Surveys', '2 Harbour budget', '1 Lamp rota, starred']);
  await second.page.getByRole('link', { name: 'Trash' }).first().click();
  await second.page.getByRole('button', { name: 'Restore Tide table' }).click();
  await waitForTree(ada, ['1 Surveys', '2 Tide table', '2 Harbour budget', '1 Lamp rota, starred']);
});

test('UI-48 a document in the trash says so when it is open, and restores from there; going back returns the focus', async () => {
  const { page } = ada;
  await page.goto(home);
  await row(page, 'Lamp rota').focus();
  await page.keyboard.press('Delete');
  await page.getByRole('link', { name: 'Trash' }).first().click();
  const link = page.getByRole('main').getByRole('link', { name: 'Lamp rota' });
  await link.focus();
  await page.keyboard.press('Enter');
  await page.getByText('This document is in the trash.').waitFor();
  await page.goBack();
  await link.waitFor();
  await poll(
    () => link.evaluate((element) => element === document.activeElement),
    5000,
    async () => 'going back did not return the focus',
  );
  await page.goForward();
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByText('This document is in the trash.').waitFor({ state: 'detached' });
  await row(page, 'Lamp rota').waitFor();
});
