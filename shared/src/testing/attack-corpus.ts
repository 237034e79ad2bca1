/**
 * Hostile entries (security.md, attack corpus) and the rule that refuses each. Written against a document in which the
 * victim's session holds a paragraph (clock 0), its text node (1) and "hello" (2 to 6); in `talk` one chat entry (0)
 * with a field in it (1).
 */
import type { DocKind, RoomRole } from '../roles.ts';
import { DEFAULT_LOG_LIMITS } from '../log/limits.ts';
import type { Dep } from '../log/types.ts';
import type { DeleteRange } from '../log/update-structs.ts';
import type { ValidityRule } from '../log/validity.ts';
import {
  deleted,
  element,
  embed,
  gc,
  nestedAny,
  rawAny,
  rawUpdate,
  skip,
  subdocument,
  text,
  value,
} from './raw-update.ts';
import type { RawStruct } from './raw-update.ts';

export interface AttackContext {
  /** Derived client id of the attacker's session; its log is empty. */
  readonly attacker: number;
  readonly victim: number;
}
export interface AttackCase {
  readonly id: string;
  readonly title: string;
  readonly doc: DocKind;
  readonly role: RoomRole;
  readonly rule: ValidityRule;
  readonly build: (context: AttackContext) => { readonly bytes: Uint8Array; readonly deps?: readonly Dep[] };
  /** Another rule refuses it as well, so switching this one off only changes the reason. */
  readonly isDoubled?: boolean;
}

type Structs = (context: AttackContext) => readonly RawStruct[];
const own =
  (structs: Structs, deletes: (context: AttackContext) => readonly DeleteRange[] = () => []): AttackCase['build'] =>
  (context) => ({
    bytes: rawUpdate([{ client: context.attacker, clock: 0, structs: structs(context) }], deletes(context)),
  });
const inText = ({ victim }: AttackContext) => ({ origin: { client: victim, clock: 6 } });
const onParagraph = ({ victim }: AttackContext, key: string) => ({ parent: { client: victim, clock: 0 }, key });

const attack = (
  id: string,
  rule: ValidityRule,
  title: string,
  build: AttackCase['build'],
  more: Partial<AttackCase> = {},
): AttackCase => ({ id, rule, title, build, doc: 'content', role: 'editor', ...more });

