import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeSyncStatus, type DocumentProgress, type SyncInputs } from './sync-status.ts';
import { SYNC_STATES, type SyncState } from './types.ts';

const archive = { durability: 'archive-disk', at: 500, archiveId: 'aa' } as const;
const empty: DocumentProgress = {
  unsaved: 0,
  unarchived: 0,
  uncovered: 0,
  unreplicated: 0,
  devicesWithAll: 0,
  archiveRegressed: false,
  hasOwnEntries: false,
  hasEntries: false,
};
/** Three entries of this device that nobody else has. */
const alone: DocumentProgress = {
  ...empty,
  hasEntries: true,
  hasOwnEntries: true,
  unarchived: 3,
  uncovered: 3,
  unreplicated: 3,
  oldestLocalOnlyAt: 100,
};
const replicated: DocumentProgress = {
  ...empty,
  hasEntries: true,
  hasOwnEntries: true,
  unarchived: 3,
  uncovered: 3,
  devicesWithAll: 2,
};
const archived: DocumentProgress = { ...empty, hasEntries: true, hasOwnEntries: true, archive };
const ofOthers: DocumentProgress = { ...empty, hasEntries: true };

const calm: SyncInputs = {
  isOnline: true,
  signaling: 'open',
  linkedPeers: 0,
  linkedArchivers: 0,
  isCatchingUp: false,
  documents: [archived],
};
const stateOf = (inputs: Partial<SyncInputs>): SyncState => computeSyncStatus({ ...calm, ...inputs }).state;

describe('each state', () => {
  test.each<[string, Partial<SyncInputs>, SyncState]>([
    ['everything receipted by the archive', {}, 'archived'],
    ['not saved', { failure: 'not-saved' }, 'error'],
    ['update needed', { failure: 'update-needed' }, 'error'],
    ['access removed', { failure: 'access-removed' }, 'error'],
    ['no network', { isOnline: false, linkedPeers: 2 }, 'offline'],
    ['signaling down and nobody linked', { signaling: 'down' }, 'offline'],
    ['signaling connecting for the first time is not offline', { signaling: 'connecting' }, 'archived'],
    ['catching up', { isCatchingUp: true, linkedPeers: 1 }, 'syncing'],
    ['changes on their way to the archiver', { documents: [alone], linkedArchivers: 1 }, 'syncing'],
    [
      'changes that devices have, on their way to the archiver',
      { documents: [replicated], linkedArchivers: 1, linkedPeers: 2 },
      'syncing',
    ],
    ['changes on their way to a device', { documents: [alone], linkedPeers: 1 }, 'syncing'],
    [
      'changes not stored here yet while somebody is linked',
      { documents: [{ ...archived, unsaved: 1 }], linkedPeers: 1 },
      'syncing',
    ],
    ['devices have everything, no archive', { documents: [replicated] }, 'replicated'],
    [
      'devices have everything, signaling down',
      { documents: [replicated], signaling: 'down', linkedPeers: 1 },
      'signaling-down',
    ],
    ['archived with signaling down and a link', { signaling: 'down', linkedPeers: 1 }, 'archived'],
    ['archived with signaling down and the archiver linked', { signaling: 'down', linkedArchivers: 1 }, 'archived'],
    ['nobody has it', { documents: [alone] }, 'local'],
    ['not stored here and nobody linked', { documents: [{ ...replicated, unsaved: 1 }] }, 'local'],
    ['nothing written anywhere', { documents: [empty] }, 'local'],
    ['nothing written, somebody linked', { documents: [empty], linkedPeers: 1 }, 'replicated'],
    ['written by others alone, no archive', { documents: [ofOthers] }, 'replicated'],
    ['written by others alone, receipted', { documents: [{ ...ofOthers, archive }] }, 'archived'],
    [
      'written by others, of which the archive has not vouched for everything',
      { documents: [{ ...ofOthers, archive, uncovered: 2 }] },
      'replicated',
    ],
    [
      'written by others, on its way into the linked archive',
      { documents: [{ ...ofOthers, archive, uncovered: 2 }], linkedArchivers: 1 },
      'syncing',
    ],
    ['one document of the room lacks its receipt', { documents: [archived, ofOthers] }, 'replicated'],
    ['one document of the room is on this device only', { documents: [archived, alone] }, 'local'],
    ['an empty document needs no receipt', { documents: [archived, empty] }, 'archived'],
    [
      'an archive that lost data does not count',
      { documents: [{ ...archived, archiveRegressed: true, devicesWithAll: 1 }] },
      'replicated',
    ],
  ])('CLI-10 %s', (_title, inputs, state) => {
    expect(stateOf(inputs)).toBe(state);
  });
});

