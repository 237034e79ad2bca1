import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import axe from 'axe-core';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import { userIdSchema, type PeerId } from '@vicinal/shared/ids.ts';
import { contentBody, metaProps } from '@vicinal/shared/room/documents.ts';
import {
  jobRequests,
  jobResults,
  type AssistantPresence,
  type EntryKey,
  type JobModel,
  type JobResult,
} from '@vicinal/shared/room/jobs.ts';
import '../styles/all.css';
import { InfoPanel } from '../document/InfoPanel.tsx';
import { InfoPanelButton } from '../document/InfoPanelButton.tsx';
import { InfoPanelProvider } from '../document/InfoPanelProvider.tsx';
import { PeopleHere } from '../document/PeopleHere.tsx';
import { DocumentEditor } from '../editor/DocumentEditor.tsx';
import { createTestSession, element, frames, text, textbox, type TestSession } from '../editor/testing/session.ts';
import { fixtureGrant } from '../testing/fixture-assist.ts';

const user = (letter: string) => userIdSchema.parse(`${letter.repeat(21)}A`);
const GRANTS = new Map([
  [7, fixtureGrant(user('b'), 'Ben', 'editor')],
  [9, fixtureGrant(user('x'), 'Archive', 'archiver')],
]);
const MODEL: JobModel = { name: 'gemma', host: 'llm.lan', place: 'network' };

let close: (() => void) | undefined;
let said: string[] = [];
beforeEach(async () => {
  localStorage.clear();
  await page.viewport(1280, 800);
});
afterEach(() => close?.());

interface Opened {
  readonly session: TestSession;
  /** What an archiver says. */
  offer(assistant: Partial<AssistantPresence>): void;
  result(request: EntryKey, parts?: Partial<Extract<JobResult, { kind: 'done' }>>): void;
}

async function open(options: { canWrite?: boolean; kept?: AssistantPresence } = {}): Promise<Opened> {
  const author = new Y.Doc();
  contentBody(author).insert(0, [
    element('paragraph', {}, [text('The quay is deep. It rained.')]),
    ...Array.from({ length: 30 }, (_, i) => element('paragraph', {}, [text(`Line ${i}.`)])),
    element('paragraph', {}, [text('Boats moor south. The end.')]),
  ]);
  const session = createTestSession({ canWrite: options.canWrite ?? true, grants: GRANTS });
  if (options.kept) await session.keep('assistant', { assistant: options.kept });
  session.receive(author);
  said = [];
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(
    () => (
      <InfoPanelProvider>
        <div class="document">
          <header class="document-header">
            <PeopleHere people={[]} assistantOf={session} />
            <InfoPanelButton />
          </header>
          <main class="document-body">
            <h1 id="title">Title</h1>
            <DocumentEditor session={session} theme="light" labelledBy="title" />
          </main>
          <InfoPanel session={session} announce={(words) => said.push(words)} />
        </div>
      </InfoPanelProvider>
    ),
    host,
  );
  close = () => {
    dispose();
    host.remove();
    window.scrollTo(0, 0);
    close = undefined;
  };
  await frames(2);
  document.querySelector<HTMLElement>('.info-button')?.click();
  return {
    session,
    offer: (assistant) => {
      session.presence.show([
        {
          peerId: 'p' as PeerId,
          userId: user('x'),
          name: 'Archive',
          colour: 0,
          role: 'archiver',
          state: { assistant: { isOn: true, running: [], ...assistant } },
        },
      ]);
      session.announcePeople();
    },
    result: (request, parts) => {
      const archiver = new Y.Doc();
      Y.applyUpdate(archiver, Y.encodeStateAsUpdate(session.jobs));
      archiver.clientID = 9;
      const value: JobResult = {
        v: 1,
        kind: 'done',
        request,
        task: 'key-sentences',
        model: { place: 'built-in' },
        text: 'The quay is deep. [1]\nBoats moor south. [2]',
        sources: [sourceAt(session, 0, 'The quay is deep.'), sourceAt(session, 31, 'Boats moor south.')],
        attempts: 1,
        ...parts,
      };
      jobResults(archiver).set(`9:${Y.getState(archiver.store, 9)}`, value);
      Y.applyUpdate(session.jobs, Y.encodeStateAsUpdate(archiver), 'remote');
    },
  };
}

function sourceAt(session: TestSession, block: number, words: string) {
  const paragraph = contentBody(session.content).get(block);
  const line = paragraph instanceof Y.XmlElement ? paragraph.get(0) : undefined;
  if (!(line instanceof Y.XmlText)) throw new TypeError('text was written');
  const encode = (index: number, assoc: number): string =>
    toBase64Url(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(line, index, assoc)));
  return { text: words, start: encode(0, 0), end: encode(words.length, -1) };
}

