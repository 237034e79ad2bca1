/** Every screen in its states, over the gallery's fixtures: for journeys that look at all of them. */
import type { Locator, Page } from 'playwright-core';

const TOKEN = 'q7Jr0yq2mT3vXw9LkD1sZpAaBbCc';
export const WORKSPACE = `/w/${'w'.repeat(21)}A`;
export const DOCUMENT = `/d/${'r'.repeat(21)}A`;

export interface Screen {
  readonly name: string;
  readonly path: string;
  readonly scene?: Readonly<Record<string, unknown>>;
  /** A page outside the router. */
  readonly page?: string;
  /** What a person does before the screen is as meant. */
  readonly act?: (page: Page) => Promise<unknown>;
}

/** The sentence as this page shows it: from the very catalogue the page has loaded. */
export const say = (page: Page, key: string): Promise<string> => page.evaluate(`gallerySentence('${key}')`);
const button = async (page: Page, key: string): Promise<Locator> =>
  page.getByRole('button', { name: await say(page, key), exact: true }).first();
const press = async (page: Page, key: string): Promise<void> => (await button(page, key)).click();
const dialog = (page: Page): Promise<void> => page.getByRole('dialog').waitFor();

/** Its sentences come with its chunk: what is looked for is told by role and class. */
const openAssistant = async (page: Page): Promise<void> => {
  await page.locator('.info-button').click();
  await page.getByRole('tab').nth(1).click();
  await page.locator('.assist-task-button').first().waitFor();
};