export const ATTACK_CORPUS: readonly AttackCase[] = [
  attack(
    'SEC-101',
    'gc-struct',
    "a GC struct of 2^40 clocks under the victim's client id",
    ({ victim }) => ({
      bytes: rawUpdate([{ client: victim, clock: 7, structs: [gc(2 ** 40)] }]),
    }),
    { isDoubled: true },
  ),
  attack(
    'SEC-102',
    'gc-struct',
    'a GC struct under the own client id',
    own(() => [gc(4)]),
    { isDoubled: true },
  ),
  attack('SEC-103', 'foreign-client', 'text under another client id', ({ victim }) => ({
    bytes: rawUpdate([{ client: 12_345, clock: 0, structs: [text({ origin: { client: victim, clock: 6 } }, 'x')] }]),
  })),
  attack('SEC-104', 'foreign-client', "a merged state that repeats the victim's structs", ({ victim, attacker }) => ({
    bytes: rawUpdate([
      { client: attacker, clock: 0, structs: [text({ origin: { client: victim, clock: 6 } }, 'x')] },
      { client: victim, clock: 0, structs: [element({ parent: 'body' })] },
    ]),
  })),
  attack('SEC-105', 'clock-gap', 'clocks that leave a gap', ({ victim, attacker }) => ({
    bytes: rawUpdate([{ client: attacker, clock: 5, structs: [text({ origin: { client: victim, clock: 6 } }, 'x')] }]),
  })),
  attack(
    'SEC-106',
    'skip-struct',
    'a Skip struct',
    own(() => [skip(3)]),
    { isDoubled: true },
  ),
  attack(
    'SEC-107',
    'deleted-content',
    'deleted content of 2^40 clocks without bytes',
    own((context) => [deleted(inText(context), 2 ** 40)]),
  ),
  attack(
    'SEC-108',
    'value-too-deep',
    'a value nested 2,000 deep',
    own((context) => [rawAny(onParagraph(context, 'a'), nestedAny(2000))]),
  ),
  attack(
    'SEC-109',
    'value-too-deep',
    'JSON nested 5,000 deep',
    own((context) => [embed(inText(context), '['.repeat(5000) + ']'.repeat(5000))]),
  ),
  attack(
    'SEC-110',
    'too-deep',
    'elements nested 2,000 deep',
    own((context) => [
      element({ parent: { client: context.victim, clock: 0 } }),
      ...Array.from({ length: 2000 }, (_, clock) => element({ parent: { client: context.attacker, clock } })),
    ]),
  ),
  attack(
    'SEC-111',
    'prototype-key',
    'a key named __proto__',
    own((context) => [value(onParagraph(context, '__proto__'), 'x')]),
  ),
  attack(
    'SEC-112',
    'prototype-key',
    'a value with a key named __proto__',
    own((context) => [embed(inText(context), '{"__proto__":{"admin":true}}')]),
  ),
  attack('SEC-113', 'malformed', 'an empty entry body', () => ({ bytes: new Uint8Array() }), { isDoubled: true }),
  attack(
    'SEC-114',
    'malformed',
    'a V2 update that hangs its decoder',
    () => ({
      bytes: Uint8Array.from([
        0, 0, 6, 1, 255, 255, 255, 255, 15, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 3, 1, 255, 255, 255, 127, 0, 0,
      ]),
    }),
    { isDoubled: true },
  ),
  attack(
    'SEC-115',
    'malformed',
    'a count of 2^50 structs',
    () => ({ bytes: Uint8Array.from([1, 128, 128, 128, 128, 128, 128, 128, 2, 1, 0]) }),
    { isDoubled: true },
  ),
  attack(
    'SEC-116',
    'too-large',
    'more than 8 MiB',
    own((context) => [text(inText(context), 'x'.repeat(DEFAULT_LOG_LIMITS.maxEntryBytes))]),
  ),
  attack(
    'SEC-117',
    'too-many-structs',
    'more than 100,000 structs',
    own((context) =>
      Array.from({ length: DEFAULT_LOG_LIMITS.maxStructs + 1 }, (_, i) =>
        text(i === 0 ? inText(context) : { origin: { client: context.attacker, clock: i - 1 } }, 'x'),
      ),
    ),
  ),
  attack('SEC-118', 'too-many-delete-ranges', 'more than 100,000 delete ranges', ({ victim }) => ({
    bytes: rawUpdate(
      [],
      Array.from({ length: DEFAULT_LOG_LIMITS.maxDeleteRanges + 1 }, () => ({ client: victim, clock: 2, length: 1 })),
    ),
  })),
  attack(
    'SEC-119',
    'role',
    "an entry under a viewer's grant",
    own((context) => [text(inText(context), 'x')]),
    { role: 'viewer' },
  ),
  attack(
    'SEC-120',
    'wrong-root',
    'a root that the document does not have',
    own(() => [element({ parent: 'evil' })]),
  ),
  attack(
    'SEC-121',
    'wrong-root',
    'a keyed child of a root that is not a map',
    own(() => [element({ parent: 'body', key: 'k' })]),
  ),
  attack(
    'SEC-122',
    'wrong-content',
    'plain text directly under the body',
    own(() => [text({ parent: 'body' }, 'x')]),
  ),
  attack(
    'SEC-123',
    'parent-not-a-type',
    'a child of a piece of text',
    own(({ victim }) => [text({ parent: { client: victim, clock: 3 } }, 'x')]),
  ),
  attack(
    'SEC-124',
    'mixed-parents',
    'neighbours under different parents',
    own(({ victim }) => [text({ origin: { client: victim, clock: 3 }, right: { client: victim, clock: 0 } }, 'x')]),
  ),
  attack(
    'SEC-125',
    'future-reference',
    'a deletion of own clocks that do not exist yet',
    own(
      (context) => [text(inText(context), 'x')],
      ({ attacker }) => [{ client: attacker, clock: 0, length: 2 ** 40 }],
    ),
  ),
  attack(
    'SEC-126',
    'future-reference',
    'a struct that is its own neighbour',
    own(({ attacker }) => [text({ origin: { client: attacker, clock: 0 } }, 'x')]),
    { isDoubled: true },
  ),
  attack('SEC-127', 'repeated-client', 'two sections of one client', (context) => ({
    bytes: rawUpdate([
      { client: context.attacker, clock: 0, structs: [text(inText(context), 'x')] },
      { client: context.attacker, clock: 1, structs: [text(inText(context), 'y')] },
    ]),
  })),
  attack(
    'SEC-128',
    'subdocument',
    'a document inside the document',
    own((context) => [subdocument(onParagraph(context, 'd'))]),
  ),
  attack('SEC-129', 'empty', 'an entry that does nothing', () => ({ bytes: rawUpdate([]) })),
  attack('SEC-130', 'too-many-deps', 'more than 1,024 deps', (context) => ({
    ...own((c) => [text(inText(c), 'x')])(context),
    deps: Array.from({ length: DEFAULT_LOG_LIMITS.maxDeps + 1 }, () => ({ clientId: context.victim, seq: 1 })),
  })),
  attack('SEC-131', 'own-dep', 'a dep on the own session', (context) => ({
    ...own((c) => [text(inText(c), 'x')])(context),
    deps: [{ clientId: context.attacker, seq: 1 }],
  })),
  attack(
    'SEC-132',
    'foreign-key',
    'a chat entry under a key of the victim',
    own(({ victim }) => [value({ parent: 'chat', key: `${victim}:99` }, 'x')]),
    { doc: 'talk' },
  ),
  attack(
    'SEC-133',
    'foreign-entry',
    "a change inside the victim's chat entry",
    own(({ victim }) => [value({ parent: { client: victim, clock: 0 }, key: 'text' }, 'x')]),
    { doc: 'talk' },
  ),
  attack(
    'SEC-134',
    'foreign-entry',
    "a deletion of the victim's chat entry",
    ({ victim }) => ({ bytes: rawUpdate([], [{ client: victim, clock: 0, length: 1 }]) }),
    { doc: 'talk' },
  ),
  attack(
    'SEC-135',
    'reserved-root',
    'moderation by a commenter',
    own(({ attacker }) => [value({ parent: 'moderation', key: `${attacker}:0` }, 'x')]),
    { doc: 'talk', role: 'commenter' },
  ),
  attack(
    'SEC-136',
    'reserved-root',
    'a job result from a person',
    own(({ attacker }) => [value({ parent: 'results', key: `${attacker}:0` }, 'x')]),
    { doc: 'jobs' },
  ),
];
