import { describe, expect, it } from 'vitest';
import { toHex } from '../bytes.ts';
import { metaTitle } from '../room/documents.ts';
import { createTestDocument, pull, syncAll } from '../testing/test-document.ts';
import type { MemberReplica } from '../testing/test-document.ts';
import { decodeCheckpoint, encodeCheckpoint } from './envelope.ts';
import type { Checkpoint } from './types.ts';

const title = ({ replica }: MemberReplica): string => metaTitle(replica.ydoc).toString();
const checkpointBy = (who: MemberReplica): Promise<Checkpoint> =>
  who.replica.buildCheckpoint({ archiveId: new Uint8Array(16).fill(1), archiveSeq: 1, grant: who.grant });

async function archived() {
  const document = await createTestDocument({ doc: 'meta' });
  const [ada, archive] = await Promise.all([document.join('ada', 'owner'), document.join('archive', 'archiver')]);
  metaTitle(ada.replica.ydoc).insert(0, 'hello');
  metaTitle(ada.replica.ydoc).delete(1, 2);
  await pull(ada, archive);
  return { document, ada, archive, checkpoint: await checkpointBy(archive) };
}

describe('checkpoint', () => {
  it('LOG-60: a newcomer starts from one and needs only the entries after it', async () => {
    const { document, ada, checkpoint } = await archived();
    metaTitle(ada.replica.ydoc).insert(0, '>');
    const ben = await document.join('ben', 'editor');
    const decoded = decodeCheckpoint(encodeCheckpoint(checkpoint));
    expect(await ben.replica.applyCheckpoint(decoded.ok ? decoded.value : expect.unreachable())).toMatchObject({
      ok: true,
    });
    expect(title(ben)).toBe('hlo');
    metaTitle(ben.replica.ydoc).insert(3, '!');
    await syncAll([ada, ben]);
    expect([title(ada), title(ben)]).toEqual(['>hlo!', '>hlo!']);
    expect(toHex(ada.replica.digest())).toBe(toHex(ben.replica.digest()));
    const again = await document.open(ben, { memoryStore: ben.store });
    expect(title(again)).toBe('>hlo!');
    expect(toHex(again.replica.digest())).toBe(toHex(ada.replica.digest()));
  });

  it('LOG-61: is refused from anybody but an archiver of the room, and when anything in it was changed', async () => {
    const { document, ada, archive, checkpoint } = await archived();
    const ben = await document.join('ben', 'editor');
    expect(await ben.replica.applyCheckpoint(await checkpointBy(ada))).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
    expect(await ben.replica.applyCheckpoint({ ...checkpoint, grant: ada.grant })).toMatchObject({
      ok: false,
      error: { code: 'bad-signature' },
    });
    expect(await ben.replica.applyCheckpoint({ ...checkpoint, state: checkpoint.state.slice(1) })).toMatchObject({
      ok: false,
      error: { code: 'bad-signature' },
    });
    expect(await ben.replica.applyCheckpoint({ ...checkpoint, doc: 'content' })).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
    const elsewhere = await document.member('archive', 'archiver', { ws: 'AAAAAAAAAAAAAAAAAAAAAA' as never }); // an id spelled out by hand
    const foreign = await archive.replica.buildCheckpoint({
      archiveId: new Uint8Array(16),
      archiveSeq: 1,
      grant: elsewhere.grant,
    });
    expect(await ben.replica.applyCheckpoint(foreign)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(title(ben)).toBe('');
  });

  it('LOG-62: applied over unsynced edits it keeps them', async () => {
    const { document, ada, checkpoint } = await archived();
    const ben = await document.join('ben', 'editor');
    metaTitle(ben.replica.ydoc).insert(0, 'mine ');
    await ben.replica.flush();
    expect(await ben.replica.applyCheckpoint(checkpoint)).toMatchObject({ ok: true });
    await syncAll([ada, ben]);
    expect(title(ben)).toContain('mine ');
    expect(title(ada)).toBe(title(ben));
  });
});
