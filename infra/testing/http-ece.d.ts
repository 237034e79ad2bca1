declare module 'http_ece' {
  import type { ECDH } from 'node:crypto';
  /** Throws when the message is not for this key or was changed. */
  export function decrypt(
    message: Buffer,
    params: { readonly version: 'aes128gcm'; readonly privateKey: ECDH; readonly authSecret: string },
  ): Buffer;
}
