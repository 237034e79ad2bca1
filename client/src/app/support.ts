/** Whether this page can do what secure syncing needs. Asked once, before anything else starts. */
export type SupportProblem = 'insecure' | 'crypto' | 'storage';

export interface SupportProbe {
  readonly isSecureContext: boolean;
  readonly subtle: SubtleCrypto | undefined;
  readonly indexedDB: IDBFactory | undefined;
}

/** The first thing that is lacking, or undefined. */
export async function findSupportProblem(probe: SupportProbe = browserProbe()): Promise<SupportProblem | undefined> {
  if (!probe.isSecureContext) return 'insecure';
  if (probe.subtle === undefined || !(await hasEd25519(probe.subtle))) return 'crypto';
  if (probe.indexedDB === undefined) return 'storage';
  return undefined;
}

async function hasEd25519(subtle: SubtleCrypto): Promise<boolean> {
  try {
    await subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
    return true;
  } catch {
    return false; // NotSupportedError in browsers without the algorithm.
  }
}

function browserProbe(): SupportProbe {
  return {
    isSecureContext: globalThis.isSecureContext,
    // Undefined outside secure contexts, whatever the DOM types say.
    subtle: (globalThis.crypto as Crypto | undefined)?.subtle,
    indexedDB: globalThis.indexedDB as IDBFactory | undefined,
  };
}
