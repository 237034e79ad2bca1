/** Injected time and randomness. Production passes {@link systemClock} and {@link systemRandom}; simulations pass virtual ones. */
export interface Clock {
  /** Wall time, ms since the epoch. */
  now(): number;
  /** Monotonic ms; only differences mean anything. */
  monotonic(): number;
  /** Runs `callback` once after `delayMs`. The returned function cancels and may be called twice. */
  after(delayMs: number, callback: () => void): () => void;
}

export interface Random {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
  /** Uniform in [0, 1); for jitter only. */
  fraction(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

export const systemRandom: Random = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  fraction: () => Math.random(),
};
