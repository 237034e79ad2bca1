/** An open document: title, schema and export over a {@link RoomCore}. */
import type { Clock } from '@vicinal/shared/clock.ts';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { RoomId, UserId } from '@vicinal/shared/ids.ts';
import { CONTENT_SCHEMA, contentBody, contentSchema, metaProps, metaTitle } from '@vicinal/shared/room/documents.ts';
import type { AccountCaches } from '../storage/account-caches.ts';
import type { RoomCore } from './room-core.ts';
import { replaceText } from './text-diff.ts';
import type { Directory, RoomSession } from './types.ts';

export interface RoomSessionOptions {
  readonly core: RoomCore;
  readonly caches: AccountCaches;
  readonly clock: Clock;
  /** This person renamed the document; called once the title has been still for a moment. */
  readonly onRenamed: (room: RoomId, title: string) => void;
  /** This person changed the content. */
  readonly onEdited: (room: RoomId) => void;
  readonly self: () => UserId | undefined;
  readonly directory: () => Promise<Directory>;
  /** Gives the core back. */
  readonly release: () => Promise<void>;
}

/** Longest title, in UTF-16 units; the field has the same limit. */
export const MAX_TITLE_LENGTH = 200;
/** A title that is still this long is copied to the index and to the list of recent documents. */
const TITLE_SETTLED_MS = 400;

export function createRoomSession(options: RoomSessionOptions): RoomSession {
  const { core, caches, clock } = options;
  const events = new Emitter<{ title: [] }>();
  const meta = core.replica('meta').ydoc;
  const content = core.replica('content').ydoc;
  const title = metaTitle(meta);
  const props = metaProps(meta);
  const unsubscribes: (() => void)[] = [];
  let isRenamedHere = false;
  let cancelSettled: (() => void) | undefined;

  const keep = async (change: {
    readonly title?: string;
    readonly openedAt?: number;
    readonly updatedAt?: number;
    readonly isRenamed?: boolean;
  }): Promise<void> => {
    // the list of recent documents is a convenience: storage that fails shows in the document's own status
    await caches.updateRoom(core.room, (record) => record && { ...record, ...change }).catch(() => undefined);
  };
  const settle = async (): Promise<void> => {
    cancelSettled?.();
    cancelSettled = undefined;
    const text = title.toJSON();
    if (isRenamedHere) options.onRenamed(core.room, text);
    isRenamedHere = false;
    if (core.record?.title !== text) await keep({ title: text });
  };
  const onTitle = (): void => {
    events.emit('title');
    cancelSettled?.();
    cancelSettled = clock.after(TITLE_SETTLED_MS, () => void settle());
  };
  const checkSchema = (): void => {
    core.setUpdateNeeded(contentSchema(meta) > CONTENT_SCHEMA);
  };
  title.observe(onTitle);
  props.observe(checkSchema);
  checkSchema();

  let isOpenedKept = false;
  const keepOpened = (): void => {
    if (isOpenedKept || core.state.kind !== 'ready') return;
    isOpenedKept = true;
    void keep({ openedAt: clock.now() });
    if (core.record?.title !== title.toJSON()) onTitle();
  };
  unsubscribes.push(
    core.on('state', keepOpened),
    core.on('stored', (doc) => {
      if (doc !== 'content') return;
      void keep({ updatedAt: clock.now() });
      options.onEdited(core.room);
    }),
  );
  keepOpened();

  let closing: Promise<void> | undefined;
  return {
    room: core.room,
    meta,
    content,
    jobs: core.replica('jobs').ydoc,
    presence: core.presence,
    get state() {
      return core.state;
    },
    get status() {
      return core.status;
    },
    get peers() {
      return core.peers;
    },
    get people() {
      return core.people;
    },
    get self() {
      return options.self();
    },
    get title() {
      return title.toJSON();
    },
    setTitle: (next) => {
      if (!core.canWrite('meta')) return;
      // remembered, so that closing the page before the title settles leaves no stale one in lists
      if (!isRenamedHere) void keep({ isRenamed: true });
      isRenamedHere = true;
      replaceText(title, next.slice(0, MAX_TITLE_LENGTH));
    },
    on: (event, listener) => {
      if (event === 'title') return events.on(event, listener);
      const unsubscribe = core.on(event, listener);
      unsubscribes.push(unsubscribe);
      return unsubscribe;
    },
    exportHtml: async () => {
      const { renderHtml } = await import('@vicinal/shared/room/html.ts');
      return renderHtml(contentBody(content));
    },
    syncLog: () => core.syncLog(),
    canWrite: (doc) => core.canWrite(doc),
    grantOf: (doc, clientId) => core.replica(doc).header(clientId)?.grant,
    readKept: (key) => caches.readList(`${key}/${core.record?.workspace}`),
    keep: (key, value) => caches.saveList(`${key}/${core.record?.workspace}`, value),
    directory: options.directory,
    close: () => {
      closing ??= (async () => {
        title.unobserve(onTitle);
        props.unobserve(checkSchema);
        for (const unsubscribe of unsubscribes) unsubscribe();
        events.clear();
        if (cancelSettled) await settle();
        await options.release();
      })();
      return closing;
    },
  };
}
