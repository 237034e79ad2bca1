/** Writes entries of `jobs` as this person. */
import * as Y from 'yjs';
import { jobRequests, type EntryKey, type JobRequest } from '@vicinal/shared/room/jobs.ts';

/** Throws what the document throws when it may not be written. */
export function writeRequest(jobs: Y.Doc, request: JobRequest): EntryKey {
  // the session may be another one once the transaction has begun
  return jobs.transact(() => {
    const key: EntryKey = `${jobs.clientID}:${Y.getState(jobs.store, jobs.clientID)}`;
    jobRequests(jobs).set(key, request);
    return key;
  });
}
