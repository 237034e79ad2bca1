/**
 * Tells signaling who was mentioned in attended rooms. What a document holds when it is opened is looked through as well:
 * an event that a crash kept from the outbox is found then, and the outbox knows those that it had.
 */
import type { Clock } from '@vicinal/shared/clock.ts';
import { mentionKey, type ArchiverEvent } from '@vicinal/shared/http/notify.ts';
import type { RoomId, UserId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { GrantVerifier, Replica } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { DocKind } from '@vicinal/shared/roles.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { toHex } from '@vicinal/shared/bytes.ts';
import type * as Y from 'yjs';
import { createAuthors, type AuthorOf } from '../jobs/authors.ts';
import type { Outbox } from '../store/outbox.ts';
import { findMentions, mentionsIn, type FoundMention } from './find-mentions.ts';

/** How long mentions are gathered into one write. */
const GATHER_MS = 50;
/** Most mentions of one room that wait to be written; the rest is found when the room is opened again. */
const MAX_WAITING = 10_000;
/** Rows written at once. */
const BATCH = 500;

export interface MentionsOptions {
  readonly outbox: Pick<Outbox, 'record'>;
  /** Something new stands in the outbox. */
  readonly onRecorded: () => void;
  readonly grants: GrantVerifier;
  readonly workspace: WorkspaceId;
  readonly retryMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface MentionSeat {
  readonly room: RoomId;
  readonly replicas: ReadonlyMap<DocKind, Replica>;
}

export interface RoomMentions {
  /** Writes what waits, as far as it can be. Idempotent. */
  close(): Promise<void>;
}

export function watchMentions(options: MentionsOptions, { room, replicas }: MentionSeat): RoomMentions {
  const { clock, logger } = options;
  const content = replicas.get('content');
  if (content === undefined) return { close: async () => undefined };
  const authorOf = createAuthors(content, options.grants, options.workspace);
  const body = contentBody(content.ydoc);
  const waiting = new Map<string, FoundMention>();
  let writing: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  let closing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    const taken = [...waiting].slice(0, BATCH);
    const events: ArchiverEvent[] = [];
    const settled: string[] = [];
    for (const [key, found] of taken) {
      const actor = await authorOfAll(authorOf, found);
      if (actor === 'unknown') continue;
      settled.push(key);
      if (actor === undefined || actor === found.target) continue;
      events.push({ kind: 'mention', room, actor, target: found.target, mention: found.mention });
    }
    if (events.length > 0 && (await options.outbox.record(events)) > 0) options.onRecorded();
    for (const key of settled) waiting.delete(key);
  };
  const run = async (): Promise<void> => {
    try {
      await write();
      if (waiting.size > 0) schedule(options.retryMs);
    } catch {
      logger.warn('mentions.not-recorded', { room });
      schedule(options.retryMs);
    }
  };
  const schedule = (delayMs: number): void => {
    if (closing) return;
    cancel ??= clock.after(delayMs, () => {
      cancel = undefined;
      writing = (writing ?? Promise.resolve()).then(run);
    });
  };
  const add = (found: readonly FoundMention[]): void => {
    for (const each of found) {
      if (waiting.size >= MAX_WAITING) break;
      waiting.set(toHex(mentionKey(room, each.mention, each.target)), each);
    }
    if (waiting.size > 0) schedule(GATHER_MS);
  };
  const observe = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => add(mentionsIn(events));
  const listener = observe as Parameters<typeof body.observeDeep>[0]; // events of whatever type lies below
  body.observeDeep(listener);
  add(findMentions(body));

  return {
    close: () =>
      (closing ??= (async () => {
        body.unobserveDeep(listener);
        cancel?.();
        await writing;
        await write().catch(() => logger.warn('mentions.not-recorded', { room })); // found again when the room is opened
      })()),
  };
}

/** The one author of every part; undefined when there are several, 'unknown' while a grant cannot be verified. */
async function authorOfAll(authorOf: AuthorOf, { writers }: FoundMention): Promise<UserId | 'unknown' | undefined> {
  const authors = new Set<UserId>();
  for (const clientId of new Set(writers)) {
    const author = await authorOf(clientId);
    if (author === undefined) return 'unknown';
    authors.add(author.userId);
  }
  const [only] = authors;
  return authors.size === 1 ? only : undefined;
}
