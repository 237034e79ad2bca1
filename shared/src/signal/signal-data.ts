/** What two peers tell each other through signaling to set up a connection. Nothing else passes. */
import { z } from '../zod.ts';

export const sessionDescriptionSchema = z.strictObject({
  type: z.enum(['offer', 'answer']),
  sdp: z.string().check(z.maxLength(48 * 1024)),
});

export const iceCandidateSchema = z.strictObject({
  candidate: z.string().check(z.maxLength(1024)),
  sdpMid: z.optional(z.nullable(z.string().check(z.maxLength(64)))),
  sdpMLineIndex: z.optional(z.nullable(z.int().check(z.minimum(0), z.maximum(64)))),
  usernameFragment: z.optional(z.nullable(z.string().check(z.maxLength(256)))),
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
