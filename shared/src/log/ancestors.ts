/** Facts about applied items, read from a Y.Doc that keeps everything (`gc: false`), so they never change. */
import * as Y from 'yjs';
import type { Ancestors, ItemFacts } from './validity.ts';

interface TypeFacts {
  readonly key: string;
  readonly root: string;
  readonly depth: number;
  readonly typeRef: number | undefined;
  /** Client id of the item directly under the root; `undefined` for the root itself. */
  readonly ownerClient: number | undefined;
}
type AnyType = Y.AbstractType<unknown>;

/** `sessions` answers for logs and grants. */
export function createAncestors(ydoc: Y.Doc, sessions: Pick<Ancestors, 'seqOf' | 'userOf'>): Ancestors {
  const types = new WeakMap<AnyType, TypeFacts>();

  const factsOfType = (type: AnyType): TypeFacts => {
    const chain: AnyType[] = [];
    let current: AnyType | null = type;
    while (current && !types.has(current)) {
      chain.push(current);
      current = current._item ? (current._item.parent as AnyType) : null; // an integrated item's parent is a type
    }
    let above = current ? types.get(current) : undefined;
    for (const next of chain.reverse()) {
      above = next._item ? nested(next._item, above) : rootFacts(next);
      types.set(next, above);
    }
    return above ?? rootFacts(type);
  };

  return {
    ...sessions,
    stateOf: (client) => Y.getState(ydoc.store, client),
    itemAt: ({ client, clock }) => {
      const structs = ydoc.store.clients.get(client);
      if (!structs || Y.getState(ydoc.store, client) <= clock) return undefined;
      const item = structs[Y.findIndexSS(structs, clock)];
      if (!(item instanceof Y.Item) || !(item.parent instanceof Y.AbstractType)) return undefined;
      return itemFacts(item, factsOfType(item.parent as AnyType)); // narrowed above; only the type argument differs
    },
  };
}

function itemFacts(item: Y.Item, parent: TypeFacts): ItemFacts {
  return {
    parentKey: parent.key,
    parentSub: item.parentSub ?? undefined,
    root: parent.root,
    depth: parent.depth + 1,
    typeRef: typeRefOf(item),
    parentTypeRef: parent.typeRef,
    ownerClient: parent.ownerClient ?? item.id.client,
  };
}

function nested(item: Y.Item, parent: TypeFacts | undefined): TypeFacts {
  return {
    key: `${item.id.client}:${item.id.clock}`,
    root: parent?.root ?? '',
    depth: (parent?.depth ?? 0) + 1,
    typeRef: typeRefOf(item),
    ownerClient: parent?.ownerClient ?? item.id.client,
  };
}

function rootFacts(type: AnyType): TypeFacts {
  const root = Y.findRootTypeKey(type);
  return { key: `root:${root}`, root, depth: 0, typeRef: undefined, ownerClient: undefined };
}

/** The type reference of the wire format (yjs `ContentType.js`). */
function typeRefOf(item: Y.Item): number | undefined {
  if (!(item.content instanceof Y.ContentType)) return undefined;
  const { type } = item.content;
  if (type instanceof Y.XmlText) return 6;
  if (type instanceof Y.Text) return 2;
  if (type instanceof Y.XmlElement) return 3;
  if (type instanceof Y.XmlFragment) return 4;
  if (type instanceof Y.XmlHook) return 5;
  return type instanceof Y.Map ? 1 : 0;
}
