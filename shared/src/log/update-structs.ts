/**
 * Reads a V1 Yjs update without building anything of it (layout: yjs 13.6 `encoding.js`, `Item.js`, `Content*.js`).
 * Stricter than Yjs: bounds, counts and depth are checked before anything is allocated or recursed into.
 */
import { ByteReader, DecodeFault } from './byte-reader.ts';
import type { LogLimits } from './limits.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';

export interface StructId {
  readonly client: number;
  readonly clock: number;
}

export type ContentKind =
  | 'gc'
  | 'skip'
  | 'deleted'
  | 'json'
  | 'binary'
  | 'string'
  | 'embed'
  | 'format'
  | 'type'
  | 'any'
  | 'doc';

/** One struct of an update. Everything but a GC or Skip is an item. */
export interface UpdateStruct extends StructId {
  readonly length: number;
  readonly content: ContentKind;
  readonly origin: StructId | undefined;
  readonly rightOrigin: StructId | undefined;
  /** Written only when neither origin is. */
  readonly parent: { readonly root: string } | StructId | undefined;
  readonly parentSub: string | undefined;
  /** Of content 'type': 0 array, 1 map, 2 text, 3 xml element, 4 xml fragment, 5 xml hook, 6 xml text. */
  readonly typeRef: number | undefined;
  /** Where the struct's bytes are in the update. */
  readonly start: number;
  readonly end: number;
  /** Where its content begins. */
  readonly contentStart: number;
}
export interface DeleteRange extends StructId {
  readonly length: number;
}
export interface UpdateContents {
  readonly sections: readonly { readonly client: number; readonly structs: readonly UpdateStruct[] }[];
  readonly deletes: readonly DeleteRange[];
  /** Whether any key anywhere is `__proto__`. */
  readonly hasPrototypeKey: boolean;
}
export type UpdateFault = 'malformed' | 'too-large' | 'too-many-structs' | 'too-many-delete-ranges' | 'value-too-deep';
export type UpdateLimits = Pick<LogLimits, 'maxEntryBytes' | 'maxStructs' | 'maxDeleteRanges' | 'maxDepth'>;

/** Info byte of an item. */
export const HAS_ORIGIN = 0x80;
export const HAS_RIGHT_ORIGIN = 0x40;
const HAS_PARENT_SUB = 0x20;
const CONTENT_MASK = 0x1f;
const CONTENT: readonly ContentKind[] = [
  'gc',
  'deleted',
  'json',
  'binary',
  'string',
  'embed',
  'format',
  'type',
  'any',
  'doc',
  'skip',
];
const TYPE_REFS = 7;
const NAMED_TYPE_REFS: ReadonlySet<number> = new Set([3, 5]);

class LimitFault extends Error {
  readonly fault: UpdateFault;
  constructor(fault: UpdateFault) {
    super(fault);
    this.fault = fault;
  }
}

/** Never throws, and takes time linear in `bytes`. */
export function readUpdateStructs(bytes: Uint8Array, limits: UpdateLimits): Result<UpdateContents, UpdateFault> {
  if (bytes.length > limits.maxEntryBytes) return err('too-large');
  try {
    return ok(new StructReader(bytes, limits).update());
  } catch (fault) {
    return err(fault instanceof LimitFault ? fault.fault : 'malformed');
  }
}

/** Clock after the last struct of a well-formed update of one client; `fallback` without structs. */
export function endClockOf(contents: UpdateContents, fallback: number): number {
  const last = contents.sections[0]?.structs.at(-1);
  return last ? last.clock + last.length : fallback;
}

class StructReader {
  readonly #in: ByteReader;
  readonly #limits: UpdateLimits;
  #structCount = 0;
  #hasPrototypeKey = false;

  constructor(bytes: Uint8Array, limits: UpdateLimits) {
    this.#in = new ByteReader(bytes);
    this.#limits = limits;
  }