const tabs = (): string[] => [...document.querySelectorAll('[role="tab"]')].map((tab) => tab.textContent ?? '');
const tab = (name: string): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>('[role="tab"]')].find((entry) => entry.textContent === name);
const button = (name: string): HTMLButtonElement | undefined =>
  [...document.querySelectorAll<HTMLButtonElement>('.assist button')].find(
    (entry) => (entry.getAttribute('aria-label') ?? entry.textContent) === name,
  );
const card = (): HTMLElement | null => document.querySelector('.assist-card');
const state = (): string => document.querySelector('.assist-state')?.textContent ?? '';
const requests = (session: TestSession): unknown[] => [...jobRequests(session.jobs).values()];

async function openAssist(): Promise<void> {
  await expect.poll(tabs).toEqual(['Info', 'Assist']);
  tab('Assist')?.click();
  await expect.poll(() => document.querySelector('.assist')).not.toBeNull();
}

describe('the tab of the assistant', () => {
  it('JOB-50: is there once an archiver offers it, walked by arrows, and remembered', async () => {
    const { offer } = await open();
    await expect.poll(() => document.querySelector('.info')).not.toBeNull();
    await frames(4);
    expect(tabs()).toEqual([]);
    offer({});
    await expect.poll(tabs).toEqual(['Info', 'Assist']);
    tab('Info')?.focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(tab('Assist'));
    expect(tab('Assist')?.getAttribute('aria-selected')).toBe('true');
    expect(tab('Info')?.tabIndex).toBe(-1);
    const panel = document.getElementById(tab('Assist')?.getAttribute('aria-controls') ?? '');
    expect(panel?.getAttribute('role')).toBe('tabpanel');
    await userEvent.keyboard('{Home}');
    expect(document.activeElement).toBe(tab('Info'));
    await userEvent.keyboard('{End}');
    close?.();
    const again = await open();
    again.offer({});
    await expect.poll(() => document.querySelector('.assist')).not.toBeNull();
  });

  it('JOB-50: is gone where the instance, the document or the person switched it off', async () => {
    const { offer, session } = await open();
    offer({ isOn: false });
    await frames(4);
    expect(tabs()).toEqual([]);
    offer({});
    await expect.poll(tabs).toHaveLength(2);
    const box = document.querySelector<HTMLInputElement>('.assist-switch input');
    box?.click();
    await expect.poll(tabs).toEqual([]);
    expect(metaProps(session.meta).get('assistant')).toBe('off');
    document.querySelector<HTMLInputElement>('.assist-switch input')?.click();
    await expect.poll(tabs).toHaveLength(2);
    expect(metaProps(session.meta).has('assistant')).toBe(false);
    localStorage.setItem('vicinal.assistant.off', session.self ?? '');
    offer({});
    await expect.poll(tabs).toEqual([]);
    expect(document.querySelector('.assist-switch')).toBeNull();
  });

  it('JOB-50: a person who says to be an assistant is not believed', async () => {
    const { session } = await open();
    session.presence.show([
      {
        peerId: 'q' as PeerId,
        userId: user('e'),
        name: 'Eve',
        colour: 0,
        role: 'owner',
        state: { assistant: { isOn: true, running: [] } },
      },
    ]);
    session.announcePeople();
    await frames(6);
    expect(tabs()).toEqual([]);
  });
});

