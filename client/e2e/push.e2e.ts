/**
 * The whole way of a push: the event, the request of web-push, a push service that decrypts it (the browser's own is out
 * of reach of a test), and delivery of what it read into the real service worker.
 */
import { startPushStack, type PushStack } from '@vicinal/infra/testing/push-stack.ts';
import { roomIdSchema, type RoomId } from '@vicinal/shared/ids.ts';
import type { CDPSession, Worker } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, OWNER_EMAIL, OWNER_PASSWORD, poll, type Person } from './harness.ts';
import { useTestSeam } from './seam.ts';

type Guest = Awaited<ReturnType<PushStack['join']>>;
const roomOf = (address: string): RoomId => roomIdSchema.parse(new URL(address).pathname.slice('/d/'.length));

let stack: PushStack;
let ada: Person;
let cdp: CDPSession;
let registrationId = '';
let room: RoomId;
let gina: Guest;

beforeAll(async () => {
  stack = await startPushStack();
  ada = await createPerson({ name: 'Ada' });
  await useTestSeam(ada);
  await ada.context.grantPermissions(['notifications'], { origin: stack.origin });
  await ada.setUp(await stack.setupLink());
  await ada.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  cdp = await ada.context.newCDPSession(ada.page);
  cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    for (const registration of registrations) if (!registration.isDeleted) registrationId = registration.registrationId;
  });
  await cdp.send('ServiceWorker.enable');
});
afterAll(async () => {
  await ada.close();
  await stack.close();
});

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
}
const shown = (): Promise<Shown[]> =>
  ada.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const found = (await registration?.getNotifications()) ?? [];
    return found.map(({ title, body, tag }) => ({ title, body, tag }));
  });
const closeShown = (): Promise<void> =>
  ada.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    for (const each of (await registration?.getNotifications()) ?? []) each.close();
  });
const deliver = async (data: string): Promise<void> => {
  await cdp.send('ServiceWorker.deliverPushMessage', { origin: stack.origin, registrationId, data });
};
/** Gives the server a subscription of the push service on this machine, in the name of the page's device. */
async function subscribe(subscription: object): Promise<string> {
  // the seam comes with the account's rooms, after the page is drawn
  await ada.page.waitForFunction(() => '__vicinal' in globalThis);
  return await ada.page.evaluate(async (body) => {
    interface Answer {
      readonly ok: boolean;
      readonly error?: { readonly code: string };
    }
    interface Seam {
      readonly account: { readonly deviceId: string; readonly api: { request(request: object): Promise<Answer> } };
    }
    const seam = (globalThis as { __vicinal?: Seam }).__vicinal;
    if (!seam) throw new Error('the test seam is not there');
    const path = `/push/${seam.account.deviceId}`;
    const answer = await seam.account.api.request({ method: 'PUT', path, body, isSignedIn: true });
    return answer.ok ? 'ok' : (answer.error?.code ?? 'unknown');
  }, subscription);
}
/** What the page keeps for its worker. */
const workerKnows = (name: string): Promise<boolean> =>
  ada.page.evaluate(async (wanted) => {
    for (const { name: database } of await indexedDB.databases()) {
      if (database === undefined || database === 'vicinal/profile') continue;
      const row = await new Promise<unknown>((resolve) => {
        const opening = indexedDB.open(database);
        opening.addEventListener('success', () => {
          const db = opening.result;
          if (!db.objectStoreNames.contains('caches')) return resolve(undefined);
          const asked = db.transaction('caches').objectStore('caches').get('list/notify');
          asked.addEventListener('success', () => {
            db.close();
            resolve(asked.result);
          });
        });
      });
      if (JSON.stringify(row ?? '').includes(wanted)) return true;
    }
    return false;
  }, name);
/** A click leads the open window; nobody may focus one from a test. */
async function clickShown(): Promise<void> {
  await (
    await worker()
  ).evaluate(async () => {
    const scope = globalThis as unknown as ServiceWorkerScope;
    const [notification] = await scope.registration.getNotifications();
    scope.dispatchEvent(new scope.NotificationEvent('notificationclick', { notification }));
  });
}
async function worker(): Promise<Worker> {
  const [running] = ada.context.serviceWorkers();
  return running ?? (await ada.context.waitForEvent('serviceworker'));
}

