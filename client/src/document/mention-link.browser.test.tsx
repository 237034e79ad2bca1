import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { App } from '../app/App.tsx';
import type { ClientCore } from '../context/services.tsx';
import { createFixtureCore, DEFAULT_SCENE } from '../testing/fixture-core.ts';
import { FIXTURE_ROOM, id } from '../testing/fixture-ids.ts';
import '../styles/all.css';

const MENTION = id<string>('m');
const PATH = `/d/${FIXTURE_ROOM}`;

let close: (() => void) | undefined;
afterEach(() => close?.());

/** A page of lines with a mention below. */
function fill(content: Y.Doc): void {
  const paragraph = (child: Y.XmlElement | Y.XmlText): Y.XmlElement => {
    const out = new Y.XmlElement('paragraph');
    out.insert(0, [child]);
    return out;
  };
  const mention = new Y.XmlElement('mention');
  for (const [name, value] of Object.entries({ user: id<string>('b'), label: 'Ben', id: MENTION }))
    mention.setAttribute(name, value);
  const lines = Array.from({ length: 80 }, (_, n) => paragraph(new Y.XmlText(`Line ${n} of a long text.`)));
  contentBody(content).insert(0, [...lines, paragraph(mention)]);
}

/** The document without an address of a mention, and a link to it that stays on screen. */
async function open(): Promise<HTMLAnchorElement> {
  await page.viewport(1280, 800);
  history.replaceState(null, '', PATH);
  const core = createFixtureCore(DEFAULT_SCENE, () => Date.now());
  const loadRooms: ClientCore['loadRooms'] = async (...terms) => {
    const rooms = await core.loadRooms(...terms);
    return {
      ...rooms,
      openRoom: (room) => {
        const session = rooms.openRoom(room);
        fill(session.content);
        return session;
      },
    };
  };
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(() => <App core={{ ...core, loadRooms }} />, host);
  const link = document.body.appendChild(document.createElement('a'));
  link.href = `${PATH}#mention=${MENTION}`;
  link.textContent = 'Ada mentioned you';
  link.style.cssText = 'position: fixed; bottom: 8px; right: 8px; z-index: 99';
  close = () => {
    dispose();
    host.remove();
    link.remove();
    close = undefined;
  };
  await expect.poll(mention, { timeout: 15_000 }).not.toBeNull();
  return link;
}

const mention = (): Element | null => document.querySelector('.mention');
const isInView = (): boolean => {
  const box = document.querySelector('.mention-mark')?.getBoundingClientRect();
  return box !== undefined && box.top > 0 && box.bottom < window.innerHeight;
};

test('NOTE-13: the same link leads to the mention again, once the person has moved away', async () => {
  const link = await open();
  await userEvent.click(link);
  await expect.poll(isInView).toBe(true);

  document.dispatchEvent(new WheelEvent('wheel', { bubbles: true }));
  window.scrollTo(0, 0);
  expect(isInView()).toBe(false);
  const entries = history.length;
  await expect.poll(() => location.hash).toBe('');
  await userEvent.click(link);
  await expect.poll(isInView).toBe(true);
  await expect.poll(() => location.hash).toBe(`#mention=${MENTION}`);
  expect(history.length).toBeLessThanOrEqual(entries + 1);
});

test('NOTE-13: so it does by keyboard, and where nobody has moved but to press it', async () => {
  const link = await open();
  for (const press of [() => userEvent.click(link), () => userEvent.keyboard('{Enter}')]) {
    link.focus();
    window.scrollTo(0, 0);
    expect(isInView()).toBe(false);
    await press();
    await expect.poll(isInView).toBe(true);
  }
});
