/** The jobs of an archiver with the tasks, the model and the queue that its configuration names. */
import type { Clock, Random } from '@vicinal/shared/clock.ts';
import type { DeviceSigner } from '@vicinal/shared/crypto/signer.ts';
import type { RoomId, WorkspaceId } from '@vicinal/shared/ids.ts';
import type { Logger } from '@vicinal/shared/logger.ts';
import type { Config } from '../config.ts';
import type { Identity } from '../identity/credentials.ts';
import type { Metrics } from '../metrics.ts';
import type { ArchiveStore } from '../store/archive-store.ts';
import { createKeySentences } from './handlers/key-sentences.ts';
import { createSummarise } from './handlers/summarise.ts';
import { createJobs } from './jobs.ts';
import type { Jobs } from './jobs.ts';
import { createModelClient } from './model-client.ts';
import { openJobQueue } from './queue.ts';

export interface OpenJobsOptions {
  readonly config: Config;
  readonly store: ArchiveStore;
  readonly signer: DeviceSigner;
  readonly identity: Identity;
  readonly metrics: Metrics;
  readonly workspace: WorkspaceId;
  readonly attend: (room: RoomId) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Opens the queue in the background; the store has to be open, since its lock guards the queue too. */
export function openJobs(options: OpenJobsOptions): Jobs {
  const { config, store, signer, identity, metrics, workspace, attend, clock, random, logger } = options;
  const { limits } = config;
  const model =
    config.ai.isOn && config.ai.model !== undefined
      ? createModelClient({
          settings: config.ai.model,
          limits,
          clock,
          onPlace: (place) => {
            logger.info('jobs.model-located', { place });
            jobs.publish();
          },
          onLost: () => logger.warn('jobs.model-not-located'),
        })
      : undefined;
  const jobs = createJobs({
    isOn: config.ai.isOn,
    openQueue: () =>
      openJobQueue({ ...limits, url: config.databaseUrl, workspace, attempts: limits.jobAttempts, logger }),
    handlers: { 'key-sentences': createKeySentences(limits), summarise: createSummarise(model, limits) },
    provider: () => model?.offer,
    onAttempt: metrics.jobAttempted,
    grants: identity.tokens,
    grant: identity.verifiedGrant,
    ...{ attend, store, signer, workspace, limits, clock, random, logger },
  });
  metrics.watchJobs(async () => ({ ...jobs.counts() }));
  void model?.refresh();
  return {
    ...jobs,
    close: () => {
      model?.close();
      return jobs.close();
    },
  };
}
