import { toHex } from '@vicinal/shared/bytes.ts';
import { formatTogether } from '@vicinal/shared/testing/overlapping-formats.ts';
import { pull } from '@vicinal/shared/testing/test-document.ts';
import { expect, test } from 'vitest';
import { problemOf } from './verify-documents.ts';

/** A document that plain Yjs shows with other formatting (rebuild.test.ts), and an archiver's checkpoint of it. */
async function archived() {
  const { document, people } = await formatTogether('50');
  const archiver = await document.join('archiver', 'archiver');
  await pull(people[0], archiver);
  const { grant, replica } = archiver;
  const checkpoint = await replica.buildCheckpoint({ archiveId: new Uint8Array(16), archiveSeq: 1, grant });
  return { stored: { ...(await people[0].store.load(document.address)), checkpoint }, digest: toHex(replica.digest()) };
}

test('BAK-8 a checkpoint is compared with what replicas show, not with what plain Yjs makes of the entries', async () => {
  const { stored, digest } = await archived();
  expect(await problemOf(stored, 'content', digest)).toBeUndefined();
});

test('BAK-8 an entry that refers to what is not there is found', async () => {
  const { stored, digest } = await archived();
  const [first] = stored.entries;
  const others = stored.entries.filter(({ clientId }) => clientId !== first?.clientId);
  expect(await problemOf({ ...stored, entries: others }, 'content', digest)).toBe(
    'an entry refers to what is not there',
  );
});
