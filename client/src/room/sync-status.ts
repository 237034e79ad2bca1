/**
 * How safe the work in a room is (ux.md, sync status), computed from acknowledgements alone: never from what was sent.
 * Precedence: error, offline, syncing, archived, signaling-down, replicated, local.
 */
import type { AcknowledgementSnapshot } from '@vicinal/shared/log/types.ts';
import type { SyncState, SyncStatus } from './types.ts';

/** One document of the room. */
export interface DocumentProgress extends AcknowledgementSnapshot {
  /** This device wrote entries of it, now or earlier. */
  readonly hasOwnEntries: boolean;
  /** It has entries at all. */
  readonly hasEntries: boolean;
}

export interface SyncInputs {
  /** `navigator.onLine`. */
  readonly isOnline: boolean;
  readonly signaling: SyncStatus['signaling'];
  /** READY links joined to the room, archivers not counted. */
  readonly linkedPeers: number;
  readonly linkedArchivers: number;
  readonly isCatchingUp: boolean;
  readonly failure?: NonNullable<SyncStatus['reason']>;
  readonly cutOff?: SyncStatus['cutOff'] | undefined;
  readonly documents: readonly DocumentProgress[];
}

/** What went wrong, the worst alone. */
export function failureOf(facts: {
  /** Something is in memory alone, or its document cannot be read. */
  readonly isUnsaved: boolean;
  readonly isAccessRemoved: boolean;
  readonly isUpdateNeeded: boolean;
  /** The browser has no WebRTC, or it is switched off. */
  readonly isWebRtcMissing: boolean;
  /** The browser was told not to reach the local network. */
  readonly isLocalNetworkDenied: boolean;
  /** Others are here and none of them could be reached in time. */
  readonly isCutOff: boolean;
}): SyncInputs['failure'] {
  if (facts.isUnsaved) return 'not-saved';
  if (facts.isAccessRemoved) return 'access-removed';
  if (facts.isUpdateNeeded) return 'update-needed';
  if (facts.isWebRtcMissing) return 'no-webrtc';
  return facts.isLocalNetworkDenied && facts.isCutOff ? 'local-network-denied' : undefined;
}

export function computeSyncStatus(inputs: SyncInputs): SyncStatus {
  const totals = totalsOf(inputs.documents);
  const state = stateOf(inputs, totals);
  return {
    state,
    ...(inputs.failure === undefined ? {} : { reason: inputs.failure }),
    pendingChanges: pendingOf(state, inputs, totals),
    isCatchingUp: inputs.isCatchingUp,
    devicesWithAll: devicesOf(inputs, totals),
    linkedPeers: inputs.linkedPeers,
    ...(totals.archive === undefined ? {} : { archive: totals.archive }),
    ...(totals.localOnlySince === undefined ? {} : { localOnlySince: totals.localOnlySince }),
    signaling: inputs.signaling,
    ...(inputs.cutOff && { cutOff: inputs.cutOff }),
  };
}

interface Totals {
  readonly unsaved: number;
  readonly unarchived: number;
  /** Entries held here, by whomever, that no archive receipt covers. */
  readonly uncovered: number;
  readonly unreplicated: number;
  readonly isEmpty: boolean;
  readonly hasOwnEntries: boolean;
  /** Every document with entries has an archive receipt that covers all that this device holds of it. */
  readonly isArchived: boolean;
  /** Least over the documents this device wrote. */
  readonly devicesWithOwn: number;
  readonly archive: SyncStatus['archive'];
  readonly localOnlySince: number | undefined;
}

function totalsOf(documents: readonly DocumentProgress[]): Totals {
  const sum = (read: (document: DocumentProgress) => number): number =>
    documents.reduce((total, document) => total + read(document), 0);
  const filled = documents.filter((document) => document.hasEntries || document.hasOwnEntries || document.unsaved > 0);
  const own = documents.filter((document) => document.hasOwnEntries || document.unsaved > 0);
  const oldest = documents.map((document) => document.oldestLocalOnlyAt).filter((at) => at !== undefined);
  return {
    unsaved: sum((document) => document.unsaved),
    unarchived: sum((document) => document.unarchived),
    uncovered: sum((document) => document.uncovered),
    unreplicated: sum((document) => document.unreplicated),
    isEmpty: filled.length === 0,
    hasOwnEntries: own.length > 0,
    isArchived: filled.length > 0 && filled.every(isArchived),
    devicesWithOwn: own.length === 0 ? 0 : Math.min(...own.map(holders)),
    archive: weakestArchive(filled),
    localOnlySince: oldest.length === 0 ? undefined : Math.min(...oldest),
  };
}

const isArchived = (document: DocumentProgress): boolean =>
  document.archive !== undefined &&
  document.unarchived === 0 &&
  document.uncovered === 0 &&
  document.unsaved === 0 &&
  !document.archiveRegressed;

/** What is in the archive is not on this device alone, even if no other device has it. */
const holders = (document: DocumentProgress): number => Math.max(document.devicesWithAll, isArchived(document) ? 1 : 0);

/** What can be said of the room as a whole: the weakest class and the latest receipt. */
function weakestArchive(documents: readonly DocumentProgress[]): SyncStatus['archive'] {
  const archives = documents.map((document) => document.archive).filter((archive) => archive !== undefined);
  if (archives.length === 0) return undefined;
  const durability = archives.every((archive) => archive.durability === 'archive-disk') ? 'archive-disk' : 'archive-os';
  return { durability, at: Math.max(...archives.map((archive) => archive.at)) };
}

function stateOf(inputs: SyncInputs, totals: Totals): SyncState {
  const links = inputs.linkedPeers + inputs.linkedArchivers;
  if (inputs.failure !== undefined) return 'error';
  if (!inputs.isOnline || (inputs.signaling === 'down' && links === 0)) return 'offline';
  if (inputs.isCatchingUp || (links > 0 && awaited(inputs, totals) > 0)) return 'syncing';
  if (totals.isArchived) return 'archived';
  if (inputs.signaling === 'down') return 'signaling-down';
  if (devicesOf(inputs, totals) > 0 && totals.unreplicated === 0 && totals.unsaved === 0) return 'replicated';
  return 'local';
}

/**
 * Changes that whoever is linked has yet to acknowledge: an archiver's word counts more than a device's, and covers what
 * others wrote too.
 */
const awaited = (inputs: SyncInputs, totals: Totals): number =>
  Math.max(totals.unsaved, inputs.linkedArchivers > 0 ? totals.unarchived || totals.uncovered : totals.unreplicated);

/**
 * Other devices that have everything: by their acknowledgements where this device wrote. What it did not write came from
 * its author's device; an empty room is the same wherever it is open.
 */
function devicesOf(inputs: SyncInputs, totals: Totals): number {
  if (totals.hasOwnEntries) return totals.devicesWithOwn;
  return totals.isEmpty ? inputs.linkedPeers : Math.max(1, inputs.linkedPeers);
}

function pendingOf(state: SyncState, inputs: SyncInputs, totals: Totals): number {
  switch (state) {
    case 'error':
      return inputs.failure === 'not-saved' ? Math.max(totals.unsaved, 1) : totals.unreplicated;
    case 'syncing':
      return awaited(inputs, totals);
    case 'replicated':
      return totals.unarchived;
    case 'archived':
      return 0;
    case 'offline':
    case 'signaling-down':
    case 'local':
      return Math.max(totals.unsaved, totals.unreplicated);
  }
}
