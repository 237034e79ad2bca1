/** Figures of a benchmark row, and how a comparison is judged. */

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Nearest-rank percentiles. Throws on an empty list: a row without figures is a failure, not a zero. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    if (value === undefined) throw new RangeError('no values to summarise');
    return value;
  };
  return { min: rank(0), median: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1) };
}

/** One line of the result, as `--json` writes it. Lower is better unless the metric says otherwise. */
export interface Row {
  readonly id: string;
  readonly metric: string;
  readonly unit: string;
  readonly rounds: number;
  readonly ours: Spread;
  readonly peer: Spread & { readonly name: string; readonly version: string; readonly configuration: string };
  /** Median of ours ÷ median of the peer. */
  readonly ratio: number;
  readonly goal: string;
  readonly met: boolean;
  /** Rounds that did not finish; they are in no other figure. */
  readonly failures: { readonly ours: number; readonly peer: number };
}

export function formatRow(row: Row): string {
  const figures = (spread: Spread): string =>
    `${[spread.min, spread.median, spread.max].map(formatFigure).join(' / ')}  (p95 ${formatFigure(spread.p95)}, p99 ${formatFigure(spread.p99)})`;
  return [
    `${row.id}: ${row.metric} (${row.unit}, min / median / max of ${row.rounds} rounds, interleaved)`,
    `  ours  ${figures(row.ours)}`,
    `  peer  ${figures(row.peer)}   ${row.peer.name} ${row.peer.version}; ${row.peer.configuration}`,
    `  ratio ${row.ratio.toFixed(2)}   goal: ${row.goal}: ${row.met ? 'met' : 'not met'}   failures: ours ${row.failures.ours}, peer ${row.failures.peer}`,
  ].join('\n');
}

/** Three significant digits below 100, whole numbers above. */
export const formatFigure = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
