/**
 * Valid, held, invalid (protocol.md 5): a pure function over what an update contains, the facts of its session, and
 * ancestors that never change. An entry is invalid only for what its bytes, its own chain, its grant and immutable
 * ancestors show, so every replica finds the same whatever arrived first. Bytes are judged before ancestors; ancestors
 * only once all of them are here.
 */
import { ROOTS } from '../room/documents.ts';
import { may } from '../roles.ts';
import type { DocKind, RoomRole } from '../roles.ts';
import { endClockOf, readUpdateStructs } from './update-structs.ts';
import type {
  ContentKind,
  StructId,
  UpdateContents,
  UpdateFault,
  UpdateLimits,
  UpdateStruct,
} from './update-structs.ts';
import type { Dep } from './types.ts';
import { err } from '../result.ts';
import type { Result } from '../result.ts';

/** Names of everything that makes an entry invalid. Each is one check below or in `update-structs.ts`. */
export const VALIDITY_RULES = [
  'malformed',
  'too-large',
  'too-many-structs',
  'too-many-delete-ranges',
  'value-too-deep',
  'role',
  'empty',
  'repeated-client',
  'foreign-client',
  'clock-gap',
  'skip-struct',
  'gc-struct',
  'deleted-content',
  'subdocument',
  'prototype-key',
  'wrong-root',
  'future-reference',
  'too-many-deps',
  'own-dep',
  'parent-not-a-type',
  'mixed-parents',
  'too-deep',
  'wrong-content',
  'foreign-key',
  'foreign-entry',
  'reserved-root',
] as const;
export type ValidityRule = (typeof VALIDITY_RULES)[number];

/** What the header and the own chain say. */
export interface SessionFacts {
  readonly clientId: number;
  /** Clock at which the entry must begin. */
  readonly nextClock: number;
  readonly doc: DocKind;
  readonly role: RoomRole;
  /** Subject of the grant. */
  readonly userId: string;
}

/** What an applied item is, in terms that never change. */
export interface ItemFacts {
  /** Identity of the type it is a child of. */
  readonly parentKey: string;
  readonly parentSub: string | undefined;
  /** Name of the root type it is under. */
  readonly root: string;
  /** 1 for a child of a root. */
  readonly depth: number;
  /** Type it holds; `undefined` for other content. */
  readonly typeRef: number | undefined;
  /** Type that it is a child of; `undefined` for a root. */
  readonly parentTypeRef: number | undefined;
  /** Client id of the item directly under the root. */
  readonly ownerClient: number;
}

/** Look-ups in what is applied here. */
export interface Ancestors {
  /** Clocks applied of `client`. */
  stateOf(client: number): number;
  /** Entries applied of a session. */
  seqOf(client: number): number;
  /** The applied item that covers the id; `undefined` when it is not an item. */
  itemAt(id: StructId): ItemFacts | undefined;
  /** User whose session it is; `undefined` while its grant is not verified. */
  userOf(client: number): string | undefined;
}

export type Verdict =
  | { readonly kind: 'valid'; readonly endClock: number }
  /** Something it refers to is not applied here: clocks of `client` up to `clock` inclusive, or entries up to `seq`. */
  | { readonly kind: 'held'; readonly client: number; readonly clock?: number; readonly seq?: number }
  | { readonly kind: 'invalid'; readonly rule: ValidityRule };

export interface Judged {
  readonly bytes: Uint8Array;
  readonly deps: readonly Dep[];
}
export type ValidityLimits = UpdateLimits & { readonly maxDeps: number };

