import { startTestStack, type TestStack } from '@vicinal/infra/testing/stack.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, poll, type Person, endJourney } from './harness.ts';
import { exportedHtml, useTestSeam } from './seam.ts';

let stack: TestStack;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  stack = await startTestStack();
  ada = await createPerson({ name: 'Ada' });
  grace = await createPerson({ name: 'Grace' });
});

afterAll(async () => {
  await endJourney(stack, [ada, grace]);
});

interface SeamWindow {
  __vicinal?: {
    readonly rooms: {
      openRoom(room: string): {
        readonly content: {
          readonly clientID: number;
          readonly store: { readonly clients: Map<number, { id: { clock: number }; length: number }[]> };
        };
        close(): Promise<void>;
      };
    };
  };
}

/** Where each session's writing ends in the tab's document, and the session it writes under. */
const standOf = (tab: Page): Promise<{ clientId: number; ends: string }> =>
  tab.evaluate(async () => {
    const seam = (globalThis as SeamWindow).__vicinal;
    if (!seam) throw new Error('the test seam is not there');
    const session = seam.rooms.openRoom(location.pathname.split('/')[2] ?? '');
    const { clientID, store } = session.content;
    const ends = [...store.clients].map(([client, structs]) => {
      const last = structs.at(-1);
      return `${client}:${(last?.id.clock ?? 0) + (last?.length ?? 0)}`;
    });
    await session.close();
    return { clientId: clientID, ends: ends.sort().join(' ') };
  });
const editorOf = (tab: Page) => tab.getByRole('textbox', { name: 'Document text' });
const textOf = async (tab: Page): Promise<string> => (await editorOf(tab).textContent()) ?? '';
const typeIn = async (tab: Page, text: string): Promise<void> => {
  await tab.bringToFront();
  await editorOf(tab).click();
  await tab.keyboard.press('Control+End');
  await tab.keyboard.type(text);
};
const waitFor = (tab: Page, text: string): Promise<void> =>
  poll(
    async () => (await textOf(tab)).includes(text),
    20_000,
    async () => `a tab waits for "${text}" and shows "${await textOf(tab)}"`,
  );
/** Everybody shows the same, holds the same and writes under a session of their own. */
const expectNoFork = async (tabs: readonly Page[]): Promise<void> => {
  const differing = async (): Promise<number> =>
    new Set(await Promise.all(tabs.map(async (tab) => (await standOf(tab)).ends))).size;
  await poll(
    async () => (await differing()) === 1,
    20_000,
    async () => `tabs hold different things: ${JSON.stringify(await Promise.all(tabs.map(standOf)))}`,
  );
  expect(new Set(await Promise.all(tabs.map(exportedHtml))).size).toBe(1);
  const stands = await Promise.all(tabs.map(standOf));
  expect(new Set(stands.map(({ clientId }) => clientId)).size).toBe(tabs.length);
};

test('CLI-43 five tabs of one browser, one killed in mid-typing and one duplicated, lose and fork nothing', async () => {
  await Promise.all([useTestSeam(ada), useTestSeam(grace)]);
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  const address = await ada.newDocument('Five tabs');
  await grace.joinAsGuest(await ada.createLink('editor'));
  await ada.type('Start. ');
  const tabs = [ada.page];
  for (let i = 1; i < 5; i++) {
    const tab = await ada.context.newPage();
    await tab.goto(address);
    await waitFor(tab, 'Start.');
    tabs.push(tab);
  }
  for (const [i, tab] of tabs.entries()) {
    await typeIn(tab, `tab${i} `);
    await Promise.all(tabs.map((other) => waitFor(other, `tab${i}`)));
  }
  await expectNoFork(tabs);

  const victim = tabs[3];
  if (!victim) expect.unreachable('five tabs are open');
  const session = await ada.context.newCDPSession(victim);
  await typeIn(victim, 'the words before the end ');
  // what had not left the page when it crashed is lost, and may be
  await waitFor(tabs[0] ?? victim, 'the words before the end');
  await victim.keyboard.type('and a few mo');
  // the renderer ends without answering
  void session.send('Page.crash').catch(() => undefined);
  await new Promise((resolve) => victim.once('crash', resolve));
  const left = tabs.filter((tab) => tab !== victim);
  await Promise.all(left.map((tab) => waitFor(tab, 'the words before the end')));
  await grace.waitForText('the words before the end');
  await expectNoFork(left);

  const opener = left[1];
  if (!opener) expect.unreachable('tabs are left');
  await opener.bringToFront();
  const [copy] = await Promise.all([
    ada.context.waitForEvent('page'),
    opener.evaluate(() => {
      // as "Duplicate tab" does: the session storage comes along
      sessionStorage.setItem('copied', '1');
      window.open(location.href);
    }),
  ]);
  await waitFor(copy, 'the words before the end');
  expect(await copy.evaluate(() => sessionStorage.getItem('copied'))).toBe('1');
  const everybody = [...left, copy];
  await typeIn(copy, 'COPY ');
  await typeIn(opener, 'ORIGINAL ');
  await Promise.all(everybody.map((tab) => waitFor(tab, 'COPY ORIGINAL')));
  await grace.waitForText('COPY ORIGINAL');
  await expectNoFork([...everybody, grace.page]);

  await ada.page.bringToFront();
  await ada.waitForState('archived', 30_000);
  await grace.waitForState('archived', 30_000);
  const text = await textOf(ada.page);
  for (const tab of everybody.slice(1)) await tab.close();
  await victim.close();
  await ada.page.reload();
  await editorOf(ada.page).waitFor();
  await waitFor(ada.page, text);
  expect(await textOf(ada.page)).toBe(text);
});
