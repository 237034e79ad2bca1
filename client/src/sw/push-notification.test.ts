import { expect, test, vi } from 'vitest';
import type { NotifyWords } from '../storage/notify-words.ts';
import { describePush, openPath, showDescribed, textOf, type AppWindow, type PushShower } from './push-notification.ts';

const id = (letter: string): string => letter.repeat(22);
const words: NotifyWords = {
  user: id('u'),
  sentences: {
    mention: '{name} mentioned you in {title}',
    'mention.title': 'Someone mentioned you in {title}',
    'mention.name': '{name} mentioned you in a document',
    'mention.none': 'Someone mentioned you in a document',
    'joined.none': 'Someone joined through a link you made',
    asked: '{name} asks for access to {title}',
    test: 'It works.',
    other: 'Something new.',
  },
  titles: { [id('r')]: 'Harbour {name} plan' },
  names: { [id('a')]: 'Ada' },
};
const nobody: NotifyWords = { user: undefined, sentences: {}, titles: {}, names: {} };
const message = (data: object, more: object = {}): string =>
  JSON.stringify({
    web_push: 8030,
    app_badge: 3,
    notification: {
      title: 'T',
      body: 'B',
      navigate: 'https://x/',
      tag: 't',
      data: { user: id('u'), item: id('i'), ...data },
    },
    ...more,
  });
const mention = { kind: 'mention', room: id('r'), actor: id('a'), mention: id('m') };

test('NOTE-8 a push is shown with the names and titles that this device knows', () => {
  expect(describePush(message(mention), words)).toEqual({
    title: 'Vicinal',
    body: 'Ada mentioned you in Harbour {name} plan',
    tag: id('i'),
    path: `/d/${id('r')}#mention=${id('m')}`,
    badge: 3,
  });
  expect(describePush(message({ ...mention, room: id('x') }), words).body).toBe('Ada mentioned you in a document');
  expect(describePush(message({ ...mention, actor: id('x') }), words).body).toBe(
    'Someone mentioned you in Harbour {name} plan',
  );
  expect(describePush(message({ ...mention, actor: '__proto__', room: 'constructor' }), words).body).toBe(
    'Someone mentioned you in a document',
  );
  expect(describePush(message({ kind: 'invite-accepted', actor: id('x') }), words)).toMatchObject({
    body: 'Someone joined through a link you made',
    path: '/inbox',
  });
  expect(describePush(message({ ...mention, kind: 'access-requested', mention: undefined }), words)).toMatchObject({
    body: 'Ada asks for access to Harbour {name} plan',
    path: `/d/${id('r')}`,
  });
  expect(describePush(message({ kind: 'unheard of' }), words)).toMatchObject({
    body: 'Something new.',
    path: '/inbox',
  });
  expect(describePush(message({ kind: 'test' }), words)).toMatchObject({ body: 'It works.', tag: 'test' });
});

test('NOTE-8 a push is shown the same where the browser gives the notification it would show', () => {
  const text = message(mention);
  const { notification } = JSON.parse(text) as { notification: { data: object } }; // made above
  const given = textOf({ data: null, notification, appBadge: 3 });
  expect(describePush(given, words)).toEqual(describePush(text, words));
  expect(textOf({ data: { text: () => text }, notification, appBadge: 9 })).toBe(text);
  expect(describePush(textOf({ data: null, notification }), words)).toMatchObject({ tag: id('i'), badge: undefined });
  expect(textOf({ data: null })).toBeUndefined();
  expect(textOf({ data: null, notification: null, appBadge: null })).toBeUndefined();
});

const endless = new Promise<never>(() => undefined);

test('PUSH-9 in place of what the browser shows by itself: with an address, and without waiting for its badge', async () => {
  const shown: unknown[] = [];
  const described = describePush(message(mention), words);
  const shower: PushShower = {
    show: (title, options) => {
      shown.push([title, options.navigate, options.tag]);
      return Promise.resolve();
    },
    setBadge: (count) => {
      shown.push(count);
      return Promise.resolve();
    },
  };
  await showDescribed(described, 'https://docs.example.org', { ...shower, setBadge: () => endless });
  const path = `/d/${id('r')}#mention=${id('m')}`;
  expect(shown.splice(0)).toEqual([['Vicinal', `https://docs.example.org${path}`, id('i')]]);
  // whoever shows it alone hears the click in the worker, and sets the badge once it is shown
  await showDescribed(described, undefined, shower);
  expect(shown.splice(0)).toEqual([['Vicinal', undefined, id('i')], 3]);
  await showDescribed(described, undefined, { ...shower, setBadge: () => Promise.reject(new Error('none')) });
  await expect(
    showDescribed(described, 'https://x', { ...shower, show: () => Promise.reject(new Error('refused')) }),
  ).rejects.toThrow('refused');
});

test('PUSH-9 a replacement of which nobody says that it was taken does not hold the worker', async () => {
  vi.useFakeTimers();
  try {
    let isDone = false;
    const described = describePush(message(mention), words);
    void showDescribed(described, 'https://x', { show: () => endless, setBadge: () => endless }).then(() => {
      isDone = true;
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(isDone).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['no text', undefined],
  ['no JSON', '{'],
  ['another shape', '[1]'],
  ['no data', JSON.stringify({ notification: {} })],
  ['null', 'null'],
  ['another account', message({ ...mention, user: id('v') })],
  ['nobody', message({ ...mention, user: undefined })],
])('NOTE-9 %s still shows something, and nothing of anybody', (_what, text) => {
  expect(describePush(text, words)).toEqual({
    title: 'Vicinal',
    body: 'Something new.',
    tag: 'other',
    path: '/',
    badge: undefined,
  });
  expect(describePush(text, nobody).body).toBe('There is something new.');
});

test('NOTE-9 where nobody is signed in nothing of a message is shown', () => {
  expect(describePush(message(mention), nobody)).toMatchObject({ body: 'There is something new.', path: '/' });
});

test('NOTE-10 a click leads a window that is open, the visible one first, and opens one only when none answers', async () => {
  const done: string[] = [];
  const window = (url: string, isVisible: boolean, answers: boolean, mayFocus = true): AppWindow => ({
    url,
    isVisible,
    focus: () => {
      done.push(`focus ${url}`);
      return mayFocus ? Promise.resolve() : Promise.reject(new Error('not allowed'));
    },
    ask: (path) => {
      done.push(`ask ${url} ${path}`);
      return Promise.resolve(answers);
    },
  });
  const open = (path: string): Promise<void> => {
    done.push(`open ${path}`);
    return Promise.resolve();
  };
  const after = (): string[] => done.splice(0);
  await openPath('/inbox', [window('a', false, true), window('b', true, true)], open);
  expect(after()).toEqual(['focus b', 'ask b /inbox']);
  await openPath('/inbox', [window('a', true, false)], open);
  expect(after()).toEqual(['focus a', 'ask a /inbox', 'open /inbox']);
  await openPath('/inbox', [window('a', true, true, false)], open);
  expect(after()).toEqual(['focus a', 'ask a /inbox']);
  await openPath('/inbox', [], open);
  expect(after()).toEqual(['open /inbox']);
});
