/** How the peer ends: its exit codes, and the error that carries one. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  unacknowledged: 5,
  readOnly: 6,
  otherText: 7,
  interrupted: 130,
} as const;

/** The peer cannot go on; `message` is what a person reads. */
export class PeerFailure extends Error {
  override readonly name = 'PeerFailure';
  readonly exit: number;

  constructor(exit: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}
