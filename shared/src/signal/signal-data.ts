/** What two peers tell each other through signaling to set up a connection. Nothing else passes. */
import { z } from '../zod.ts';

export const sessionDescriptionSchema = z.strictObject({
  type: z.enum(['offer', 'answer']),
  sdp: z.string().max(48 * 1024),
});

export const iceCandidateSchema = z.strictObject({
  candidate: z.string().max(1024),
  sdpMid: z.string().max(64).nullable().optional(),
  sdpMLineIndex: z.int().min(0).max(64).nullable().optional(),
  usernameFragment: z.string().max(256).nullable().optional(),
});

export const signalDataSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('description'), description: sessionDescriptionSchema }),
  z.strictObject({ kind: z.literal('candidate'), candidate: iceCandidateSchema }),
  /** Only the smaller peer id dials; the other asks it to. */
  z.strictObject({ kind: z.literal('dial-request') }),
  /** Ends a dial session that the sender will not complete. */
  z.strictObject({ kind: z.literal('hang-up') }),
]);
export type SignalData = z.infer<typeof signalDataSchema>;
