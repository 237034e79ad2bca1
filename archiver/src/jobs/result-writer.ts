/**
 * Writes the archiver's entries in a room's `jobs`: to disk first, and only then to the replica that peers are served
 * from. Nobody has seen an entry that a crash can take back, so a result is never written twice. It is a replica that knows
 * only what it wrote itself, over a store that waits for the commit.
 */
import { AppError } from '@vicinal/shared/app-error.ts';
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import { verifySignature } from '@vicinal/shared/crypto/device-key.ts';
import type { GrantClaims } from '@vicinal/shared/crypto/claims.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import type { PeerId, WorkspaceId } from '@vicinal/shared/ids.ts';
import { createReplica } from '@vicinal/shared/log/replica.ts';
import type { GrantVerifier, LogBatch, LogReplica, LogStore, Replica } from '@vicinal/shared/log/types.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import { jobResults } from '@vicinal/shared/room/jobs.ts';
import type { JobResult } from '@vicinal/shared/room/jobs.ts';
import * as Y from 'yjs';

export interface ResultWriterOptions {
  /** The replica of `jobs` that is joined to the mesh. */
  readonly live: Replica;
  /** Waits for commits. */
  readonly store: Pick<LogStore, 'append'>;
  readonly signer: DeviceSigner;
  readonly grants: GrantVerifier;
  /** This archiver's grant as it is now, verified. Rejects while there is none. */
  readonly grant: () => Promise<{ readonly grant: string; readonly claims: GrantClaims }>;
  readonly workspace: WorkspaceId;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface ResultWriter {
  /**
   * Resolves once the result is durable and in the live replica. Rejects when it cannot be written now; whether it is on
   * disk then shows when the room is opened again, and this writer writes nothing more: 'storage-failed' from then on.
   */
  write(result: JobResult): Promise<void>;
  close(): Promise<void>;
}

export function createResultWriter(options: ResultWriterOptions): ResultWriter {
  const { live, clock, random, logger } = options;
  const { address } = live;
  // No peer has this id: the archiver hands such a batch on to everybody.
  const self = toBase64Url(random.bytes(16)) as PeerId; // 16 bytes encode to a peer id
  let own: LogReplica | undefined;
  let committed: LogBatch[] = [];
  let failure: AppError | undefined;
  const refuse = (): Promise<never> => Promise.reject(new AppError('storage-failed', 'only entries are kept'));
  const store: LogStore = {
    load: async () => ({ headers: [], entries: [], receipted: [] }),
    append: async (to, batch) => {
      const durability = await options.store.append(to, batch);
      committed.push(batch);
      return durability;
    },
    saveCheckpoint: refuse,
    saveReceipted: async () => undefined,
    close: async () => undefined,
  };
  const open = async (): Promise<LogReplica> => {
    const current = await options.grant();
    if (own === undefined) {
      own = createReplica({
        ...{ address, store, verifySignature, clock, random, logger },
        signer: options.signer,
        grants: options.grants,
        workspace: options.workspace,
        grant: current,
      });
      await own.ready;
    } else own.setGrant(current.grant, current.claims);
    return own;
  };
  const publish = async (): Promise<void> => {
    const batches = committed;
    committed = [];
    for (const batch of batches) {
      const { invalid, held } = await live.receive(batch, self);
      if (invalid + held > 0) throw new AppError('internal', 'an own result was not accepted');
    }
  };

  return {
    async write(result) {
      if (failure !== undefined) throw failure;
      const replica = await open();
      try {
        const { ydoc } = replica;
        ydoc.transact(() => {
          const clockNow = Y.getState(ydoc.store, ydoc.clientID);
          jobResults(ydoc).set(`${ydoc.clientID}:${clockNow}`, result);
        });
        await replica.flush();
        await publish();
      } catch (cause) {
        failure = new AppError('storage-failed', 'result', { cause });
        throw failure;
      }
    },
    async close() {
      await own?.close();
    },
  };
}
