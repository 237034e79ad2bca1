/** Documents of the archive: opened as replicas for rooms that are attended, read for export, signed as checkpoints. */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { createReplica } from '@vicinal/shared/log/replica.ts';
import type { Checkpoint, DocAddress, GrantVerifier, LogReplica, LogStore } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { contentBody, metaTitle } from '@vicinal/shared/room/documents.ts';
import { renderHtml } from '@vicinal/shared/room/html.ts';
import type { ArchiveStore } from '../store/archive-store.ts';
import type { ArchivedRoom } from './archived-room.ts';

export interface DocumentsOptions {
  readonly store: ArchiveStore;
  readonly signer: DeviceSigner;
  readonly grants: GrantVerifier;
  /** This archiver's grant; '' while there is none. */
  readonly grant: () => string;
  readonly workspace: WorkspaceId;
  readonly maxExports: number;
  readonly attended: (room: RoomId) => ArchivedRoom | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Documents {
  /** Rejects with 'storage-failed', nothing left open, when the stored log cannot be read. */
  openReplica(address: DocAddress, store: LogStore): Promise<LogReplica>;
  /** `undefined` without a grant to sign under. */
  buildCheckpoint(replica: LogReplica, archiveSeq: number): Promise<Checkpoint | undefined>;
  /** Title and canonical HTML. Errors: 'not-found' (nothing stored), 'rate-limited', 'storage-failed'. */
  exportRoom(room: RoomId): Promise<{ readonly title: string; readonly html: string }>;
}

export function createDocuments(options: DocumentsOptions): Documents {
  const { store, signer, clock, random, logger } = options;
  let exporting = 0;

  const openReplica = async (address: DocAddress, from: LogStore): Promise<LogReplica> => {
    const replica = createReplica({
      ...{ address, signer, verifySignature, clock, random, logger },
      store: from,
      grants: options.grants,
      workspace: options.workspace,
    });
    await replica.ready;
    if (replica.state !== 'failed') return replica;
    await replica.close();
    throw new AppError('storage-failed', 'a document could not be opened');
  };

  /** The live document when the room is attended, else the stored one, from its newest checkpoint on. */
  const withDocument = async <T>(address: DocAddress, read: (replica: LogReplica) => T): Promise<T> => {
    const live = options.attended(address.room)?.replicas.get(address.doc);
    if (live !== undefined) return read(live);
    const replica = await openReplica(address, readOnly(store));
    try {
      return read(replica);
    } finally {
      await replica.close();
    }
  };

  return {
    openReplica,
    async buildCheckpoint(replica, archiveSeq) {
      const grant = options.grant();
      return grant === '' ? undefined : replica.buildCheckpoint({ archiveId: store.archiveId, archiveSeq, grant });
    },
    async exportRoom(room) {
      const stored = await store.roomHeads(room);
      if (!stored.some(({ address }) => address.doc === 'content' || address.doc === 'meta'))
        throw new AppError('not-found');
      if (exporting >= options.maxExports) throw new AppError('rate-limited');
      exporting++;
      try {
        const title = await withDocument({ room, doc: 'meta', gen: 0 }, ({ ydoc }) => metaTitle(ydoc).toJSON());
        const html = await withDocument({ room, doc: 'content', gen: 0 }, ({ ydoc }) => renderHtml(contentBody(ydoc)));
        return { title, html };
      } finally {
        exporting--;
      }
    },
  };
}

function readOnly(store: LogStore): LogStore {
  const refuse = (): Promise<never> => Promise.reject(new AppError('storage-failed', 'opened for reading'));
  return {
    load: (address) => store.load(address),
    append: refuse,
    saveCheckpoint: refuse,
    saveReceipted: refuse,
    close: async () => undefined,
  };
}