export const SCREENS: readonly Screen[] = [
  { name: 'sign-in', path: '/', scene: { account: 'signed-out' } },
  {
    name: 'sign-in, trying it on this device',
    path: '/sign-in',
    scene: { account: 'signed-out' },
    act: (page) => press(page, 'signin.try'),
  },
  {
    name: 'sign-in with nothing filled in',
    path: '/sign-in',
    scene: { account: 'signed-out' },
    act: (page) => press(page, 'signin.submit'),
  },
  { name: 'not set up', path: '/', scene: { account: 'not-set-up' } },
  { name: 'server unreachable', path: '/', scene: { account: 'unreachable' } },
  { name: 'set-up', path: `/setup#${TOKEN}`, scene: { account: 'not-set-up' } },
  { name: 'set-up without a link', path: '/setup', scene: { account: 'not-set-up' } },
  { name: 'join a document', path: `/join#${TOKEN}`, scene: { account: 'signed-out' } },
  {
    name: 'join with an account',
    path: `/join#${TOKEN}`,
    scene: { account: 'signed-out' },
    act: (page) => press(page, 'join.asAccount'),
  },
  { name: 'join as somebody', path: `/join#${TOKEN}`, scene: { account: 'owner' } },
  { name: 'join a workspace', path: `/join#${TOKEN}`, scene: { account: 'signed-out', linkState: 'workspace' } },
  { name: 'join, no server', path: `/join#${TOKEN}`, scene: { account: 'signed-out', linkState: 'unreachable' } },
  { name: 'join, link over', path: `/join#${TOKEN}`, scene: { account: 'signed-out', linkState: 'invalid' } },
  { name: 'home', path: WORKSPACE },
  { name: 'home, empty', path: WORKSPACE, scene: { documents: 0, trash: 0 } },
  { name: 'home of a guest', path: WORKSPACE, scene: { account: 'guest' } },
  { name: 'home on this device alone', path: WORKSPACE, scene: { account: 'local' } },
  { name: 'home, offline', path: WORKSPACE, scene: { server: 'unreachable', status: { state: 'offline' } } },
  { name: 'home, new version', path: WORKSPACE, scene: { hasUpdate: true } },
  { name: 'trash', path: `${WORKSPACE}?view=trash` },
  { name: 'starred', path: `${WORKSPACE}?view=starred` },
  {
    name: 'account menu',
    path: WORKSPACE,
    act: async (page) => {
      await page.getByRole('button', { name: await say(page, 'account.label') }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'sign-out dialog',
    path: WORKSPACE,
    act: async (page) => {
      await page.getByRole('button', { name: await say(page, 'account.label') }).click();
      await page.getByRole('menuitem', { name: await say(page, 'account.signOut') }).click();
      await dialog(page);
    },
  },
  {
    name: 'new folder',
    path: WORKSPACE,
    act: async (page) => {
      await press(page, 'folder.new');
      await dialog(page);
    },
  },
  { name: 'document', path: DOCUMENT },
  {
    name: 'document, people behind "@"',
    path: DOCUMENT,
    act: async (page) => {
      await page.getByRole('textbox', { name: await say(page, 'document.text') }).pressSequentially('For @');
      await page.getByRole('option', { name: /Farid/ }).waitFor();
    },
  },
  ...(
    [
      ['built-in tools alone', { assist: 'built-in' }],
      ['every state', { assist: 'network', jobs: true }],
      ['archive away', { assist: 'away', jobs: true }],
      ['of a viewer', { assist: 'internet', jobs: true, role: 'viewer' }],
    ] as const
  ).map(([name, scene]) => ({ name: `assistant, ${name}`, path: DOCUMENT, scene, act: openAssistant })),
  {
    name: 'assistant, before text is sent',
    path: DOCUMENT,
    scene: { assist: 'internet' },
    act: async (page) => {
      await openAssistant(page);
      await page.locator('.assist-task-button').nth(1).click();
      await page.locator('.assist-consent').waitFor();
    },
  },
  {
    name: 'assistant among who is here',
    path: DOCUMENT,
    scene: { assist: 'network', jobs: true },
    act: async (page) => {
      await page.locator('.people').click();
      await page.locator('.assist-person').waitFor();
    },
  },
  { name: 'document of a viewer', path: DOCUMENT, scene: { role: 'viewer' } },
  { name: 'document, denied', path: DOCUMENT, scene: { room: 'denied' } },
  { name: 'document, waiting', path: DOCUMENT, scene: { room: 'waiting' } },
  { name: 'document, failed', path: DOCUMENT, scene: { room: 'failed' } },
  ...(['error', 'offline', 'syncing', 'signaling-down', 'replicated', 'local'] as const).map((state) => ({
    name: `document, ${state}`,
    path: DOCUMENT,
    scene: { status: { state, pendingChanges: 3, ...(state === 'error' ? { reason: 'not-saved' } : {}) } },
    act: (page: Page) => page.getByTestId('sync-status').click(),
  })),
  {
    name: 'document, info',
    path: DOCUMENT,
    act: async (page) => {
      await press(page, 'info.open');
      await page.getByText(await say(page, 'info.words'), { exact: true }).waitFor();
    },
  },
  {
    name: 'document, finding',
    path: DOCUMENT,
    act: async (page) => {
      await page.getByRole('textbox', { name: await say(page, 'document.text') }).click();
      await page.keyboard.press('Control+f');
      await page.getByRole('button', { name: await say(page, 'find.close') }).waitFor();
    },
  },
  {
    name: 'shortcuts',
    path: WORKSPACE,
    act: async (page) => {
      await page.keyboard.press('?');
      await dialog(page);
    },
  },
  {
    name: 'search',
    path: WORKSPACE,
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('ha');
    },
  },
  {
    name: 'share dialog',
    path: DOCUMENT,
    act: async (page) => {
      await press(page, 'document.share');
      await dialog(page);
      await press(page, 'share.create');
      await page
        .getByRole('textbox', { name: await say(page, 'share.link') })
        .first()
        .waitFor();
    },
  },
  {
    name: 'share dialog, no server',
    path: DOCUMENT,
    scene: { server: 'unreachable' },
    act: async (page) => {
      await press(page, 'document.share');
      await dialog(page);
    },
  },
  ...['profile', 'account', 'devices', 'notifications', 'appearance', 'storage', 'members', 'about'].map((section) => ({
    name: `settings, ${section}`,
    path: `/settings/${section}`,
  })),
  { name: 'inbox', path: '/inbox' },
  { name: 'inbox, empty', path: '/inbox', scene: { inbox: 0 } },
  { name: 'inbox, offline', path: '/inbox', scene: { server: 'unreachable' } },
  { name: 'settings of a guest', path: '/settings/account', scene: { account: 'guest' } },
  { name: 'settings, no server', path: '/settings/members', scene: { server: 'unreachable' } },
  { name: 'not found', path: '/nowhere' },
  { name: 'crash', path: '/', page: 'crash' },
  { name: 'plain http', path: '/', page: 'insecure' },
  { name: 'browser without crypto', path: '/', page: 'crypto' },
];

/** Most of a screen's time is waiting: two at once use both cores of a small machine. */
const LANES = 2;

/** Runs `work` for every screen, in lanes that each have what `open` makes, such as a context of their own. */
export async function onEveryScreen<T>(
  open: () => Promise<T>,
  work: (screen: Screen, lane: T) => Promise<void>,
  close: (lane: T) => Promise<void>,
): Promise<void> {
  const left = [...SCREENS];
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      const lane = await open();
      try {
        for (let screen = left.shift(); screen !== undefined; screen = left.shift()) await work(screen, lane);
      } finally {
        await close(lane);
      }
    }),
  );
}