describe('asking', () => {
  it('JOB-51: works with what was heard before, and waits for the archive', async () => {
    const { session, offer } = await open({ kept: { isOn: true, running: [] } });
    await openAssist();
    expect(requests(session)).toEqual([]);
    expect(document.querySelector('.assist')?.textContent).toContain('The archive cannot be reached now.');
    expect(button('Summarise')).toBeUndefined();
    button('Key sentences')?.click();
    await expect.poll(state).toBe('Waiting for the archive');
    expect(requests(session)).toEqual([{ v: 1, kind: 'ask', task: 'key-sentences' }]);
    expect(card()?.textContent).toContain('Asked by you');
    const [key] = [...jobRequests(session.jobs).keys()] as EntryKey[];
    if (!key) throw new TypeError('it was asked for');
    offer({ running: [{ request: key, state: 'queued', position: 2 }] });
    await expect.poll(state).toBe('Waiting for its turn: number 2');
    offer({ running: [{ request: key, state: 'running' }] });
    await expect.poll(state).toContain('Reading the document');
    const people = document.querySelector<HTMLElement>('.people');
    await expect.poll(() => people?.querySelector('.assist-avatar')).not.toBeNull();
    people?.click();
    await expect.poll(() => document.querySelector('.assist-person')?.textContent).toBe('Assistantstarted by you');
    expect(people?.getAttribute('aria-label')).toContain('0');
    people?.click();
    button('Stop: Key sentences')?.click();
    await expect.poll(state).toContain('Stopping');
    expect(requests(session)[1]).toEqual({ v: 1, kind: 'stop', request: key });
  });

  it('JOB-52: before a host gets text for the first time, the person is told which and asked', async () => {
    const { session, offer } = await open();
    offer({ provider: MODEL });
    await openAssist();
    button('Summarise')?.focus();
    button('Summarise')?.click();
    await expect
      .poll(() => document.querySelector('.assist-consent')?.textContent)
      .toContain('Text from this document will be sent to llm.lan (on your network).');
    expect(document.activeElement).toBe(button('Cancel'));
    button('Cancel')?.click();
    expect(requests(session)).toEqual([]);
    expect(document.activeElement).toBe(button('Summarise'));
    button('Summarise')?.click();
    button('Send and summarise')?.click();
    const asked = { v: 1, kind: 'ask', task: 'summarise', to: { host: 'llm.lan', place: 'network' } };
    await expect.poll(() => requests(session)).toEqual([asked]);
    button('Summarise')?.click();
    await expect.poll(() => requests(session)).toHaveLength(2);
    offer({ provider: { ...MODEL, host: 'api.example', place: 'internet' } });
    await expect.poll(() => document.querySelector('.assist')?.textContent).toContain('Internet');
    button('Summarise')?.click();
    await expect
      .poll(() => document.querySelector('.assist-consent')?.textContent)
      .toContain('sent to api.example (on the internet)');
    expect(requests(session)).toHaveLength(2);
  });

  it('JOB-51: a reader sees results and cannot ask, insert or put away', async () => {
    const { session, offer, result } = await open({ canWrite: false });
    offer({});
    const ben = new Y.Doc();
    ben.clientID = 7;
    jobRequests(ben).set('7:0', { v: 1, kind: 'ask', task: 'key-sentences' });
    Y.applyUpdate(session.jobs, Y.encodeStateAsUpdate(ben), 'remote');
    result('7:0');
    await openAssist();
    await expect.poll(() => card()?.textContent).toContain('Asked by Ben');
    const before = requests(session).length;
    expect(button('Key sentences')?.getAttribute('aria-disabled')).toBe('true');
    button('Key sentences')?.click();
    button('Insert into the text: Key sentences')?.click();
    expect(button('Dismiss for everybody: Key sentences')).toBeUndefined();
    expect(requests(session)).toHaveLength(before);
    expect(session.html()).toContain('<p>The quay is deep. It rained.</p><p>Line 0.</p>');
  });
});

