/** Accounts of one browser profile: without a server, one after the other, kept, removed, revoked elsewhere. */
import { STACK_SERVICES, startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, OWNER_EMAIL, OWNER_PASSWORD, poll, type Person } from './harness.ts';
import { useTestSeam } from './seam.ts';

let stack: TestStack;
let ada: Person;
const people: Person[] = [];
const person = async (name: string): Promise<Person> => {
  const created = await createPerson({ name });
  people.push(created);
  return created;
};

beforeAll(async () => {
  stack = await startTestStack();
  ada = await person('Ada');
  await useTestSeam(ada);
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
});

afterAll(async () => {
  await endJourney(stack, people);
});

const stopServers = async (): Promise<void> => {
  for (const service of STACK_SERVICES) await stack.kill(service);
};
const startServers = async (): Promise<void> => {
  for (const service of STACK_SERVICES) await stack.restart(service);
};
const accountDatabases = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () =>
    (await indexedDB.databases()).map(({ name }) => name ?? '').filter((name) => /^vicinal\/[0-9a-f]{16}\//.test(name)),
  );
const signOut = async (page: Page, choice: 'Keep' | 'Remove'): Promise<void> => {
  await page.getByRole('button', { name: 'Account and settings' }).first().click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('dialog').getByRole('button', { name: choice }).click();
  await signInHeading(page).waitFor();
};
const signInHeading = (page: Page) => page.getByRole('heading', { name: 'Sign in', exact: true });
const openFromHome = (page: Page, title: string): Promise<void> =>
  page
    .getByRole('link', { name: new RegExp(title) })
    .first()
    .click();