test('PUSH-10 an accepted invite reaches the real worker, encrypted and generic on the way, and is shown with name and title', async () => {
  room = roomOf(await ada.newDocument('Harbour plan'));
  const link = await ada.createLink('editor');
  await ada.page.goto(stack.origin);
  expect(await subscribe(stack.push.subscribe())).toBe('ok');
  gina = await stack.join(link, 'Gina');
  await poll(
    async () => stack.push.messages.length === 1,
    15_000,
    async () => 'no push arrived',
  );
  const text = stack.push.messages[0]?.text ?? '';
  for (const word of ['Gina', 'Harbour']) expect(text).not.toContain(word);

  await ada.page.getByRole('link', { name: /^Inbox/ }).waitFor();
  for (const word of ['Gina', 'Harbour plan'])
    await poll(
      () => workerKnows(word),
      15_000,
      async () => `the worker was not told of ${word}`,
    );
  await deliver(text);
  await poll(
    async () => (await shown()).length === 1,
    10_000,
    async () => 'nothing is shown',
  );
  expect(await shown()).toMatchObject([{ title: 'Vicinal', body: 'Gina joined Harbour plan through your link' }]);

  await clickShown();
  await ada.page.waitForURL(`${stack.origin}/inbox`);
  const entry = ada.page.getByRole('main').getByRole('link', { name: /Gina joined Harbour plan through your link/ });
  await entry.waitFor();
}, 90_000);

test('PUSH-10 a click on a mention leads into the document', async () => {
  await closeShown();
  const mention = await stack.mention(room, gina, { email: OWNER_EMAIL, password: OWNER_PASSWORD });
  await poll(
    async () => stack.push.messages.length === 2,
    15_000,
    async () => 'no push arrived',
  );
  const text = stack.push.messages[1]?.text ?? '';
  for (const word of ['Gina', 'Harbour']) expect(text).not.toContain(word);
  await deliver(text);
  await poll(
    async () => (await shown()).length === 1,
    10_000,
    async () => 'nothing is shown',
  );
  expect(await shown()).toMatchObject([{ title: 'Vicinal', body: 'Gina mentioned you in Harbour plan' }]);
  await clickShown();
  await ada.page.waitForURL((url) => url.pathname === `/d/${room}` && url.hash === `#mention=${mention}`);
  await ada.page.getByRole('textbox', { name: 'Document text' }).waitFor();
  await ada.page.goto(`${stack.origin}/inbox`);
}, 60_000);

test('PUSH-10 a message that cannot be read still shows something, and what is read elsewhere is taken back', async () => {
  await closeShown();
  await deliver('no message of ours');
  await poll(
    async () => (await shown()).length === 1,
    10_000,
    async () => 'nothing is shown',
  );
  expect(await shown()).toMatchObject([{ title: 'Vicinal', body: 'There is something new.' }]);
  await closeShown();
  const text = stack.push.messages[0]?.text ?? '';
  await deliver(text);
  await poll(
    async () => (await shown()).length === 1,
    10_000,
    async () => 'nothing is shown',
  );
  await ada.page.getByRole('button', { name: 'Mark all read' }).click();
  await poll(
    async () => (await shown()).length === 0,
    10_000,
    async () => 'it is still shown',
  );
}, 60_000);

test('PUSH-11 nothing of an account is shown once nobody is signed in, or somebody else', async () => {
  const text = stack.push.messages[0]?.text ?? '';
  await ada.page.getByRole('button', { name: /Account and settings/ }).click();
  await ada.page.getByRole('menuitem', { name: /Sign out/ }).click();
  await ada.page.getByRole('dialog').getByRole('button', { name: /^Keep/ }).click();
  await ada.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await closeShown();
  await deliver(text);
  await poll(
    async () => (await shown()).length === 1,
    10_000,
    async () => 'nothing is shown',
  );
  expect(await shown()).toMatchObject([{ title: 'Vicinal', body: 'There is something new.', tag: 'other' }]);
}, 60_000);

interface ServiceWorkerScope {
  readonly registration: { getNotifications(): Promise<unknown[]> };
  readonly NotificationEvent: new (type: string, init: object) => Event;
  dispatchEvent(event: Event): void;
}
