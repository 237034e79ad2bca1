/** Members, guests, roles, links and devices, each person in a browser of their own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import { createPerson, endJourney, OWNER_EMAIL, OWNER_PASSWORD, poll, type Person } from './harness.ts';

const ACTS_WITHIN_MS = 5000;
const BEN = { name: 'Ben', email: 'ben@example.org', password: 'a second long password' };
const GUEST = { email: 'gina@example.org', password: 'a guest who stays here' };

describe('people', () => {
  let stack: TestStack;
  let owner: Person;
  let ben: Person;
  let gina: Person;
  let other: Person | undefined;
  let address = '';
  let documentLink = '';

  beforeAll(async () => {
    stack = await startTestStack();
    owner = await createPerson({ name: 'Olga' });
    ben = await createPerson({ name: 'Ben' });
    gina = await createPerson({ name: 'Gina' });
    const link = await stack.setupLink();
    await owner.setUp(`${link ?? ''}`);
    await stack.archiverReady();
  });
  afterAll(() => endJourney(stack, [owner, ben, gina, other]));

  const openShare = async (person: Person): Promise<void> => {
    await person.page.getByRole('button', { name: 'Share' }).click();
    await person.page.getByRole('heading', { name: 'People with access' }).waitFor();
  };
  const closeDialog = async (person: Person): Promise<void> => {
    await person.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await person.page.getByRole('dialog').waitFor({ state: 'hidden' });
  };
  const listsDocument = (person: Person, title: string) =>
    person.page.getByRole('treeitem', { name: new RegExp(title) }).first();

  test('PEOPLE-1 a workspace link makes members, who see what is open to all', async () => {
    address = await owner.newDocument('Harbour plan');
    await owner.type('The quay is ours.');
    await owner.page.goto(`${stack.origin}/settings/members`);
    await owner.page.getByLabel('How many people').selectOption('1');
    await owner.page.getByRole('button', { name: 'Create workspace link' }).click();
    const field = owner.page.getByRole('textbox', { name: 'Invite link' });
    await field.waitFor();
    const link = await field.inputValue();

    await ben.page.goto(link);
    await ben.page.getByLabel('Your name').fill(BEN.name);
    await ben.page.getByLabel('E-mail').fill(BEN.email);
    await ben.page.getByLabel('Password', { exact: true }).fill(BEN.password);
    await ben.page.getByRole('button', { name: 'Create account and join' }).click();
    await ben.page.waitForURL(/\/w\//);
    await listsDocument(ben, 'Harbour plan').waitFor();

    // one use only
    await gina.page.goto(link);
    await gina.page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
  });

  test('PEOPLE-10 a role given by hand, changed and taken away acts on live links within five seconds', async () => {
    await owner.page.goto(address);
    await ben.page.goto(address);
    await ben.waitForText('The quay is ours.');
    await expect.poll(() => ben.isEditable()).toBe(true);

    await openShare(owner);
    await owner.page.getByLabel('Role of Ben').selectOption('viewer');
    await poll(
      async () => !(await ben.isEditable()),
      ACTS_WITHIN_MS,
      async () => 'Ben still writes',
    );
    await owner.page.getByLabel('Role of Ben').selectOption('editor');
    await poll(
      () => ben.isEditable(),
      ACTS_WITHIN_MS,
      async () => 'Ben does not write again',
    );

    await owner.page.getByLabel('Who has access').selectOption('restricted');
    await owner.page.getByRole('button', { name: 'Remove Ben' }).click();
    await owner.page.getByRole('button', { name: 'Yes, remove' }).click();
    await poll(
      async () => (await ben.status()).state === 'error' || (await ben.page.getByText('Access removed').count()) > 0,
      ACTS_WITHIN_MS,
      async () => `Ben is ${JSON.stringify(await ben.status())}`,
    );
    await closeDialog(owner);
    await ben.page.goto(stack.origin);
    await ben.page.waitForURL(/\/w\//);
    await poll(
      async () => (await listsDocument(ben, 'Harbour plan').count()) === 0,
      ACTS_WITHIN_MS,
      async () => 'the title of a restricted document is still in the index',
    );
  });

  test('PEOPLE-9 UI-64 somebody added to a restricted document finds it in their own list', async () => {
    // the same for what there is not
    await ben.page.goto(`${stack.origin}/d/BBBBBBBBBBBBBBBBBBBBBA`);
    await ben.page.getByRole('button', { name: 'Request access' }).click();
    await ben.page.getByText('was asked').waitFor();
    await owner.page.goto(address);
    await openShare(owner);
    await owner.page.getByLabel('Add people').fill('Ben');
    await owner.page.getByRole('option', { name: /Ben/ }).click();
    await owner.page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
    await owner.page.getByLabel('Role of Ben').waitFor();
    await closeDialog(owner);
    await ben.page.reload();
    await listsDocument(ben, 'Harbour plan').waitFor();
    await ben.page.goto(address);
    await ben.waitForText('The quay is ours.');
    await expect.poll(() => ben.isEditable()).toBe(true);
  });

  test('PEOPLE-15 a guest who makes an account stays the same person and opens the document elsewhere', async () => {
    await owner.page.goto(address);
    documentLink = await owner.createLink('editor');
    await gina.joinAsGuest(documentLink);
    await gina.type(' Gina was here.');
    await owner.waitForText('Gina was here.');
    const before = await gina.page.evaluate(() => indexedDB.databases().then((all) => all.map(({ name }) => name)));

    await gina.page.goto(`${stack.origin}/settings/account`);
    await gina.page.getByLabel('E-mail').fill(GUEST.email);
    await gina.page.getByLabel('Password', { exact: true }).fill(GUEST.password);
    await gina.page.getByRole('button', { name: 'Create account' }).click();
    await gina.page.getByRole('heading', { name: 'Change password' }).waitFor();
    const after = await gina.page.evaluate(() => indexedDB.databases().then((all) => all.map(({ name }) => name)));
    expect(new Set(after)).toEqual(new Set(before));

    other = await createPerson({ name: 'Gina elsewhere' });
    await other.signIn(stack.origin, GUEST.email, GUEST.password);
    await other.page
      .getByRole('link', { name: /Harbour plan|Untitled/ })
      .first()
      .click();
    await other.waitForText('Gina was here.');
  });

  test('PEOPLE-17 a device that is removed is signed out at once and keeps nothing new', async () => {
    await gina.page.goto(`${stack.origin}/settings/devices`);
    await gina.page.getByText('this device').waitFor();
    const remove = gina.page.getByRole('button', { name: /^Remove / });
    await remove.first().waitFor();
    await remove.first().click();
    await gina.page.getByRole('button', { name: 'Yes, remove' }).click();
    await other?.page.getByText('This device was removed from your account.').waitFor({ timeout: 15_000 });
    await expect.poll(() => remove.count()).toBe(0);
  });

  test('PEOPLE-13 a changed password is the one that counts', async () => {
    const page = owner.page;
    await page.goto(`${stack.origin}/settings/account`);
    await page.getByLabel('Current password').fill('not the password');
    await page.getByLabel('New password').fill('an even longer password');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The current password is not right.').waitFor();
    await page.getByLabel('Current password').fill(OWNER_PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The password was changed.').first().waitFor();
    await ben.page.goto(stack.origin);
    await ben.page.waitForURL(/\/w\//);
    await ben.page.getByRole('button', { name: /Account and settings/ }).click();
    await ben.page.getByRole('menuitem', { name: /Sign out/ }).click();
    await ben.page.getByRole('button', { name: /^Remove/ }).click();
    await ben.page.getByLabel('E-mail').fill(OWNER_EMAIL);
    await ben.page.getByLabel('Password', { exact: true }).fill(OWNER_PASSWORD);
    await ben.page.getByRole('button', { name: 'Sign in' }).click();
    await ben.page.getByText('E-mail or password is not right.').waitFor();
    await ben.page.getByLabel('Password', { exact: true }).fill('an even longer password');
    await ben.page.getByRole('button', { name: 'Sign in' }).click();
    await ben.page.waitForURL(/\/w\//);
  });

  test('UI-93 about names the version and the licences of everything in the build', async () => {
    const { page } = owner;
    await page.goto(`${stack.origin}/settings/about`);
    await page.getByText(/^\d+\.\d+\.\d+$/).waitFor();
    await page.getByText('Licences of the parts it is made of').click();
    await page.getByText(/^yjs \d/).waitFor();
    expect(await page.locator('.licence-list > li').count()).toBeGreaterThan(20);
  });
});
