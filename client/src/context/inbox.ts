/** The inbox of the account on screen, once its chunk is there: what the navigation shows of it, and the screen. */
import { createSignal } from 'solid-js';
import type { InboxView } from '../inbox/inbox-view.ts';

const [view, setView] = createSignal<InboxView>();

export const inboxView = view;
export const setInboxView = (next: InboxView | undefined): void => void setView(() => next);
/** Unread items; 0 while not known. */
export const unreadCount = (): number => view()?.state().unread ?? 0;
