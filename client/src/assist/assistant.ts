/**
 * The assistant of one open document as its panel sees it: what an archiver offers (as last heard, so that it can be asked
 * offline), what was asked, and what this person may do. Without solid-js.
 */
import { Emitter } from '@vicinal/shared/emitter.ts';
import { metaProps } from '@vicinal/shared/room/documents.ts';
import {
  ASSISTANT_PROP,
  assistantPresenceSchema,
  jobRequests,
  jobResults,
  parseAssistantPresence,
  writerOf,
  type AgreedHost,
  type AssistantPresence,
  type EntryKey,
  type JobModel,
  type JobTask,
} from '@vicinal/shared/room/jobs.ts';
import type { RoomSession } from '../room/types.ts';
import { createAuthors, type Author } from './authors.ts';
import { readJobs, type AskedJob } from './job-list.ts';
import { isOffForUser } from './own-switch.ts';
import { writeRequest } from './request.ts';

export interface AssistantView {
  /** Whether an archiver of this workspace does tasks, as last heard; nothing is shown otherwise. */
  readonly isOffered: boolean;
  /** One of them is here now: what is asked begins at once. */
  readonly isHere: boolean;
  /** The model that text would be sent to; absent: built-in tasks only. */
  readonly provider: JobModel | undefined;
  /** Switched off for this document, for everybody. */
  readonly isOffHere: boolean;
  /** Switched off by this person on this device. */
  readonly isOffForSelf: boolean;
  readonly jobs: readonly AskedJob[];
  /** Running now, with who asked for it. */
  readonly working: readonly { readonly request: EntryKey; readonly author: Author | undefined }[];
  readonly mayAsk: boolean;
  readonly mayEdit: boolean;
}

export interface Assistant {
  readonly view: AssistantView;
  on(event: 'change', listener: () => void): () => void;
  /** `to`: where this person agreed that text goes; nowhere when absent. */
  ask(task: JobTask, to?: AgreedHost): void;
  stop(request: EntryKey): void;
  dismiss(request: EntryKey): void;
  /** The result stands in the text now. */
  noteAccepted(result: EntryKey): void;
  setOffHere(isOff: boolean): void;
  close(): void;
}

const KEPT = 'assistant';

export function createAssistant(session: RoomSession): Assistant {
  const events = new Emitter<{ change: [] }>();
  const authorOf = createAuthors(session);
  const { jobs, meta } = session;
  const props = metaProps(meta);
  let known: AssistantPresence | undefined;
  let keptAs = '';
  let isClosed = false;
  let view = read();

  /** Archivers alone are believed. */
  function present(): readonly AssistantPresence[] {
    return session.people.flatMap(({ role, state }) => {
      const found = role === 'archiver' ? parseAssistantPresence(state) : undefined;
      return found === undefined ? [] : [found];
    });
  }
  function askerOf(request: EntryKey): Author | undefined {
    const writer = writerOf(jobRequests(jobs), request);
    return writer === undefined ? undefined : authorOf(writer);
  }
  function read(): AssistantView {
    const here = present();
    const offer = here.find(({ isOn }) => isOn) ?? here[0] ?? known;
    const running = here.flatMap((presence) => presence.running);
    const mayAsk = session.canWrite('jobs');
    return {
      isOffered: offer?.isOn === true,
      isHere: here.some(({ isOn }) => isOn),
      provider: offer?.provider?.place === 'built-in' ? undefined : offer?.provider,
      isOffHere: props.get(ASSISTANT_PROP) === 'off',
      isOffForSelf: isOffForUser(session.self),
      jobs: readJobs(jobs, authorOf, running),
      working: running
        .filter(({ state }) => state === 'running')
        .map(({ request }) => ({ request, author: askerOf(request) })),
      mayAsk,
      mayEdit: mayAsk && session.canWrite('content'),
    };
  }
  const changed = (): void => {
    if (isClosed) return;
    view = read();
    events.emit('change');
  };
  /** So that the next visit can ask before any archiver is reached. */
  const keepOffer = (): void => {
    const [offer] = present();
    if (offer !== undefined) {
      const { running: _, ...rest } = offer;
      known = { ...rest, running: [] };
      const text = JSON.stringify(known);
      if (text !== keptAs) void session.keep(KEPT, { assistant: known }).catch(() => undefined); // heard again next time
      keptAs = text;
    }
    changed();
  };
  void session
    .readKept(KEPT)
    .then((stored) => {
      known ??= assistantPresenceSchema.safeParse(stored).data?.assistant;
      changed();
    })
    .catch(() => undefined); // unreadable: known once an archiver is reached
  const maps = [jobRequests(jobs), jobResults(jobs), props];
  for (const map of maps) map.observe(changed);
  const stops = [session.on('people', keepOffer), session.on('state', changed), session.on('status', onSynced)];
  /** Grants of sessions may have become known. */
  function onSynced(): void {
    if (jobRequests(jobs).size + jobResults(jobs).size > 0) changed();
  }
  keepOffer();

  return {
    get view() {
      return view;
    },
    on: (event, listener) => events.on(event, listener),
    ask: (task, to) => {
      if (session.canWrite('jobs')) writeRequest(jobs, { v: 1, kind: 'ask', task, ...(to && { to }) });
    },
    stop: (request) => {
      if (session.canWrite('jobs')) writeRequest(jobs, { v: 1, kind: 'stop', request });
    },
    dismiss: (request) => {
      if (session.canWrite('jobs')) writeRequest(jobs, { v: 1, kind: 'dismiss', request });
    },
    noteAccepted: (result) => {
      if (session.canWrite('jobs')) writeRequest(jobs, { v: 1, kind: 'accept', result });
    },
    setOffHere: (isOff) => {
      if (!session.canWrite('meta')) return;
      if (isOff) props.set(ASSISTANT_PROP, 'off');
      else props.delete(ASSISTANT_PROP);
    },
    close: () => {
      isClosed = true;
      for (const map of maps) map.unobserve(changed);
      for (const stop of stops) stop();
      events.clear();
    },
  };
}