describe('a result', () => {
  const asked = async (parts?: Parameters<Opened['result']>[1]): Promise<Opened> => {
    const opened = await open();
    opened.offer({});
    await openAssist();
    button('Key sentences')?.click();
    await expect.poll(() => jobRequests(opened.session.jobs).size).toBe(1);
    const [key] = [...jobRequests(opened.session.jobs).keys()] as EntryKey[];
    if (key) opened.result(key, parts);
    await expect.poll(() => card()?.dataset['state']).toBe('done');
    return opened;
  };

  it('JOB-55: is told of politely and on screen while the panel is closed, and shown from there', async () => {
    const opened = await open();
    opened.offer({});
    await openAssist();
    button('Key sentences')?.click();
    button('Key sentences')?.click();
    await expect.poll(() => requests(opened.session)).toHaveLength(2);
    const [first, second] = [...jobRequests(opened.session.jobs).keys()] as EntryKey[];
    const toast = (): HTMLElement | null => document.querySelector('.assist-news');
    const inToast = (name: string): HTMLButtonElement | undefined =>
      [...(toast()?.querySelectorAll('button') ?? [])].find(
        (entry) => (entry.getAttribute('aria-label') ?? entry.textContent) === name,
      );
    document.querySelector<HTMLElement>('.info-button')?.click();
    await expect.poll(() => document.querySelector('.assist')).toBeNull();
    if (first) opened.result(first);
    await expect.poll(() => said).toEqual(['Key sentences: the result is there.']);
    expect(toast()?.textContent).toContain('Key sentences: the result is there.');
    inToast('Dismiss')?.click();
    expect(toast()).toBeNull();

    if (second) opened.result(second);
    await expect.poll(toast).not.toBeNull();
    const { violations } = await axe.run(toast() ?? document.body);
    expect(violations).toEqual([]);
    inToast('Show')?.click();
    await expect.poll(() => document.querySelectorAll('.assist-card[data-state="done"]').length).toBe(2);
    expect(toast()).toBeNull();
    expect(document.activeElement).toBe(tab('Assist'));
    expect(said).toHaveLength(2);
  });

  it('JOB-53: shows its sentences in the text, and says when that has changed', async () => {
    const { session } = await asked();
    expect(said).toEqual(['Key sentences: the result is there.']);
    button('Boats moor south.')?.click();
    await expect.poll(() => textbox().querySelector('.source-mark')?.textContent).toBe('Boats moor south.');
    expect(document.activeElement).toBe(textbox());
    const box = textbox().querySelector('.source-mark')?.getBoundingClientRect();
    expect(box && box.top > 0 && box.bottom < window.innerHeight).toBe(true);
    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(session.content));
    const first = contentBody(other).get(0);
    const line = first instanceof Y.XmlElement ? first.get(0) : undefined;
    if (line instanceof Y.XmlText) line.insert(4, 'old ');
    contentBody(other).delete(31, 1);
    session.receive(other);
    button('The quay is deep.')?.click();
    await expect
      .poll(() => document.querySelector('.assist-sources .assist-note')?.textContent)
      .toBe('The text has changed since.');
    button('Boats moor south.')?.click();
    await expect.poll(() => said.at(-1)).toBe('This text has changed or is gone.');
  });

  it('JOB-54: goes into the text as an edit of who inserts it, one undo step, and is told of', async () => {
    const { session } = await asked();
    const before = session.html();
    let writes = 0;
    session.content.on('update', () => writes++);
    textbox().focus();
    await userEvent.keyboard('{Control>}{Home}{/Control}');
    button('Insert into the text: Key sentences')?.click();
    const inserted = '<p>The quay is deep.</p><p>Boats moor south.</p>';
    await expect.poll(() => session.html()).toContain(`It rained.</p>${inserted}<p>Line 0.`);
    expect(writes).toBe(1);
    const results = [...jobResults(session.jobs).keys()];
    expect(requests(session).at(-1)).toEqual({ v: 1, kind: 'accept', result: results[0] });
    await expect.poll(() => card()?.textContent).toContain('Inserted by you · drafted with built-in tools');
    textbox().focus();
    await userEvent.keyboard('{Control>}z{/Control}');
    await expect.poll(() => session.html()).toBe(before);
  });

  it('JOB-54: goes to the end where the caret was never in the text', async () => {
    const { session } = await asked();
    button('Insert into the text: Key sentences')?.click();
    await expect.poll(() => session.html()).toContain('The end.</p><p>The quay is deep.</p><p>Boats moor south.</p>');
  });

  it('JOB-46: is plain text: markup in it does nothing, and only real citations are buttons', async () => {
    await asked({
      task: 'summarise',
      model: { ...MODEL, name: '<b>m</b>' },
      text: '<img src=x onerror=alert(1)> deep [1] **bold** [9]',
      sent: 'SYSTEM\n\n<script>alert(1)</script>',
    });
    expect(card()?.querySelector('img, script, b')).toBeNull();
    expect(document.querySelector('.assist-text')?.textContent).toContain('**bold** [9]');
    expect(document.querySelectorAll('.assist-citation')).toHaveLength(1);
    document.querySelector('summary')?.click();
    await expect
      .poll(() => document.querySelector('.assist-sent-text')?.textContent)
      .toBe('SYSTEM\n\n<script>alert(1)</script>');
    document.querySelector<HTMLElement>('.assist-citation')?.click();
    await expect.poll(() => textbox().querySelector('.source-mark')?.textContent).toBe('The quay is deep.');
  });

  it('JOB-42: is put away for everybody', async () => {
    await asked();
    button('Dismiss for everybody: Key sentences')?.click();
    await expect.poll(card).toBeNull();
  });

  it('JOB-50: on a phone the panel is a sheet with the same tabs, and gives way to what it shows', async () => {
    await asked();
    await page.viewport(390, 844);
    await expect.poll(() => document.querySelector('[role="dialog"] .assist-card')).not.toBeNull();
    button('The quay is deep.')?.click();
    await expect.poll(() => document.querySelector('[role="dialog"]')).toBeNull();
    await expect.poll(() => textbox().querySelector('.source-mark')?.textContent).toBe('The quay is deep.');
  });

  it.each(['light', 'dark'])('axe finds nothing in the %s theme', async (theme) => {
    document.documentElement.lang = 'en';
    document.documentElement.dataset['theme'] = theme;
    await asked({ task: 'summarise', model: MODEL, text: 'Deep [1].', sent: 'x' });
    document.querySelector('summary')?.click();
    const { violations } = await axe.run(document.body, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    document.documentElement.dataset['theme'] = 'light';
  });
});