/** `off` switches rules off; for the test that proves each of them is needed. */
export function judge(
  entry: Judged,
  session: SessionFacts,
  ancestors: Ancestors,
  limits: ValidityLimits,
  off: ReadonlySet<ValidityRule> = new Set(),
): Verdict {
  const check = new Check(session, ancestors, limits, off);
  const contents = read(entry.bytes, limits, off);
  if (!contents.ok) return { kind: 'invalid', rule: contents.error };
  const rule = check.bytes(entry, contents.value);
  if (rule) return { kind: 'invalid', rule };
  const missing = check.missing(entry, contents.value);
  if (missing) return missing;
  const outcome = check.ancestors(contents.value);
  if (outcome === undefined) return { kind: 'valid', endClock: check.endClock(contents.value) };
  return typeof outcome === 'string'
    ? { kind: 'invalid', rule: outcome }
    : { kind: 'held', client: outcome.unknown, seq: 1 };
}

function read(
  bytes: Uint8Array,
  limits: UpdateLimits,
  off: ReadonlySet<ValidityRule>,
): Result<UpdateContents, UpdateFault> {
  const unless = (rule: ValidityRule, limit: number): number => (off.has(rule) ? Number.MAX_SAFE_INTEGER : limit);
  const contents = readUpdateStructs(bytes, {
    maxEntryBytes: unless('too-large', limits.maxEntryBytes),
    maxStructs: unless('too-many-structs', limits.maxStructs),
    maxDeleteRanges: unless('too-many-delete-ranges', limits.maxDeleteRanges),
    maxDepth: unless('value-too-deep', limits.maxDepth),
  });
  return contents.ok ? contents : err(contents.error);
}

/** A session whose user cannot be told yet. */
interface Unknown {
  readonly unknown: number;
}

class Check {
  readonly #session: SessionFacts;
  readonly #ancestors: Ancestors;
  readonly #limits: ValidityLimits;
  readonly #off: ReadonlySet<ValidityRule>;

  constructor(session: SessionFacts, ancestors: Ancestors, limits: ValidityLimits, off: ReadonlySet<ValidityRule>) {
    this.#session = session;
    this.#ancestors = ancestors;
    this.#limits = limits;
    this.#off = off;
  }

  endClock(contents: UpdateContents): number {
    return endClockOf(contents, this.#session.nextClock);
  }

  /** What the bytes, the own chain and the grant show. */
  bytes({ deps }: Judged, contents: UpdateContents): ValidityRule | undefined {
    const { clientId, nextClock, doc, role } = this.#session;
    const { sections, deletes } = contents;
    const end = this.endClock(contents);
    const structs = sections.length === 1 ? (sections[0]?.structs ?? []) : sections.flatMap((each) => each.structs);
    const isFuture = (id: StructId | undefined, before: number): boolean =>
      id?.client === clientId && id.clock >= before;
    const refersAhead = (struct: UpdateStruct): boolean =>
      isFuture(struct.origin, struct.clock) ||
      isFuture(struct.rightOrigin, struct.clock) ||
      isFuture(parentId(struct), struct.clock);
    // one look at all of them: which rule it is that one of them breaks is asked only then
    const isOdd = structs.some(
      (struct) => ODD_CONTENT.has(struct.content) || !isRootChild(doc, struct) || refersAhead(struct),
    );
    const hasOdd = (is: (struct: UpdateStruct) => boolean): boolean => isOdd && structs.some(is);
    return this.#first([
      ['role', () => !may(role, `write:${doc}`)],
      ['empty', () => structs.length === 0 && deletes.length === 0],
      ['repeated-client', () => new Set(sections.map((section) => section.client)).size !== sections.length],
      ['skip-struct', () => hasOdd((struct) => struct.content === 'skip')],
      ['gc-struct', () => hasOdd((struct) => struct.content === 'gc')],
      ['foreign-client', () => sections.some((section) => section.client !== clientId)],
      ['clock-gap', () => structs.length > 0 && structs[0]?.clock !== nextClock],
      ['deleted-content', () => hasOdd((struct) => struct.content === 'deleted')],
      ['subdocument', () => hasOdd((struct) => struct.content === 'doc')],
      ['prototype-key', () => contents.hasPrototypeKey],
      ['wrong-root', () => hasOdd((struct) => !isRootChild(doc, struct))],
      [
        'future-reference',
        () =>
          hasOdd(refersAhead) || deletes.some((range) => range.client === clientId && range.clock + range.length > end),
      ],
      ['too-many-deps', () => deps.length > this.#limits.maxDeps],
      ['own-dep', () => deps.some((dep) => dep.clientId === clientId)],
    ]);
  }

