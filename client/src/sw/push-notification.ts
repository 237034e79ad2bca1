/** From a push message to what is shown, and from a click to where it leads. Pure, so that it can be tried apart. */
import type { NotifyWords } from '../storage/notify-words.ts';

export interface ShownNotification {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  /** Inside the app; kept with the notification for the click. */
  readonly path: string;
  /** Unread items, when the message says. */
  readonly badge: number | undefined;
}

/** A push as every browser gives it, and what those add that show declarative messages. Not in the types yet. */
export interface PushGiven {
  readonly data: { text(): string } | null;
  readonly notification?: { readonly data: unknown } | null;
  readonly appBadge?: number | null;
}

/** The message's text; where the browser gives the notification it would show instead, what that keeps of it. */
export function textOf({ data, notification, appBadge }: PushGiven): string | undefined {
  if (data || !notification) return data?.text();
  return JSON.stringify({ app_badge: appBadge, notification: { data: notification.data } });
}

const APP = 'Vicinal';
const GENERIC = 'There is something new.';
/** Kinds of message, and what their sentences are called. */
const KINDS: ReadonlyMap<unknown, string> = new Map([
  ['mention', 'mention'],
  ['invite-accepted', 'joined'],
  ['access-requested', 'asked'],
]);
const id16 = /^[\w-]{22}$/;

/**
 * What to show for the text of a message. Anything that is no message of ours, and messages for another account than the
 * one that is open, give the same generic words: something is always shown, and nothing of another account.
 */
export function describePush(text: string | undefined, words: NotifyWords): ShownNotification {
  const message = parse(text);
  const data = record(record(message['notification'])['data']);
  const generic = words.sentences['other'] ?? GENERIC;
  if (words.user === undefined || data['user'] !== words.user)
    return { title: APP, body: generic, tag: 'other', path: '/', badge: undefined };
  const [item, room, mention] = [idOf(data['item']), idOf(data['room']), idOf(data['mention'])];
  const badge = /^\d{1,6}$/.test(String(message['app_badge'])) ? Number(message['app_badge']) : undefined;
  const tag = item ?? 'other';
  if (data['kind'] === 'test')
    return { title: APP, body: words.sentences['test'] ?? generic, tag: 'test', path: '/inbox', badge };
  const kind = KINDS.get(data['kind']);
  if (kind === undefined) return { title: APP, body: generic, tag, path: '/inbox', badge };
  const name = own(words.names, idOf(data['actor']));
  const title = own(words.titles, room);
  const known = name && title ? '' : title ? '.title' : name ? '.name' : '.none';
  const sentence = words.sentences[`${kind}${known}`] ?? generic;
  const filled = sentence.replaceAll(/\{(name|title)\}/g, (_, which) => (which === 'name' ? name : title) ?? '');
  const place = mention === undefined ? '' : `#mention=${mention}`;
  return { title: APP, body: filled, tag, path: kind !== 'joined' && room ? `/d/${room}${place}` : '/inbox', badge };
}

const own = (texts: Readonly<Record<string, string>>, key: string | undefined): string | undefined =>
  key !== undefined && Object.hasOwn(texts, key) ? texts[key] : undefined;
const idOf = (value: unknown): string | undefined =>
  typeof value === 'string' && id16.test(value) ? value : undefined;
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}; // an object's keys are strings

function parse(text: string | undefined): Record<string, unknown> {
  try {
    return record(JSON.parse(text ?? ''));
  } catch {
    return {};
  }
}

/** Undefined when it takes longer than `ms`. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a worker shows with. `navigate` is not in the types yet. */
export interface PushShower {
  show(title: string, options: NotificationOptions & { readonly navigate?: string }): Promise<void>;
  setBadge(count: number): Promise<void>;
}

/** Safari does not always say that a replacement was taken, and drops both when the worker is not done after 10 s. */
const TAKEN_MS = 2000;

/**
 * Shows it, in place of what the browser would show by itself where it gave the `origin` of that: Safari takes a replacement
 * only with the address that a click leads to, and sets the badge from the message; its worker hangs when it does.
 */
export async function showDescribed(
  { title, body, tag, path, badge }: ShownNotification,
  origin: string | undefined,
  { show, setBadge }: PushShower,
): Promise<void> {
  const icon = '/icons/icon-192.png';
  const options = { body, tag, icon, badge: icon, data: { path } };
  if (origin !== undefined) {
    const navigate = new URL(path, origin).href;
    return await within(show(title, { ...options, navigate }), TAKEN_MS);
  }
  await show(title, options);
  if (badge !== undefined) await setBadge(badge).catch(() => undefined);
}

/** A window of the app, as the worker sees it. */
export interface AppWindow {
  readonly url: string;
  readonly isVisible: boolean;
  focus(): Promise<unknown>;
  /** Resolves to whether the app in it went there by itself. */
  ask(path: string): Promise<boolean>;
}

/** Puts an open window in front and leads it there, a visible one first; opens one when there is none that can be led. */
export async function openPath(
  path: string,
  windows: readonly AppWindow[],
  openWindow: (path: string) => Promise<unknown>,
): Promise<void> {
  const [chosen] = windows.toSorted((a, b) => Number(b.isVisible) - Number(a.isVisible));
  if (chosen !== undefined) {
    await chosen.focus().catch(() => undefined); // not allowed here: opening one is
    if (await chosen.ask(path)) return;
  }
  await openWindow(path);
}