test('CLI-11 the first state in the order of precedence wins, whatever else holds', () => {
  const claims: Readonly<Record<Exclude<SyncState, 'local'>, Partial<SyncInputs>>> = {
    error: { failure: 'not-saved' },
    offline: { isOnline: false },
    syncing: { isCatchingUp: true },
    archived: { documents: [{ ...archived, devicesWithAll: 2 }] },
    'signaling-down': { signaling: 'down' },
    replicated: { documents: [{ ...replicated, unarchived: 0 }] },
  };
  const names = SYNC_STATES.filter((state) => state !== 'local');
  const base: SyncInputs = { ...calm, documents: [alone] };
  for (let mask = 1; mask < 1 << names.length; mask++) {
    const chosen = names.filter((_, i) => mask & (1 << i));
    // the later in the list is overridden by the earlier: archived documents are replicated ones too
    let inputs = chosen.toReversed().reduce<SyncInputs>((sum, name) => ({ ...sum, ...claims[name] }), base);
    // with nobody linked a missing signaling means offline; without own changes awaited a link is not syncing
    if (chosen.includes('signaling-down') && !chosen.includes('offline'))
      inputs = {
        ...inputs,
        linkedPeers: 1,
        documents: chosen.includes('archived') || chosen.includes('replicated') ? inputs.documents : [replicated],
      };
    expect({ chosen, state: computeSyncStatus(inputs).state }).toEqual({ chosen, state: chosen[0] });
  }
});

const documentOf = fc.record({
  unsaved: fc.nat(2),
  unarchived: fc.nat(2),
  uncovered: fc.nat(2),
  unreplicated: fc.nat(2),
  devicesWithAll: fc.nat(2),
  archiveRegressed: fc.boolean(),
  hasOwnEntries: fc.boolean(),
  hasEntries: fc.boolean(),
  hasArchive: fc.boolean(),
});
const anyInputs = fc
  .record({
    isOnline: fc.boolean(),
    signaling: fc.constantFrom('open' as const, 'connecting' as const, 'down' as const),
    linkedPeers: fc.nat(2),
    linkedArchivers: fc.nat(1),
    isCatchingUp: fc.boolean(),
    failure: fc.constantFrom(undefined, 'not-saved' as const, 'update-needed' as const, 'access-removed' as const),
    documents: fc.array(documentOf, { maxLength: 4 }),
  })
  .map(({ failure, documents, ...rest }): SyncInputs => ({
    ...rest,
    ...(failure ? { failure } : {}),
    documents: documents.map(({ hasArchive, ...document }) => ({ ...document, ...(hasArchive ? { archive } : {}) })),
  }));

describe('CLI-11 whatever the inputs', () => {
  test('a state never hides one that goes before it', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const { state } = computeSyncStatus(inputs);
        const at = SYNC_STATES.indexOf(state);
        const links = inputs.linkedPeers + inputs.linkedArchivers;
        expect(state === 'error').toBe(inputs.failure !== undefined);
        if (at > SYNC_STATES.indexOf('offline'))
          expect(inputs.isOnline && (inputs.signaling !== 'down' || links > 0)).toBe(true);
        if (at > SYNC_STATES.indexOf('syncing')) expect(inputs.isCatchingUp).toBe(false);
        if (state === 'local' || state === 'replicated') expect(inputs.signaling).not.toBe('down');
        if (state === 'signaling-down') expect(links).toBeGreaterThan(0);
      }),
    );
  });

  test('"in the archive" is said only of what receipts cover to the last entry', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        if (computeSyncStatus(inputs).state !== 'archived') return;
        const filled = inputs.documents.filter(({ hasEntries, hasOwnEntries }) => hasEntries || hasOwnEntries);
        expect(filled.length).toBeGreaterThan(0);
        for (const document of filled)
          expect(document).toMatchObject({
            archive,
            unsaved: 0,
            unarchived: 0,
            uncovered: 0,
            archiveRegressed: false,
          });
      }),
    );
  });

  test('a failed write names at least one change that is not saved', () => {
    fc.assert(
      fc.property(anyInputs, (inputs) => {
        const status = computeSyncStatus({ ...inputs, failure: 'not-saved' });
        expect(status.pendingChanges).toBeGreaterThan(0);
      }),
    );
  });
});

describe('figures', () => {
  test('the pending count is of what the state speaks of', () => {
    const pending = (inputs: Partial<SyncInputs>): number => computeSyncStatus({ ...calm, ...inputs }).pendingChanges;
    expect(pending({ documents: [replicated], linkedArchivers: 1 })).toBe(3);
    expect(pending({ documents: [{ ...replicated, unreplicated: 1 }], linkedPeers: 1 })).toBe(1);
    expect(pending({ documents: [replicated] })).toBe(3);
    expect(pending({ documents: [archived] })).toBe(0);
    expect(pending({ documents: [alone, alone], isOnline: false })).toBe(6);
    expect(pending({ documents: [{ ...archived, unsaved: 2 }], failure: 'not-saved' })).toBe(2);
  });

  test('a room is on as many devices as its least replicated document', () => {
    const status = computeSyncStatus({ ...calm, documents: [replicated, { ...replicated, devicesWithAll: 1 }] });
    expect(status.devicesWithAll).toBe(1);
  });

  test('the oldest change that is here alone is named', () => {
    const status = computeSyncStatus({ ...calm, documents: [alone, { ...alone, oldestLocalOnlyAt: 40 }, archived] });
    expect(status.localOnlySince).toBe(40);
  });

  test('the archive class of a room is that of its weakest document', () => {
    const weak = { ...archived, archive: { ...archive, durability: 'archive-os', at: 900 } } as const;
    expect(computeSyncStatus({ ...calm, documents: [archived, weak] }).archive).toEqual({
      durability: 'archive-os',
      at: 900,
    });
  });
});
