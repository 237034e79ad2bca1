/** The inbox as screens read it. */
import type { Accessor } from 'solid-js';
import type { InboxCalls } from './inbox-calls.ts';
import type { InboxSession, InboxState } from './inbox-session.ts';

export interface InboxView extends Pick<InboxSession, 'refresh' | 'more' | 'markRead' | 'markAllRead'> {
  readonly state: Accessor<InboxState>;
  readonly calls: InboxCalls;
}