  update(): UpdateContents {
    const sections = [];
    for (let left = this.#in.count(4); left > 0; left--) sections.push(this.#section());
    const deletes: DeleteRange[] = [];
    for (let left = this.#in.count(2); left > 0; left--) this.#deletesOfClient(deletes);
    this.#in.end();
    return { sections, deletes, hasPrototypeKey: this.#hasPrototypeKey };
  }

  #section(): { client: number; structs: UpdateStruct[] } {
    const count = this.#in.count(1);
    if (count === 0) throw new DecodeFault('empty section');
    this.#structCount += count;
    if (this.#structCount > this.#limits.maxStructs) throw new LimitFault('too-many-structs');
    const client = this.#in.varUint();
    let clock = this.#in.varUint();
    const structs: UpdateStruct[] = [];
    for (let i = 0; i < count; i++) {
      const struct = this.#struct(client, clock);
      clock += struct.length;
      if (struct.length === 0 || clock > Number.MAX_SAFE_INTEGER) throw new DecodeFault('length');
      structs.push(struct);
    }
    return { client, structs };
  }

  #deletesOfClient(into: DeleteRange[]): void {
    const client = this.#in.varUint();
    const count = this.#in.count(2);
    if (into.length + count > this.#limits.maxDeleteRanges) throw new LimitFault('too-many-delete-ranges');
    for (let i = 0; i < count; i++) {
      const clock = this.#in.varUint();
      const length = this.#in.varUint();
      if (length === 0 || clock + length > Number.MAX_SAFE_INTEGER) throw new DecodeFault('range');
      into.push({ client, clock, length });
    }
  }

  #struct(client: number, clock: number): UpdateStruct {
    const start = this.#in.position;
    const info = this.#in.u8();
    const content = CONTENT[info & CONTENT_MASK];
    if (!content) throw new DecodeFault('content');
    let origin: StructId | undefined;
    let rightOrigin: StructId | undefined;
    let parent: UpdateStruct['parent'];
    let parentSub: string | undefined;
    if (content !== 'gc' && content !== 'skip') {
      if (info & HAS_ORIGIN) origin = this.#id();
      if (info & HAS_RIGHT_ORIGIN) rightOrigin = this.#id();
      if (!origin && !rightOrigin) {
        const parentInfo = this.#in.varUint();
        if (parentInfo > 1) throw new DecodeFault('parent');
        parent = parentInfo === 1 ? { root: this.#key() } : this.#id();
        if (info & HAS_PARENT_SUB) parentSub = this.#key();
      }
    }
    const contentStart = this.#in.position;
    const { length, typeRef } = this.#content(content);
    const end = this.#in.position;
    return {
      client,
      clock,
      length,
      content,
      origin,
      rightOrigin,
      parent,
      parentSub,
      typeRef,
      start,
      end,
      contentStart,
    };
  }

  #id(): StructId {
    return { client: this.#in.varUint(), clock: this.#in.varUint() };
  }

  #content(kind: ContentKind): { length: number; typeRef: number | undefined } {
    let typeRef: number | undefined;
    switch (kind) {
      case 'gc':
      case 'skip':
      case 'deleted':
        return { length: this.#in.varUint(), typeRef };
      case 'json': {
        const length = this.#in.count(1);
        for (let i = 0; i < length; i++) this.#json(this.#in.varString());
        return { length, typeRef };
      }
      case 'any': {
        const length = this.#in.count(1);
        for (let i = 0; i < length; i++) this.#any(1);
        return { length, typeRef };
      }
      case 'string':
        return { length: this.#in.varString().length, typeRef };
      case 'binary':
        this.#in.skip(this.#in.varUint());
        return { length: 1, typeRef };
      case 'embed':
        this.#json(this.#in.varString());
        return { length: 1, typeRef };
      case 'format':
        this.#key();
        this.#json(this.#in.varString());
        return { length: 1, typeRef };
      case 'type':
        typeRef = this.#in.varUint();
        if (typeRef >= TYPE_REFS) throw new DecodeFault('type');
        if (NAMED_TYPE_REFS.has(typeRef)) this.#key();
        return { length: 1, typeRef };
      case 'doc':
        this.#in.varString();
        this.#any(1);
        return { length: 1, typeRef };
    }
  }

  #key(): string {
    const key = this.#in.varString();
    if (key === '__proto__') this.#hasPrototypeKey = true;
    return key;
  }

  /** lib0 `readAny`: one byte says which of twelve forms follows. */
  #any(depth: number): void {
    if (depth > this.#limits.maxDepth) throw new LimitFault('value-too-deep');
    switch (this.#in.u8()) {
      case 127:
      case 126:
      case 121:
      case 120:
        return;
      case 125:
        return this.#varInt();
      case 124:
        return this.#in.skip(4);
      case 123:
      case 122:
        return this.#in.skip(8);
      case 119:
        return void this.#in.varString();
      case 118:
        for (let left = this.#in.count(2); left > 0; left--) {
          this.#key();
          this.#any(depth + 1);
        }
        return;
      case 117:
        for (let left = this.#in.count(1); left > 0; left--) this.#any(depth + 1);
        return;
      case 116:
        return this.#in.skip(this.#in.varUint());
      default:
        throw new DecodeFault('any');
    }
  }

  #varInt(): void {
    const first = this.#in.u8();
    let value = first & 0x3f;
    let scale = 64;
    let byte = first;
    while (byte & 0x80) {
      byte = this.#in.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (value > Number.MAX_SAFE_INTEGER || scale > 2 ** 63) throw new DecodeFault('integer');
    }
  }

  #json(text: string): void {
    if (text === 'undefined') return;
    this.#checkJsonDepth(text);
    this.#findPrototypeKey(JSON.parse(text));
  }

  /** Before parsing, since printing or walking a deep value later would overflow the stack. */
  #checkJsonDepth(text: string): void {
    let depth = 0;
    let inString = false;
    for (let i = 0; i < text.length; i++) {
      const char = text.charCodeAt(i);
      if (inString) {
        if (char === 0x5c) i++;
        else if (char === 0x22) inString = false;
      } else if (char === 0x22) inString = true;
      else if (char === 0x5b || char === 0x7b) {
        if (++depth > this.#limits.maxDepth) throw new LimitFault('value-too-deep');
      } else if (char === 0x5d || char === 0x7d) depth--;
    }
  }

  #findPrototypeKey(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    if (Object.hasOwn(value, '__proto__')) this.#hasPrototypeKey = true;
    for (const inner of Object.values(value)) this.#findPrototypeKey(inner);
  }
}
