/** Notices that others are in the room and none of them can be reached: something between stands in the way. */
import type { Clock } from '@vicinal/shared/clock.ts';

export interface Reach {
  /** Others are here, and no link with any of them came about in time. */
  readonly isCutOff: boolean;
  /** Call at every change. `unreached`: of the roster, without a link; `linked`: with one. */
  look(unreached: number, linked: number): void;
  close(): void;
}

/** Links take this long at most where nothing stands between. */
export const UNREACHED_MS = 10_000;

/** `onCutOff` is called when the time has passed; that it is over is told by whoever looks. */
export function createReach(clock: Clock, onCutOff: () => void): Reach {
  let isCutOff = false;
  let cancel: (() => void) | undefined;
  const stop = (): void => {
    cancel?.();
    cancel = undefined;
  };
  return {
    get isCutOff() {
      return isCutOff;
    },
    look: (unreached, linked) => {
      if (unreached > 0 && linked === 0) {
        if (isCutOff) return;
        cancel ??= clock.after(UNREACHED_MS, () => {
          cancel = undefined;
          isCutOff = true;
          onCutOff();
        });
        return;
      }
      stop();
      isCutOff = false;
    },
    close: stop,
  };
}
