import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Emitter } from '@vicinal/shared/emitter.ts';
import type { Mesh, SignalingState } from '@vicinal/shared/mesh/types.ts';
import { createManualClock, type ManualClock } from '../testing/manual-clock.ts';
import { createMeshSession, type MeshSession } from './mesh-session.ts';

class Page extends EventTarget {
  readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState });
  readonly permission = Object.assign(new EventTarget(), { state: 'prompt' as PermissionState });
  readonly connection = new EventTarget();
  readonly navigator = {
    onLine: true,
    connection: this.connection,
    permissions: {
      query: ({ name }: { name: string }) =>
        name === 'local-network-access' ? Promise.resolve(this.permission) : Promise.reject(new TypeError('unknown')),
    },
  };
  show(visibilityState: DocumentVisibilityState): void {
    this.document.visibilityState = visibilityState;
    this.document.dispatchEvent(new Event('visibilitychange'));
  }
}

let clock: ManualClock;
let page: Page;
let session: MeshSession;
let signaling: SignalingState;
let wakes: number;
let isMeshClosed: boolean;
const meshEvents = new Emitter<{ signaling: [] }>();
const setSignaling = (state: SignalingState): void => {
  signaling = state;
  meshEvents.emit('signaling');
};
const counted = (event: 'change' | 'wake' | 'hide'): (() => number) => {
  let count = 0;
  session.on(event, () => count++);
  return () => count;
};
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(async () => {
  clock = createManualClock(1_800_000_000_000);
  page = new Page();
  signaling = { kind: 'connecting' };
  wakes = 0;
  isMeshClosed = false;
  const mesh = {
    get signaling() {
      return signaling;
    },
    on: (_event: string, listener: () => void) => meshEvents.on('signaling', listener),
    wake: () => wakes++,
    close: async () => void (isMeshClosed = true),
  };
  // what a mesh session uses of the mesh and of the window
  session = createMeshSession(mesh as unknown as Mesh, page as unknown as Window, clock);
  await settle();
});
afterEach(() => session.close());

describe('signaling', () => {
  test('is down from the first failure until an attempt succeeded', () => {
    expect(session.signaling).toBe('connecting');
    setSignaling({ kind: 'down', retryInMs: 10 });
    expect(session.signaling).toBe('down');
    setSignaling({ kind: 'connecting' });
    expect(session.signaling).toBe('down');
    setSignaling({ kind: 'open' });
    expect(session.signaling).toBe('open');
    setSignaling({ kind: 'connecting' });
    expect(session.signaling).toBe('down');
  });

  test('is told of once per change', () => {
    const changes = counted('change');
    setSignaling({ kind: 'open' });
    setSignaling({ kind: 'open' });
    expect(changes()).toBe(1);
  });
});

describe('CLI-47 the mesh is woken when', () => {
  test.each<[string, () => void]>([
    ['the page is shown', () => page.show('visible')],
    ['the page thaws', () => page.document.dispatchEvent(new Event('resume'))],
    ['the network is back', () => page.dispatchEvent(new Event('online'))],
    ['the network is another one', () => page.connection.dispatchEvent(new Event('change'))],
    [
      'the page comes out of the back-forward cache',
      () => page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true })),
    ],
  ])('%s', (_title, happen) => {
    const heard = counted('wake');
    happen();
    expect([wakes, heard()]).toEqual([1, 1]);
  });

  test('the device slept: a timer came much later than planned', () => {
    clock.advance(60_000);
    expect(wakes).toBe(0);
    const { now } = clock;
    let slept = 0;
    const asleep = createMeshSession(
      { signaling, on: () => () => undefined, wake: () => wakes++, close: async () => undefined } as unknown as Mesh, // as above
      page as unknown as Window,
      { ...clock, now: () => now() + slept },
    );
    clock.advance(4000);
    slept = 3_600_000;
    clock.advance(1000);
    expect(wakes).toBe(1);
    return asleep.close();
  });
});

test.each<[string, () => void]>([
  ['hidden', () => page.show('hidden')],
  ['frozen', () => page.document.dispatchEvent(new Event('freeze'))],
  ['ended', () => page.dispatchEvent(new Event('pagehide'))],
])('CLI-40 whoever keeps something hears at once that the page is %s', (_title, happen) => {
  const hides = counted('hide');
  happen();
  expect([hides(), wakes]).toEqual([1, 0]);
});

test('online and offline are told of', () => {
  const changes = counted('change');
  page.navigator.onLine = false;
  page.dispatchEvent(new Event('offline'));
  expect([changes(), session.isOnline]).toEqual([1, false]);
});

test('CLI-57 local network access that is denied is known, also when that changes', () => {
  expect(session.isLocalNetworkDenied).toBe(false);
  const changes = counted('change');
  page.permission.state = 'denied';
  page.permission.dispatchEvent(new Event('change'));
  expect([changes(), session.isLocalNetworkDenied]).toEqual([1, true]);
});

test('closing ends the mesh and all listening', async () => {
  await session.close();
  page.dispatchEvent(new Event('online'));
  clock.advance(60_000);
  expect([isMeshClosed, wakes]).toEqual([true, 0]);
});
