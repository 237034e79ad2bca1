import { expect, test } from 'vitest';
import { createManualClock } from '../testing/manual-clock.ts';
import type { SyncWords } from './sync-words.ts';
import { createWordHold } from './word-hold.ts';

const words = (text: string, tone: SyncWords['tone'] = 'neutral'): SyncWords => ({ text, tone });

function start() {
  const clock = createManualClock();
  const shown: string[] = [];
  const hold = createWordHold(clock, (next) => shown.push(next.text));
  hold.push(words('archived'));
  return { clock, shown, hold };
}

test('the first words are shown at once', () => {
  expect(start().shown).toEqual(['archived']);
});

test('later words wait 800 ms, and the newest win', () => {
  const { clock, shown, hold } = start();
  hold.push(words('1 change'));
  clock.advance(500);
  hold.push(words('2 changes'));
  clock.advance(299);
  expect(shown).toEqual(['archived']);
  clock.advance(1);
  expect(shown).toEqual(['archived', '2 changes']);
});

test('a state that comes and goes within 800 ms is never shown', () => {
  const { clock, shown, hold } = start();
  hold.push(words('1 change'));
  clock.advance(400);
  hold.push(words('archived'));
  clock.advance(5000);
  expect(shown).toEqual(['archived']);
});

test('an error is shown at once', () => {
  const { shown, hold } = start();
  hold.push(words('Not saved', 'error'));
  expect(shown).toEqual(['archived', 'Not saved']);
});

test('nothing is shown after closing', () => {
  const { clock, shown, hold } = start();
  hold.push(words('1 change'));
  hold.close();
  clock.advance(5000);
  expect(shown).toEqual(['archived']);
});
