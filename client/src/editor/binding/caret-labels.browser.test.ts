import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { createManualClock } from '../../testing/manual-clock.ts';
import { createCaretLabels, LABEL_MS } from './caret-labels.ts';
import type { Caret } from './presence.ts';

const place = new Y.RelativePosition(null, 'body', null);
const caret = (peerId: string): Caret => ({ peerId, name: 'Grace', hue: 3, anchor: place, head: place });
const isQuiet = (element: HTMLElement): boolean => element.hasAttribute('data-quiet');

it('EDIT-7: hides the name two seconds after the last movement, and shows it again with the next', () => {
  const clock = createManualClock();
  const labels = createCaretLabels(clock);
  const [ada, grace] = [labels.create(caret('ada')), labels.create(caret('grace'))];
  const draw = (adas: string, graces: string) =>
    labels.follow([
      { peerId: 'ada', place: adas },
      { peerId: 'grace', place: graces },
    ]);
  draw('1', '1');
  clock.advance(LABEL_MS - 1);
  draw('1', '2');
  clock.advance(1);
  expect([isQuiet(ada), isQuiet(grace)]).toEqual([true, false]);
  clock.advance(LABEL_MS - 1);
  expect([isQuiet(ada), isQuiet(grace)]).toEqual([true, true]);
  draw('2', '2');
  expect([isQuiet(ada), isQuiet(grace)]).toEqual([false, true]);
  const anew = labels.create(caret('grace'));
  expect(isQuiet(anew)).toBe(true);
  labels.follow([{ peerId: 'ada', place: '2' }]);
  draw('2', '2');
  expect(isQuiet(labels.create(caret('grace')))).toBe(false);
  labels.close();
});

it('EDIT-7: hides the name also when the view was made anew meanwhile', () => {
  const clock = createManualClock();
  const labels = createCaretLabels(clock);
  const ada = labels.create(caret('ada'));
  labels.follow([{ peerId: 'ada', place: '1' }]);
  clock.advance(100);
  labels.close();
  labels.follow([{ peerId: 'ada', place: '1' }]);
  clock.advance(LABEL_MS);
  expect(isQuiet(ada)).toBe(true);
  labels.close();
});
