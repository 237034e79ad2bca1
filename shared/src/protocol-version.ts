/**
 * Wire versions. `versions` on the wire is a list; the highest common one wins.
 *
 * | version | what changed |
 * |---|---|
 * | 1 | first; not released yet, so notices of kind `inbox` are part of it |
 */
export const PROTOCOL_VERSION = 1;
export const MIN_SUPPORTED_VERSION = 1;
export const SUPPORTED_VERSIONS: readonly number[] = [1];

/** Highest version in both lists, or `undefined`. */
export function commonVersion(theirs: readonly number[]): number | undefined {
  const common = theirs.filter((v) => SUPPORTED_VERSIONS.includes(v));
  return common.length > 0 ? Math.max(...common) : undefined;
}
