import type { UserId } from '@vicinal/shared/ids.ts';
import { expect, test } from 'vitest';
import { createManualClock } from '../testing/manual-clock.ts';
import type { Person } from './people.ts';
import { createPresenceNews } from './presence-news.ts';

const person = (name: string, isSelf = false): Person => ({
  userId: name as UserId,
  name,
  colour: 0,
  role: 'editor',
  isSelf,
});

function start(...present: string[]) {
  const clock = createManualClock();
  const said: string[] = [];
  const news = createPresenceNews(clock, (text) => said.push(text));
  news.update([...present.map((name) => person(name)), person('Me', true)]);
  return { clock, said, update: (...names: string[]) => news.update(names.map((name) => person(name))), news };
}

test('who is present at the start is no news', () => {
  const { clock, said } = start('Ada');
  clock.advance(60_000);
  expect(said).toEqual([]);
});

test('comings and goings of ten seconds are one sentence each', () => {
  const { clock, said, update } = start('Ada');
  update('Ada', 'Ben');
  clock.advance(3000);
  update('Ben', 'Chiara');
  clock.advance(6999);
  expect(said).toEqual([]);
  clock.advance(1);
  expect(said).toEqual(['Ben and Chiara joined. Ada left.']);
});

test('whoever leaves and returns within the interval is not mentioned', () => {
  const { clock, said, update } = start('Ada');
  update();
  clock.advance(5000);
  update('Ada');
  clock.advance(60_000);
  expect(said).toEqual([]);
});

test('nothing is said after closing', () => {
  const { clock, said, update, news } = start();
  update('Ben');
  news.close();
  clock.advance(60_000);
  expect(said).toEqual([]);
});
