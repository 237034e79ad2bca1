import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { createReach, UNREACHED_MS, type Reach } from './reach.ts';
import { failureOf } from './sync-status.ts';

let clock: ManualClock;
let reach: Reach;
let told: number;

beforeEach(() => {
  clock = createManualClock();
  told = 0;
  reach = createReach(clock, () => told++);
});

describe('CLI-57 others are in the room', () => {
  test('and none was reached for 10 s: told once, at that moment', () => {
    reach.look(2, 0);
    clock.advance(UNREACHED_MS - 1);
    expect([reach.isCutOff, told]).toEqual([false, 0]);
    clock.advance(1);
    expect([reach.isCutOff, told]).toEqual([true, 1]);
    reach.look(1, 0);
    clock.advance(UNREACHED_MS * 3);
    expect([reach.isCutOff, told]).toEqual([true, 1]);
  });

  test('and come and go without a link: the time goes on counting from the first', () => {
    reach.look(1, 0);
    clock.advance(6000);
    reach.look(3, 0);
    clock.advance(4000);
    expect(reach.isCutOff).toBe(true);
  });

  test.each<[string, unreached: number, linked: number]>([
    ['one of them is reached', 2, 1],
    ['all of them leave', 0, 0],
    ['all of them are reached', 0, 3],
  ])('until %s: the time begins again', (_title, unreached, linked) => {
    reach.look(3, 0);
    clock.advance(UNREACHED_MS - 1);
    reach.look(unreached, linked);
    clock.advance(UNREACHED_MS);
    expect([reach.isCutOff, told]).toEqual([false, 0]);
    reach.look(1, 0);
    clock.advance(UNREACHED_MS - 1);
    expect(reach.isCutOff).toBe(false);
    clock.advance(1);
    expect(reach.isCutOff).toBe(true);
    reach.look(unreached, linked);
    expect(reach.isCutOff).toBe(false);
  });

  test('and the room is closed: nothing is told', () => {
    reach.look(1, 0);
    reach.close();
    clock.advance(UNREACHED_MS);
    expect([reach.isCutOff, told]).toEqual([false, 0]);
  });
});

describe('CLI-57 "Local network access is off"', () => {
  const calm = {
    isUnsaved: false,
    isAccessRemoved: false,
    isUpdateNeeded: false,
    isWebRtcMissing: false,
    isLocalNetworkDenied: false,
    isCutOff: false,
  };
  test.each([
    [false, false, undefined],
    [true, false, undefined],
    [false, true, undefined],
    [true, true, 'local-network-denied'],
  ])('denied: %s, cut off: %s gives %s', (isLocalNetworkDenied, isCutOff, reason) => {
    expect(failureOf({ ...calm, isLocalNetworkDenied, isCutOff })).toBe(reason);
  });

  test('hides nothing worse', () => {
    const worst = { ...calm, isLocalNetworkDenied: true, isCutOff: true, isUpdateNeeded: true };
    expect(failureOf({ ...calm, isWebRtcMissing: true, isLocalNetworkDenied: true })).toBe('no-webrtc');
    expect(failureOf(worst)).toBe('update-needed');
    expect(failureOf({ ...worst, isAccessRemoved: true })).toBe('access-removed');
    expect(failureOf({ ...worst, isAccessRemoved: true, isUnsaved: true })).toBe('not-saved');
  });
});
