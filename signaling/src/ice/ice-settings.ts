/** Settings of STUN and TURN; `ice-config.ts` reads them. */
import type { IceServer } from '@vicinal/shared/http/api.ts';

export interface TurnSettings {
  /** `turn:` and `turns:` addresses. */
  readonly urls: readonly string[];
  /** Shared with the TURN servers (`static-auth-secret`). */
  readonly secret: string;
  readonly ttlS: number;
}

export interface StunSettings {
  /** UDP; 0 lets the system choose. */
  readonly port: number;
  /** Address of one interface; undefined: every one. */
  readonly host: string | undefined;
  /** False where `ICE_SERVERS` says which servers are asked. */
  readonly isAdvertised: boolean;
}

export interface IceSettings {
  /** Told to everybody: those of `ICE_SERVERS` without a credential. */
  readonly iceServers: readonly IceServer[];
  /** Those with one. */
  readonly secretIceServers: readonly IceServer[];
  /** Told to everybody: peers connect through TURN alone. */
  readonly isRelayOnly: boolean;
  readonly stun?: StunSettings;
  readonly turn?: TurnSettings;
}
