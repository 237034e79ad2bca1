/**
 * Seeded histories of one document: several people write, format, undo and read while batches are lost, repeated,
 * reordered and cut short, and pages are closed and reopened. Afterwards everything is exchanged once more.
 */
import * as Y from 'yjs';
import { equalBytes, toHex } from '../bytes.ts';
import type { LogBatch, LogReplica, LogStore } from '../log/types.ts';
import { createRandomEditor } from './random-edits.ts';
import type { RandomEditor } from './random-edits.ts';
import { pick, seededRandom } from './seeded-device.ts';
import { createTestDocument, syncAll } from './test-document.ts';
import type { Member, MemberReplica, TestDocument } from './test-document.ts';
import type { MemoryStore } from './memory-store.ts';

export interface SimulationOptions {
  readonly steps?: number;
  readonly writers?: number;
}

/** What went wrong, or `undefined`. */
export interface SimulationReport {
  readonly seed: number;
  readonly problem: string | undefined;
  readonly entries: number;
}

interface Person {
  readonly member: Member;
  readonly store: MemoryStore;
  page: MemberReplica;
  editor: RandomEditor;
  /** Batches on their way to this person. */
  inbox: { readonly batch: LogBatch; readonly from: Member }[];
}

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SimulationReport> {
  const random = seededRandom(`simulation/${seed}`);
  const document = await createTestDocument({
    seed,
    limits: { maxHeldBytesPerAuthor: 16 * 1024, maxHeldBytes: 64 * 1024 },
  });
  const people: Person[] = [];
  const writers = options.writers ?? 2 + pick(random, 3);
  for (let i = 0; i < writers; i++)
    people.push(await enter(document, await document.member(`writer-${i}`, i === 0 ? 'owner' : 'editor'), seed));
  const viewer = await enter(document, await document.member('viewer', 'viewer'), seed);
  people.push(viewer);
  const errors: string[] = [];
  const connect = (person: Person): void => {
    person.page.replica.on('error', (error) => errors.push(`${person.member.name}: ${error.code} ${error.message}`));
    person.page.replica.on('applied', (batch, source) => {
      if (source.kind === 'local')
        for (const other of people) if (other !== person) other.inbox.push({ batch, from: person.member });
    });
  };
  people.forEach(connect);

  for (let step = 0; step < (options.steps ?? 60); step++) {
    const person = people[pick(random, people.length)];
    if (!person) continue;
    const dice = random.fraction();
    if (dice < 0.5) {
      if (person !== viewer) person.editor.edit();
    } else if (dice < 0.9) await deliver(person, random.fraction, (n) => pick(random, n));
    else if (dice < 0.95) document.clock.advance(10 + pick(random, 40));
    else {
      await leave(person);
      const fresh = await enter(document, person.member, seed, person.store);
      person.page = fresh.page;
      person.editor = fresh.editor;
      connect(person);
    }
  }
  document.clock.advance(1000);
  await syncAll(people.map((person) => person.page));
  const problem = errors[0] ?? (await compare(document, people, viewer));
  const entries = people[0]?.page.replica.heads().reduce((sum, head) => sum + head.seq, 0) ?? 0;
  for (const person of people) await leave(person);
  return { seed, problem, entries };
}

async function enter(document: TestDocument, member: Member, seed: number, store?: MemoryStore): Promise<Person> {
  const page = await document.open(member, store ? { memoryStore: store } : {});
  const editor = createRandomEditor(page.replica.ydoc, seededRandom(`${seed}/${member.name}/${page.replica.clientId}`));
  return { member, store: page.store, page, editor, inbox: [] };
}

async function leave(person: Person): Promise<void> {
  person.editor.close();
  await person.page.replica.close();
}

/** Some of what is on its way: any order, now and then lost or delivered twice. */
async function deliver(person: Person, fraction: () => number, below: (n: number) => number): Promise<void> {
  for (let n = 1 + below(6); n > 0 && person.inbox.length > 0; n--) {
    const [next] = person.inbox.splice(below(person.inbox.length), 1);
    if (!next || fraction() < 0.1) continue;
    await person.page.replica.receive(next.batch, next.from.peer);
    if (fraction() < 0.1) await person.page.replica.receive(next.batch, next.from.peer);
  }
}

async function compare(document: TestDocument, people: readonly Person[], viewer: Person): Promise<string | undefined> {
  const [first] = people;
  if (!first) return 'nobody';
  const expected = first.page.replica;
  for (const { page, member } of people) {
    const { replica } = page;
    if (replica.state !== (page.claims.role === 'viewer' ? 'read-only' : 'writable'))
      return `${member.name} is ${replica.state}`;
    if (toHex(replica.digest()) !== toHex(expected.digest())) return `${member.name} has other heads`;
    if (contents(replica.ydoc) !== contents(expected.ydoc)) return `${member.name} has other content`;
    if (!equalBytes(Y.encodeSnapshot(Y.snapshot(replica.ydoc)), Y.encodeSnapshot(Y.snapshot(expected.ydoc))))
      return `${member.name} has other deletions`;
    if (replica.ydoc.store.pendingStructs ?? replica.ydoc.store.pendingDs) return `${member.name} has pending structs`;
    const authors = replica.heads().map((head) => replica.header(head.clientId)?.devicePub ?? new Uint8Array());
    if (authors.some((author) => equalBytes(author, viewer.member.device.publicKey))) return 'a viewer wrote';
  }
  return storedProblem(document, viewer.member, first.store, expected);
}

/**
 * What is wrong with a store, if anything: a page that `reader` opens on it must show what `expected` shows, from the same
 * heads. `reader` may not write the document.
 */
export async function storedProblem(
  document: TestDocument,
  reader: Member,
  store: LogStore,
  expected: Pick<LogReplica, 'digest' | 'ydoc'>,
): Promise<string | undefined> {
  const { replica } = await document.open(reader, { store });
  try {
    if (replica.state !== 'read-only') return `the store opens as ${replica.state}`;
    if (toHex(replica.digest()) !== toHex(expected.digest())) return 'the store holds other heads';
    if (contents(replica.ydoc) !== contents(expected.ydoc)) return 'the store holds other content';
    return equalBytes(Y.encodeSnapshot(Y.snapshot(replica.ydoc)), Y.encodeSnapshot(Y.snapshot(expected.ydoc)))
      ? undefined
      : 'the store holds other deletions';
  } finally {
    await replica.close();
  }
}

/** Rendered text with formatting, node by node. */
export function contents(ydoc: Y.Doc): string {
  const body = ydoc.getXmlFragment('body');
  const texts = [...body.createTreeWalker(() => true)].filter((node) => node instanceof Y.XmlText);
  return JSON.stringify([body.toString(), texts.map((text) => text.toDelta())]);
}
