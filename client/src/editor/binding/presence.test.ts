import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { PresenceEntry, RoomPresence } from '@vicinal/shared/mesh/types.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { parsePlace, placeToJson, positionOf } from './positions.ts';
import { createCaretPresence, MAX_CARETS, parseCaret, PUBLISH_INTERVAL_MS, type OwnSelection } from './presence.ts';

function createClock() {
  let now = 0;
  let due: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    after: (delayMs, run) => {
      const entry = { at: now + delayMs, run };
      due.push(entry);
      return () => void (due = due.filter((other) => other !== entry));
    },
  };
  const advance = (ms: number) => {
    now += ms;
    const ready = due.filter(({ at }) => at <= now);
    due = due.filter(({ at }) => at > now);
    for (const { run } of ready) run();
  };
  return { clock, advance };
}

const random: Random = { bytes: (length) => new Uint8Array(length).fill(7), fraction: () => 0 };

function createPresence(entries: readonly PresenceEntry[] = []) {
  const published: unknown[] = [];
  const presence: RoomPresence = {
    set: (state) => void published.push(state),
    entries: () => entries,
    on: () => () => undefined,
  };
  return { presence, published };
}

const place = { tname: 'body', assoc: -1 };
const entry = (state: Record<string, unknown>, more: object = {}): PresenceEntry =>
  ({ peerId: 'p', userId: 'u', name: 'Ada', colour: 3, role: 'editor', state, ...more }) as PresenceEntry; // ids as any peer might send them

const selectionAt = (index: number): OwnSelection => {
  const doc = new Y.Doc({ gc: false });
  doc.clientID = 1;
  const words = new Y.XmlText();
  contentBody(doc).insert(0, [words]);
  words.insert(0, 'twelve chars');
  const at = Y.createRelativePositionFromTypeIndex(words, index, -1);
  return { anchor: at, head: at };
};

describe('publishing the own caret', () => {
  it('EDIT-7: goes out at once, then at most ten times a second, with the latest place', () => {
    const { clock, advance } = createClock();
    const { presence, published } = createPresence();
    const carets = createCaretPresence(presence, clock, random);
    let moves = 0;
    for (let ms = 0; ms < 1000; ms += 5) {
      const index = moves++ % 12;
      carets.publish(() => selectionAt(index));
      advance(5);
    }
    advance(PUBLISH_INTERVAL_MS);
    expect(published.length).toBeGreaterThanOrEqual(9);
    expect(published.length).toBeLessThanOrEqual(11);
    const last = selectionAt((moves - 1) % 12);
    expect(published.at(-1)).toMatchObject({ cursor: { head: last && placeToJson(last.head) } });
  });

  it('sends nothing when nothing moved, withdraws on leaving and on close', () => {
    const { clock, advance } = createClock();
    const { presence, published } = createPresence();
    const carets = createCaretPresence(presence, clock, random);
    for (let i = 0; i < 3; i++) {
      carets.publish(() => selectionAt(4));
      advance(PUBLISH_INTERVAL_MS);
    }
    expect(published).toHaveLength(1);
    carets.publish(() => undefined);
    advance(PUBLISH_INTERVAL_MS);
    expect(published.at(-1)).not.toHaveProperty('cursor');
    carets.close();
    carets.close();
    carets.publish(() => selectionAt(1));
    advance(PUBLISH_INTERVAL_MS);
    expect(published).toHaveLength(3);
    expect(published.at(-1)).not.toHaveProperty('cursor');
  });
});

describe('reading carets of others', () => {
  it('leaves out one’s own, and draws a bounded number', () => {
    const many = Array.from({ length: 80 }, (_, i) =>
      entry({ editor: `${i}`, cursor: { anchor: place, head: place } }),
    );
    const own = entry({ editor: '0707070707070707', cursor: { anchor: place, head: place } });
    const { presence } = createPresence([own, ...many]);
    const { clock } = createClock();
    expect(createCaretPresence(presence, clock, random).carets()).toHaveLength(MAX_CARETS);
    expect(createCaretPresence(createPresence([own]).presence, clock, random).carets()).toHaveLength(0);
  });

  it('EDIT-8: never throws, whatever a peer publishes, and creates no root in the document', () => {
    const doc = new Y.Doc();
    contentBody(doc).insert(0, [new Y.XmlElement('paragraph')]);
    const id = fc.oneof(
      fc.record({
        client: fc.oneof(fc.integer(), fc.constantFrom(doc.clientID, 2 ** 60)),
        clock: fc.oneof(fc.nat(3), fc.constantFrom(2 ** 53, -1, 0.5)),
      }),
      fc.anything(),
    );
    const hostilePlace = fc.oneof(
      fc.record(
        {
          type: id,
          tname: fc.oneof(fc.constantFrom('body', 'meta', '__proto__', null), fc.string()),
          item: id,
          assoc: fc.anything(),
        },
        { requiredKeys: [] },
      ),
      fc.anything(),
    );
    const state = fc.oneof(
      fc.record({ cursor: fc.record({ anchor: hostilePlace, head: hostilePlace }) }),
      fc.dictionary(fc.string(), fc.anything()),
    );
    const more = fc.record({ name: fc.anything(), colour: fc.anything(), peerId: fc.anything() });
    fc.assert(
      fc.property(state, more, (published, rest) => {
        const caret = parseCaret(entry(published, rest), 'own');
        if (!caret) return;
        expect(caret.hue).toBeGreaterThanOrEqual(0);
        expect(caret.hue).toBeLessThan(12);
        expect(caret.name.length).toBeLessThanOrEqual(40);
        positionOf(caret.anchor, contentBody(doc), new Map());
        positionOf(caret.head, contentBody(doc), new Map());
      }),
      { numRuns: 2000 },
    );
    expect([...doc.share.keys()]).toEqual(['body']);
  });

  it('refuses a place outside the body', () => {
    expect(parsePlace({ tname: 'other' })).toBeUndefined();
    expect(parsePlace({})).toBeUndefined();
    expect(parsePlace(place)).toBeDefined();
  });
});
