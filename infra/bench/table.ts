/** The README's table of benchmarks, made from what `--json` wrote. */
import { formatFigure, type Row } from './statistics.ts';

export interface DatedRow extends Row {
  /** Of the run, `2026-11-21`. */
  readonly date: string;
  readonly machine: string;
  /** Small sizes. */
  readonly isQuick: boolean;
}

const BEGIN = '<!-- bench: written by `npm run bench -- --readme FILE` -->';
const END = '<!-- /bench -->';

/** `text` with the table between its two markers replaced. Throws a TypeError when the markers are not there. */
export function insertTable(text: string, rows: readonly DatedRow[]): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new TypeError(`the text has no ${BEGIN} … ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n${formatTable(rows)}\n${text.slice(end)}`;
}

export function formatTable(rows: readonly DatedRow[]): string {
  const runs = [...new Set(rows.map((row) => `${row.date}, ${row.machine}`))];
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const lines = rows.map((row) => {
    const failures = row.failures.ours + row.failures.peer;
    return [
      `\`${row.id}\`${row.isQuick ? ' (quick)' : ''} ${cell(row.metric)}`,
      `${cell(row.peer.name)} ${row.peer.version} (${cell(row.peer.configuration)})`,
      figures(row.ours, row.unit),
      figures(row.peer, row.unit),
      row.ratio.toFixed(2),
      `${cell(row.goal)}: ${row.met ? 'met' : 'not met'}`,
      failures === 0 ? '0' : `ours ${row.failures.ours}, peer ${row.failures.peer}`,
    ].join(' | ');
  });
  return [
    `Measured ${runs.join('; ')}. Medians with p95 and p99; ours ÷ peer; (quick): small sizes, with \`--quick\`.`,
    '',
    '| what | peer | ours | peer | ratio | goal | failures |',
    '|---|---|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n');
}

const figures = (spread: Row['ours'], unit: string): string =>
  `${formatFigure(spread.median)} ${unit} (${formatFigure(spread.p95)}, ${formatFigure(spread.p99)})`;
