/** What journeys may reach from outside, when the browser profile says so. Shows nothing the page could not do anyway. */
import type { Mesh } from '@vicinal/shared/mesh/types.ts';
import type { Account } from '../auth/types.ts';
import type { Rooms } from './types.ts';

export interface TestSeam {
  readonly rooms: Rooms;
  readonly mesh: Mesh;
  readonly account: Account;
}

declare global {
  interface Window {
    __vicinal?: TestSeam;
  }
}

export function exposeForJourneys(page: Window, seam: TestSeam): void {
  page.__vicinal = seam;
}
