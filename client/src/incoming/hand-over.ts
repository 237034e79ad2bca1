/** From the screen that makes a document to the editor that opens it. */
import type { RoomId } from '@vicinal/shared/ids.ts';
import type { Incoming } from './types.ts';

const waiting = new Map<RoomId, Incoming>();

export const handOver = (room: RoomId, incoming: Incoming): void => void waiting.set(room, incoming);

/** Once: whoever takes it puts it into the text. */
export function takeOver(room: RoomId): Incoming | undefined {
  const incoming = waiting.get(room);
  waiting.delete(room);
  return incoming;
}
