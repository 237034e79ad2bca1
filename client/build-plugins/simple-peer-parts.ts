/**
 * What simple-peer takes from its dependencies, as far as links use it: the data of a link never passes through its stream
 * (shared/src/mesh/secure-peer-connection.ts), so events and the two ends of a stream's life are all that is left.
 */
type Listener = (...args: unknown[]) => void;

class Duplex {
  readable = true;
  writable = true;
  readonly _readableState = { ended: false };
  readonly _writableState = { finished: false };
  readonly #listeners = new Map<string, Listener[]>();

  on(event: string, listener: Listener): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return this;
  }

  once(event: string, listener: Listener): this {
    const once: Listener = (...args) => {
      this.removeListener(event, once);
      listener(...args);
    };
    return this.on(event, once);
  }

  removeListener(event: string, listener: Listener): this {
    const others = (this.#listeners.get(event) ?? []).filter((known) => known !== listener);
    this.#listeners.set(event, others);
    return this;
  }

  emit(event: string, ...args: unknown[]): boolean {
    const listeners = this.#listeners.get(event) ?? [];
    if (listeners.length === 0 && event === 'error') throw args[0];
    for (const listener of listeners) listener(...args);
    return listeners.length > 0;
  }

  /** A chunk would be data of the gate, which carries none; null ends the readable side. */
  push(chunk: unknown): boolean {
    if (chunk === null) this._readableState.ended = true;
    return false;
  }

  end(): this {
    this._writableState.finished = true;
    return this;
  }
}

export const stream = { Duplex };

export const debug = (): void => undefined;

export const errCode = (error: Error, code: string): Error => Object.assign(error, { code });

/** Links hand simple-peer the constructors they want used. */
export const getBrowserRTC = (): null => null;

export const randombytes = (size: number): { toString(): string } => {
  const hex = [...crypto.getRandomValues(new Uint8Array(size))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return { toString: () => hex };
};

export const Buffer = { from: (data: ArrayBuffer): Uint8Array => new Uint8Array(data) };
