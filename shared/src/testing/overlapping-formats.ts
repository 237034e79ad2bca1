/** A history that plain Yjs, which deletes format markers while it receives, shows otherwise than replicas do. */
import * as Y from 'yjs';
import { pick, seededRandom } from './seeded-device.ts';
import { createTestDocument, syncAll } from './test-document.ts';
import type { MemberReplica, TestDocument } from './test-document.ts';

/** Two people format one line at the same time, again and again. Both replicas are whole and stored. */
export async function formatTogether(
  seed: string,
): Promise<{ readonly document: TestDocument; readonly people: readonly [MemberReplica, MemberReplica] }> {
  const document = await createTestDocument({ seed });
  const people = [await document.join('ann', 'owner'), await document.join('ben', 'editor')] as const;
  const random = seededRandom(`overlapping-formats/${seed}`);
  people[0].replica.ydoc.getXmlFragment('body').insert(0, [new Y.XmlText('some words')]);
  for (let round = 0; round < 6; round++) {
    await syncAll(people);
    for (const { replica } of people) {
      const [line] = replica.ydoc.getXmlFragment('body').toArray();
      if (!(line instanceof Y.XmlText)) throw new TypeError('the line is a text');
      line.format(pick(random, 5), 1 + pick(random, 5), { bold: random.fraction() < 0.5 ? null : true });
      line.delete(pick(random, 5), 3);
      line.insert(pick(random, 5), 'abc');
    }
  }
  await syncAll(people);
  return { document, people };
}
