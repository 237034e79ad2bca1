/** What the peer says about its run: for people on the standard error stream, or as one JSON object. */
import type { ReceiptLevel } from './peer-room.ts';

/** ms from the start of the process; absent when the run did not get there. */
export interface Timings {
  joinedMs?: number;
  /** The first peer was linked. */
  connectedMs?: number;
  caughtUpMs?: number;
  /** All edits were made. */
  doneMs?: number;
  /** Everything written was archived, or acknowledged by another device where no archive is. */
  acknowledgedMs?: number;
}

export interface Report {
  readonly mode: string;
  readonly room: string;
  /** Ids of the guest and of its device. */
  readonly user: string;
  readonly device: string;
  readonly role: string;
  readonly lines: number;
  readonly characters: number;
  readonly peers: number;
  readonly archivers: number;
  readonly transactions?: number;
  readonly edits?: number;
  /** Entries that this run signed. */
  readonly entries?: number;
  /** Of what this run wrote; absent when it wrote nothing. */
  readonly level?: ReceiptLevel;
  readonly equalsEndContent?: boolean;
  /** Hex SHA-256 over the heads of the document's logs: equal ones are equal histories. */
  readonly digest: string;
  readonly timings: Readonly<Timings>;
  readonly text?: string;
}

export function describeReport(report: Report): string {
  const { timings } = report;
  const ms = (name: string, value: number | undefined): string[] =>
    value === undefined ? [] : [`${name} ${value.toFixed(0)} ms`];
  const times = [
    ...ms('joined', timings.joinedMs),
    ...ms('connected', timings.connectedMs),
    ...ms('caught up', timings.caughtUpMs),
    ...ms('done', timings.doneMs),
    ...ms(report.level === 'replicated' ? 'acknowledged by a peer' : 'archived', timings.acknowledgedMs),
  ];
  const counts = [
    `${report.lines} lines, ${report.characters} characters`,
    ...(report.edits === undefined ? [] : [`${report.transactions ?? 0} transactions, ${report.edits} edits`]),
    ...(report.entries === undefined ? [] : [`${report.entries} entries`]),
    `${report.peers} people's devices and ${report.archivers} archives linked`,
  ];
  return [
    `${report.mode} as ${report.role}: ${times.join(' · ')}`,
    counts.join(' · '),
    ...(report.equalsEndContent === undefined
      ? []
      : [report.equalsEndContent ? 'the text equals endContent' : 'the text differs from endContent']),
    `digest ${report.digest}`,
  ].join('\n');
}