  /** The first reference beyond what is applied here. */
  missing({ deps }: Judged, { sections, deletes }: UpdateContents): Verdict | undefined {
    const { clientId } = this.#session;
    const dep = deps.find(({ clientId: client, seq }) => client !== clientId && this.#ancestors.seqOf(client) < seq);
    if (dep) return { kind: 'held', client: dep.clientId, seq: dep.seq };
    const lacks = (id: StructId | undefined): id is StructId =>
      id !== undefined && id.client !== clientId && this.#ancestors.stateOf(id.client) <= id.clock;
    for (const { structs } of sections) {
      for (const struct of structs) {
        const { origin, rightOrigin } = struct;
        const parent = parentId(struct);
        if (lacks(origin)) return heldBy(origin);
        if (lacks(rightOrigin)) return heldBy(rightOrigin);
        if (lacks(parent)) return heldBy(parent);
      }
    }
    for (const { client, clock, length } of deletes) {
      const last = { client, clock: clock + length - 1 };
      if (lacks(last)) return heldBy(last);
    }
    return undefined;
  }

  /** What immutable ancestors show; every reference is applied here. */
  ancestors({ sections, deletes }: UpdateContents): ValidityRule | Unknown | undefined {
    const { clientId, nextClock } = this.#session;
    const fresh = new FreshItems();
    const factsOf = (id: StructId): ItemFacts | undefined =>
      id.client === clientId && id.clock >= nextClock ? fresh.at(id.clock) : this.#ancestors.itemAt(id);
    for (const { structs } of sections) {
      for (const struct of structs) {
        const facts = this.#place(struct, factsOf);
        if (typeof facts === 'string') return facts;
        if (facts.depth > this.#limits.maxDepth && this.#on('too-deep')) return 'too-deep';
        if (!isContentAllowed(this.#session.doc, struct, facts) && this.#on('wrong-content')) return 'wrong-content';
        const rule = this.#ownership(facts);
        if (rule) return rule;
        fresh.add(struct, facts);
      }
    }
    if (!isKeyed(this.#session.doc)) return undefined;
    for (const { client } of deletes) {
      const rule = this.#ownUserOnly(client, 'foreign-entry');
      if (rule) return rule;
    }
    return undefined;
  }

  #place(struct: UpdateStruct, factsOf: (id: StructId) => ItemFacts | undefined): ItemFacts | ValidityRule {
    const { parent, origin, rightOrigin, typeRef } = struct;
    const neighbour = origin ?? rightOrigin;
    const first = neighbour && factsOf(neighbour);
    if (origin && rightOrigin && this.#on('mixed-parents')) {
      const second = factsOf(rightOrigin);
      if (first?.parentKey !== second?.parentKey || first?.parentSub !== second?.parentSub) return 'mixed-parents';
    }
    if (first) return first.typeRef === typeRef ? first : { ...first, typeRef };
    if (parent && 'root' in parent) {
      const { root } = parent;
      return {
        typeRef,
        parentKey: `root:${root}`,
        parentSub: struct.parentSub,
        root,
        depth: 1,
        parentTypeRef: undefined,
        ownerClient: struct.client,
      };
    }
    const holder = parent && factsOf(parent);
    if (holder?.typeRef === undefined && this.#on('parent-not-a-type')) return 'parent-not-a-type';
    return {
      typeRef,
      parentKey: `${parent?.client}:${parent?.clock}`,
      parentSub: struct.parentSub,
      root: holder?.root ?? '',
      depth: (holder?.depth ?? 0) + 1,
      parentTypeRef: holder?.typeRef,
      ownerClient: holder?.ownerClient ?? struct.client,
    };
  }

  /** `talk` and `jobs`: keys are `clientID:clock` of the author's own sessions; what is inside belongs to whoever made it. */
  #ownership(facts: ItemFacts): ValidityRule | Unknown | undefined {
    const { doc, role } = this.#session;
    if (!isKeyed(doc)) return undefined;
    if (facts.depth > 1) return this.#ownUserOnly(facts.ownerClient, 'foreign-entry');
    if (!mayWriteRoot(facts.root, role) && this.#on('reserved-root')) return 'reserved-root';
    const keyClient = /^(\d{1,16}):\d{1,16}$/.exec(facts.parentSub ?? '')?.[1];
    return this.#ownUserOnly(Number(keyClient), 'foreign-key');
  }

  /** `rule` when `client` is a session of another user, or none. */
  #ownUserOnly(client: number, rule: 'foreign-entry' | 'foreign-key'): ValidityRule | Unknown | undefined {
    if (client === this.#session.clientId || !this.#on(rule)) return undefined;
    if (!Number.isSafeInteger(client)) return rule;
    const user = this.#ancestors.seqOf(client) > 0 ? this.#ancestors.userOf(client) : undefined;
    if (user === undefined) return { unknown: client };
    return user === this.#session.userId ? undefined : rule;
  }

  #on(rule: ValidityRule): boolean {
    return !this.#off.has(rule);
  }
  #first(rules: readonly (readonly [ValidityRule, () => boolean])[]): ValidityRule | undefined {
    return rules.find(([rule, broken]) => this.#on(rule) && broken())?.[0];
  }
}

/** Items of the entry being judged, by clock. */
class FreshItems {
  readonly #starts: number[] = [];
  readonly #facts: ItemFacts[] = [];

  add(struct: UpdateStruct, facts: ItemFacts): void {
    this.#starts.push(struct.clock);
    this.#facts.push(facts);
  }
  at(clock: number): ItemFacts | undefined {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= clock) low = middle + 1;
      else high = middle;
    }
    return this.#facts[low - 1];
  }
}

/** Content that no entry may hold. */
const ODD_CONTENT: ReadonlySet<ContentKind> = new Set(['skip', 'gc', 'deleted', 'doc']);

const heldBy = ({ client, clock }: StructId): Verdict => ({ kind: 'held', client, clock });

function parentId(struct: UpdateStruct): StructId | undefined {
  return struct.parent && 'client' in struct.parent ? struct.parent : undefined;
}

/** A child of a root must name one of the document's roots, with a key under a map and without one elsewhere. */
function isRootChild(doc: DocKind, struct: UpdateStruct): boolean {
  if (!struct.parent || !('root' in struct.parent)) return true;
  const { root } = struct.parent;
  const type = Object.hasOwn(ROOTS[doc], root) ? ROOTS[doc][root] : undefined;
  return type !== undefined && (struct.parentSub !== undefined) === (type === 'map');
}

const TYPE_MAP = 1;
const XML_CHILDREN: ReadonlySet<number | undefined> = new Set([3, 5, 6]);
const XML_PARENTS: ReadonlySet<number | undefined> = new Set([3, 4]);

/** Maps hold keyed items only; children of XML elements and fragments are XML nodes. */
function isContentAllowed(doc: DocKind, struct: UpdateStruct, facts: ItemFacts): boolean {
  const isKeyed = facts.parentSub !== undefined;
  if (facts.parentTypeRef === TYPE_MAP) return isKeyed;
  const isXml = facts.depth === 1 ? ROOTS[doc][facts.root] === 'xml' : XML_PARENTS.has(facts.parentTypeRef);
  return isKeyed || !isXml || XML_CHILDREN.has(struct.typeRef);
}

const isKeyed = (doc: DocKind): boolean => doc === 'talk' || doc === 'jobs';

function mayWriteRoot(root: string, role: RoomRole): boolean {
  if (root === 'moderation') return role === 'owner' || role === 'editor';
  return root === 'results' ? role === 'archiver' : role !== 'archiver';
}
