import { expect, it, onTestFinished } from 'vitest';
import { AppError } from '../app-error.ts';
import type { Bytes } from '../bytes.ts';
import type { DeviceSigner } from '../crypto/signer.ts';
import { metaTitle } from '../room/documents.ts';
import { createTestDocument, recordBatches } from '../testing/test-document.ts';
import type { Member } from '../testing/test-document.ts';

/** Signs when told to, in whatever order. */
function slowSigner(member: Member) {
  const asked: { readonly finish: () => Promise<void>; readonly fail: () => void }[] = [];
  const signer: DeviceSigner = {
    ...member.device,
    sign: (message) =>
      new Promise<Bytes>((resolve, reject) =>
        asked.push({
          finish: () => member.device.sign(message).then(resolve, reject),
          fail: () => reject(new AppError('internal', 'no signature')),
        }),
      ),
  };
  return { signer, asked };
}

async function setUp() {
  const document = await createTestDocument({ doc: 'meta' });
  const member = await document.member('ada', 'owner');
  const { signer, asked } = slowSigner(member);
  const ada = await document.open(member, { signer });
  const type = (): void => {
    metaTitle(ada.replica.ydoc).insert(0, 'x');
    document.clock.advance(10);
  };
  return { document, ada, asked, type, batches: recordBatches(ada) };
}

it('LOG-21: header and entry are being signed when the change is made', async () => {
  const { ada, asked, type } = await setUp();
  type();
  expect(asked).toHaveLength(2);
  await Promise.all(asked.map(({ finish }) => finish()));
  await ada.replica.close();
});

it('LOG-20: entries are handed over in order, whichever signature is made first, and others take them', async () => {
  const { document, ada, asked, type, batches } = await setUp();
  for (let n = 0; n < 3; n++) type();
  for (const { finish } of asked.toReversed()) {
    expect(batches).toEqual([]);
    await finish();
  }
  await ada.replica.flush();
  expect(batches.map(({ headers, entries }) => [headers.length, entries[0]?.seq])).toEqual([
    [1, 1],
    [0, 2],
    [0, 3],
  ]);
  const ben = await document.join('ben', 'editor');
  for (const batch of batches) await ben.replica.receive(batch, ada.peer);
  expect(metaTitle(ben.replica.ydoc).toString()).toBe('xxx');
  await ada.replica.close();
});

it('LOG-20: nothing follows an entry that could not be signed; whoever flushes is told', async () => {
  const { ada, asked, type, batches } = await setUp();
  const unheard: unknown[] = [];
  const listen = (reason: unknown): void => void unheard.push(reason);
  process.on('unhandledRejection', listen);
  onTestFinished(() => void process.off('unhandledRejection', listen));
  for (let n = 0; n < 3; n++) type();
  const [header, first, second, third] = asked;
  await header?.finish();
  await first?.finish();
  third?.fail();
  await expect.poll(() => batches.length).toBe(1); // long enough for a rejection that nobody hears to be told
  second?.fail();
  await expect(ada.replica.flush()).rejects.toMatchObject({ code: 'internal' });
  expect(batches.flatMap(({ entries }) => entries.map(({ seq }) => seq))).toEqual([1]);
  await ada.replica.close();
  expect(unheard).toEqual([]);
});

it('LOG-29: a long paste is not copied for signing all at once', async () => {
  const { ada, asked } = await setUp();
  metaTitle(ada.replica.ydoc).insert(0, 'words '.repeat(800_000));
  expect(asked.length).toBeLessThan(12);
  let isFlushed = false;
  const flushed = ada.replica.flush().then(() => (isFlushed = true));
  for (let signed = 0; !isFlushed; signed++) {
    await expect.poll(() => isFlushed || asked.length > signed).toBe(true);
    await asked[signed]?.finish();
  }
  await flushed;
  expect(asked.length).toBeGreaterThan(12);
  expect(ada.replica.heads()[0]?.seq).toBe(asked.length - 1);
  await ada.replica.close();
});