async function typeIn(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Document text' }).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}

/** Names of what the pages of a browser open from now on: databases, channels between tabs. */
async function recordOpened(context: BrowserContext): Promise<string[]> {
  const opened: string[] = [];
  await context.exposeFunction('recordOpened', (name: string) => void opened.push(name));
  await context.addInitScript(() => {
    const record = (name: string): void =>
      void (globalThis as unknown as { recordOpened(name: string): unknown }).recordOpened(name); // exposed above
    IDBFactory.prototype.open = new Proxy(IDBFactory.prototype.open, {
      apply(open, self, args: [string, number?]) {
        record(args[0]);
        return Reflect.apply(open, self, args) as IDBOpenDBRequest; // what the browser answers
      },
    });
    globalThis.BroadcastChannel = new Proxy(BroadcastChannel, {
      construct(Channel, args: [string]) {
        record(args[0]);
        return new Channel(...args);
      },
    });
  });
  return opened;
}

test('CLI-50 CLI-51 with every server off a person writes without an account, and signing in later brings the documents along', async () => {
  const kim = await person('Kim');
  await kim.page.goto(stack.origin);
  await signInHeading(kim.page).waitFor();
  await kim.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await stopServers();
  await kim.page.reload();

  const requests: string[] = [];
  kim.page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  await kim.page.getByRole('button', { name: 'Try it on this device first' }).click();
  await kim.page.getByLabel('Your name').fill('Kim');
  const asked = requests.length;
  await kim.page.getByRole('button', { name: 'Start writing' }).click();
  await kim.page.waitForURL(/\/w\//);
  const address = await kim.newDocument('Ferry notes');
  await kim.type('Written before any account.');
  await kim.waitForState('local');
  await kim.page.reload();
  await kim.waitForText('Written before any account.');
  await kim.waitForState('local');
  const second = await kim.context.newPage();
  await second.goto(address);
  await typeIn(second, ' Also in a second tab.');
  await kim.waitForText('Written before any account. Also in a second tab.');
  expect(requests.slice(asked).filter((path) => path.startsWith('/api'))).toEqual([]);
  expect(kim.socketFrames).toEqual([]);

  await startServers();
  const [local] = await accountDatabases(kim.page);
  await kim.page.goto(`${stack.origin}/sign-in`);
  await kim.page.getByLabel('E-mail').fill(OWNER_EMAIL);
  await kim.page.getByLabel('Password', { exact: true }).fill(OWNER_PASSWORD);
  await kim.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await kim.page.waitForURL(/\/w\//);
  await openFromHome(kim.page, 'Ferry notes');
  await kim.waitForText('Written before any account. Also in a second tab.');
  expect(kim.page.url()).toBe(address);
  await kim.waitForState('archived', 60_000);
  await poll(
    async () => !(await accountDatabases(kim.page)).includes(local ?? ''),
    10_000,
    async () => `still there: ${(await accountDatabases(kim.page)).join(' ')}`,
  );

  await openFromHome(ada.page, 'Ferry notes');
  await ada.waitForText('Written before any account. Also in a second tab.');
  await kim.close();
});

test('CLI-51 CLI-55 who tries it, joins as a guest and later as a member has one identity, and the documents once they may', async () => {
  const lea = await person('Lea');
  await useTestSeam(lea);
  await ada.page.goto(stack.origin);
  await ada.newDocument('Crew list');
  const link = await ada.createLink('editor');
  const workspaceLink = await ada.page.evaluate(async () => {
    const { account } = (globalThis as unknown as SeamWindow).__vicinal;
    const answer = await account.people.createWorkspaceLink(account.state.workspaces[0]?.id ?? '', {});
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value.url;
  });
  await lea.page.goto(stack.origin);
  await lea.page.getByRole('button', { name: 'Try it on this device first' }).click();
  await lea.page.getByLabel('Your name').fill('Lea');
  await lea.page.getByRole('button', { name: 'Start writing' }).click();
  await lea.page.waitForURL(/\/w\//);
  const address = await lea.newDocument('Packing list');
  await lea.type('Two ropes.');
  const [local] = await accountDatabases(lea.page);

  await lea.joinAsGuest(link);
  const asGuest = await accountDatabases(lea.page);
  expect(asGuest).toHaveLength(2);
  expect(asGuest).toContain(local);
  const device = await deviceOf(lea.page);

  await lea.page.goto(workspaceLink);
  await lea.page.getByLabel('E-mail').fill('lea@example.org');
  await lea.page.getByLabel('Password', { exact: true }).fill('yet another long password');
  await lea.page.getByRole('button', { name: 'Create account and join' }).click();
  await lea.page.waitForURL(/\/w\//);
  await openFromHome(lea.page, 'Packing list');
  await lea.waitForText('Two ropes.');
  expect(lea.page.url()).toBe(address);
  await lea.waitForState('archived', 60_000);
  await poll(
    async () => (await accountDatabases(lea.page)).join(' ') === asGuest.filter((name) => name !== local).join(' '),
    10_000,
    async () => `databases: ${(await accountDatabases(lea.page)).join(' ')}`,
  );
  expect(await deviceOf(lea.page)).toBe(device);
  await lea.close();
});

test('CLI-52 CLI-53 two accounts use one browser in turn: nothing of the first is opened for the second, and removal leaves nothing', async () => {
  await ada.page.goto(stack.origin);
  await ada.newDocument('Shared note');
  const link = await ada.createLink('editor');
  await ada.page.goto(stack.origin);
  const privateAddress = await ada.newDocument('Private log');
  await ada.type('First line.');
  await ada.waitForState('archived');
  const [adas] = await accountDatabases(ada.page);
  if (adas === undefined) throw new Error('Ada has no database');
  await stopServers();
  await ada.type(' Only in this browser.');
  await ada.waitForState('offline');
  await signOut(ada.page, 'Keep');
  await startServers();

  const requests: string[] = [];
  ada.page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  const opened = await recordOpened(ada.context);
  await ada.page.goto(link);
  await ada.page.getByRole('button', { name: 'Create an account instead' }).click();
  expect(requests.find((path) => path.startsWith('/api'))).toBe('/api/auth/sign-out');
  await ada.page.getByLabel('Your name').fill('Bob');
  await ada.page.getByLabel('E-mail').fill('bob@example.org');
  await ada.page.getByLabel('Password', { exact: true }).fill('another long password');
  await ada.page.getByRole('button', { name: 'Create account and join' }).click();
  await ada.page.waitForURL(/\/d\//);
  await ada.page.getByRole('textbox', { name: 'Document text' }).waitFor();
  await ada.page.goto(privateAddress);
  await ada.page.getByRole('heading', { name: 'You have no access to this document' }).waitFor();
  const bobs = (await accountDatabases(ada.page)).filter((name) => name !== adas);
  expect(bobs).toHaveLength(1);
  expect(await accountDatabases(ada.page)).toContain(adas);
  expect(opened.filter((name) => name.startsWith(bobs[0] ?? ''))).not.toEqual([]);
  expect(opened.filter((name) => name.startsWith(adas))).toEqual([]);
  await signOut(ada.page, 'Keep');

  await ada.signIn(stack.origin);
  await ada.page.goto(privateAddress);
  await ada.waitForText('First line. Only in this browser.');
  await ada.waitForState('archived', 60_000);
  expect(opened.filter((name) => name.startsWith(adas))).not.toEqual([]);

  const second = await ada.context.newPage();
  await second.goto(privateAddress);
  await second.getByRole('textbox', { name: 'Document text' }).waitFor();
  await ada.page.bringToFront();
  const followed = signInHeading(second)
    .waitFor()
    .then(() => Date.now());
  await signOut(ada.page, 'Remove');
  const leftAt = Date.now();
  expect((await followed) - leftAt).toBeLessThan(1000);
  expect(await accountDatabases(ada.page)).toEqual(bobs);
  const kept = await ada.page.evaluate(async () => {
    const cached = await Promise.all(
      (await caches.keys()).map(async (key) => (await (await caches.open(key)).keys()).map(({ url }) => url)),
    );
    return [...(await caches.keys()), ...cached.flat(), ...Object.keys(localStorage)];
  });
  expect(kept.filter((name) => name.includes(adas) || name.includes('/api/'))).toEqual([]);
  await second.close();
  await ada.signIn(stack.origin);
});

test('CLI-54 a device revoked elsewhere is signed out with the reason, keeps its documents and comes back', async () => {
  const other = await person('Other');
  await useTestSeam(other);
  await ada.page.goto(stack.origin);
  const address = await ada.newDocument('Lamp oil');
  await ada.type('Order more. ');
  await ada.waitForState('archived', 60_000);
  await other.signIn(stack.origin);
  await other.page.goto(address);
  await other.waitForText('Order more.');
  const device = await deviceOf(other.page);
  await ada.page.evaluate(async (id) => {
    const { __vicinal: seam } = globalThis as unknown as SeamWindow;
    const answer = await seam.account.people.revokeDevice(id);
    if (!answer.ok) throw new Error(answer.error.code);
  }, device);
  await other.page
    .getByText(/removed|revoked|signed out|ended/i)
    .first()
    .waitFor();
  await signInHeading(other.page).waitFor();
  await other.signIn(stack.origin);
  expect(await deviceOf(other.page)).not.toBe(device);
  await other.page.goto(address);
  await other.waitForText('Order more.');
  await poll(
    () => other.isEditable(),
    20_000,
    async () => `the new key may not write: ${JSON.stringify(await other.status())}`,
  );
  await other.type('And wicks.');
  await other.waitForText('And wicks.');
  await ada.waitForText('And wicks.');
});

interface SeamWindow {
  readonly __vicinal: {
    readonly account: {
      readonly deviceId: string;
      readonly state: { readonly workspaces: readonly { readonly id: string }[] };
      readonly people: {
        createWorkspaceLink(
          workspace: string,
          terms: object,
        ): Promise<{ ok: true; value: { url: string } } | { ok: false; error: { code: string } }>;
        revokeDevice(id: string): Promise<{ ok: true } | { ok: false; error: { code: string } }>;
      };
    };
  };
}
async function deviceOf(page: Page): Promise<string> {
  await page.waitForFunction(() => '__vicinal' in globalThis);
  return page.evaluate(() => (globalThis as unknown as SeamWindow).__vicinal.account.deviceId);
}
