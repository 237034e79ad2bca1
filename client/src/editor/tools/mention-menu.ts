/** The menu of people behind "@". What it offers is known on this device: it works without a network. */
import { toBase64Url } from '@vicinal/shared/bytes.ts';
import type { Random } from '@vicinal/shared/clock.ts';
import type { UserId } from '@vicinal/shared/ids.ts';
import { MENTION_ID_BYTES, readMentionLabel } from '@vicinal/shared/room/mention.ts';
import type { KnownPerson, RoomSession } from '../../room/types.ts';
import { createTypedMenu } from './typed-menu.ts';

/** Shown at once; typing finds the others. */
const MAX_OFFERED = 50;

export const mentionMenu = createTypedMenu<KnownPerson>({ name: 'mention-menu', sign: '@', idOf: ({ user }) => user });

declare module '@tiptap/core' {
  interface EditorEvents {
    /** Somebody who cannot open the document was mentioned. */
    mentionWithoutAccess: UserId;
  }
  interface Storage {
    'mention-menu': PeopleToMention;
  }
}

/** Filled in by what shows the menu, as people become known. */
export interface PeopleToMention {
  people: readonly KnownPerson[];
}

export interface MentionMenuOptions {
  readonly session: RoomSession;
  readonly canWrite: () => boolean;
  /** The next edit begins a new undo step. */
  readonly endUndoStep: () => void;
  readonly random: Random;
}

export const createMentionMenu = ({ session, canWrite, endUndoStep, random }: MentionMenuOptions) =>
  mentionMenu
    .createExtension({
      canWrite,
      // before the first mention is drawn
      onBeforeCreate: (editor) => void (editor.storage.mention.self = session.self),
      find: (editor, query) =>
        findPeople(withPresent(editor.storage['mention-menu'].people, session), query, session.self),
      choose: (person, typed, editor) => {
        endUndoStep();
        const attrs = {
          user: person.user,
          label: readMentionLabel(person.name),
          id: toBase64Url(random.bytes(MENTION_ID_BYTES)),
        };
        const { doc } = editor.state;
        const after = doc.textBetween(
          typed.to,
          Math.min(typed.to + 1, doc.resolve(typed.to).end()),
          undefined,
          '\ufffc',
        );
        const space = /^\s/.test(after) ? [] : [{ type: 'text', text: ' ' }];
        editor
          .chain()
          .focus()
          .insertContentAt(typed, [{ type: 'mention', attrs }, ...space])
          .run();
        endUndoStep();
        if (person.access === 'none') editor.emit('mentionWithoutAccess', person.user);
      },
    })
    .extend({
      addStorage: (): PeopleToMention => ({ people: [] }),
    });

/** Everybody known, and whoever is here: being here shows that they have access. */
export function withPresent(
  known: readonly KnownPerson[],
  { people, self }: Pick<RoomSession, 'people' | 'self'>,
): readonly KnownPerson[] {
  const all = new Map(known.map((person) => [person.user, person]));
  for (const { userId, name, colour, role } of people)
    if (role !== 'archiver') all.set(userId, { user: userId, name, colour, access: 'has' });
  const own = self === undefined ? undefined : all.get(self);
  if (own) all.set(own.user, { ...own, access: 'has' });
  return [...all.values()];
}

const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** People whose name holds a word that begins with what was typed: who has access first, then by name, oneself last. */
export function findPeople(
  people: readonly KnownPerson[],
  query: string,
  self: UserId | undefined,
): readonly KnownPerson[] {
  const wanted = fold(query.trim());
  const rank = ({ user, access }: KnownPerson): number => (access === 'none' ? 1 : 0) + (user === self ? 2 : 0);
  const isNamed = (name: string): boolean => {
    const folded = fold(name);
    return folded.startsWith(wanted) || folded.split(/[\s-]+/).some((word) => word.startsWith(wanted));
  };
  return people
    .filter(({ name }) => readMentionLabel(name) !== '' && isNamed(name))
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
    .slice(0, MAX_OFFERED);
}
