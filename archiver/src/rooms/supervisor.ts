/** Which rooms this archiver is in. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock } from '@vicinal/shared/clock.ts';
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { Mesh } from '@vicinal/shared/mesh/types.ts';
import type { ArchivedRoom, LeaveReason } from './archived-room.ts';

export interface SupervisorOptions {
  readonly mesh: Pick<Mesh, 'on'>;
  readonly open: (room: RoomId, onEnding: (reason: LeaveReason) => void) => Promise<ArchivedRoom>;
  readonly limits: { readonly maxRooms: number; readonly reopenMinMs: number; readonly reopenMaxMs: number };
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Supervisor {
  /** Joins the room unless it is joined; a room that cannot be read is tried again with backoff. */
  attend(room: RoomId): void;
  /** The room while it is attended. */
  room(room: RoomId): ArchivedRoom | undefined;
  readonly rooms: readonly RoomId[];
  /** Leaves every room after flushing it. Idempotent. */
  close(): Promise<void>;
}

type Attendance =
  | { readonly kind: 'opening'; readonly done: Promise<void> }
  | { readonly kind: 'open'; readonly room: ArchivedRoom }
  | { readonly kind: 'leaving'; readonly done: Promise<void>; isWantedAgain: boolean }
  | { readonly kind: 'waiting'; readonly cancel: () => void };

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { limits, clock, logger } = options;
  const attendances = new Map<RoomId, Attendance>();
  const failures = new Map<RoomId, number>();
  let closing: Promise<void> | undefined;

  const open = (room: RoomId): void => {
    const work = async (): Promise<void> => {
      try {
        const opened = await options.open(room, (reason) => ending(room, opened, reason));
        attendances.set(room, { kind: 'open', room: opened });
        failures.delete(room);
      } catch (error) {
        logger.warn('room.not-opened', { room, code: error instanceof AppError ? error.code : 'internal' });
        openLater(room);
      }
    };
    attendances.set(room, { kind: 'opening', done: work() });
  };
  const openLater = (room: RoomId): void => {
    if (closing) return void attendances.delete(room);
    const failed = (failures.get(room) ?? 0) + 1;
    failures.set(room, failed);
    const delayMs = Math.min(limits.reopenMaxMs, limits.reopenMinMs * 2 ** Math.min(failed - 1, 16));
    attendances.set(room, { kind: 'waiting', cancel: clock.after(delayMs, () => open(room)) });
  };
  const ending = (room: RoomId, opened: ArchivedRoom, reason: LeaveReason): void => {
    const attendance = attendances.get(room);
    if (attendance?.kind !== 'open' || attendance.room !== opened || closing) return;
    const leaving: Attendance = { kind: 'leaving', isWantedAgain: false, done: leave() };
    attendances.set(room, leaving);
    async function leave(): Promise<void> {
      try {
        await opened.close();
      } catch (error) {
        logger.error('room.leave-failed', { room, code: error instanceof AppError ? error.code : 'internal' });
      }
      attendances.delete(room);
      if (closing) return;
      if (reason === 'failed') openLater(room);
      else if (leaving.kind === 'leaving' && leaving.isWantedAgain) open(room);
    }
  };
  const attend = (room: RoomId): void => {
    if (closing) return;
    const attendance = attendances.get(room);
    if (attendance?.kind === 'leaving') attendance.isWantedAgain = true;
    if (attendance !== undefined) return;
    if (attendances.size >= limits.maxRooms) return logger.error('room.limit-reached', { maxRooms: limits.maxRooms });
    open(room);
  };
  const off = options.mesh.on('attend', attend);

  const close = async (): Promise<void> => {
    off();
    await Promise.all(
      [...attendances.values()].map(async (attendance) => {
        if (attendance.kind === 'waiting') attendance.cancel();
        else if (attendance.kind !== 'open') await attendance.done;
      }),
    );
    const rooms = [...attendances.values()].flatMap((attendance) =>
      attendance.kind === 'open' ? [attendance.room] : [],
    );
    await Promise.all(rooms.map((room) => room.close()));
    attendances.clear();
  };
  return {
    attend,
    room: (room) => {
      const attendance = attendances.get(room);
      return attendance?.kind === 'open' ? attendance.room : undefined;
    },
    get rooms() {
      return [...attendances.keys()];
    },
    close: () => (closing ??= close()),
  };
}
