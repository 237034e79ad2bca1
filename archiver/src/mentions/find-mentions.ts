/** Mentions of people in the content of a document, as the Yjs tree holds them. Reads only. */
import { userIdSchema, type UserId } from '@vicinal/shared/ids.ts';
import * as Y from 'yjs';

export interface FoundMention {
  readonly mention: string;
  readonly target: UserId;
  /** Client ids of the sessions that wrote the node and the attributes that say whom it names. */
  readonly writers: readonly number[];
}

/** Undefined for anything but a mention that is there and names somebody. */
export function mentionOf(element: unknown): FoundMention | undefined {
  if (!(element instanceof Y.XmlElement) || element.nodeName !== 'mention') return undefined;
  const item = element._item;
  const [user, id] = [element._map.get('user'), element._map.get('id')];
  if (!item || item.deleted || !user || user.deleted || !id || id.deleted) return undefined;
  // Attributes hold anything that a peer put there.
  const [target, mention]: unknown[] = [element.getAttribute('user'), element.getAttribute('id')];
  const parsed = userIdSchema.safeParse(target);
  if (!parsed.success || typeof mention !== 'string' || !/^[\w-]{22}$/.test(mention)) return undefined;
  return { mention, target: parsed.data, writers: [item.id.client, user.id.client, id.id.client] };
}

/** Those in `type` and below it. */
export function findMentions(type: unknown): readonly FoundMention[] {
  const own = mentionOf(type);
  if (own) return [own];
  if (!(type instanceof Y.XmlFragment)) return [];
  const found: FoundMention[] = [];
  for (const element of type.createTreeWalker(() => true)) {
    const mention = mentionOf(element);
    if (mention) found.push(mention);
  }
  return found;
}

/** Those that a change brought, or changed. */
export const mentionsIn = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): readonly FoundMention[] =>
  events.flatMap((event) => {
    const own = mentionOf(event.target);
    if (own) return [own];
    // what changed inside a text holds no element, and asking Yjs for it begins a transaction of this replica's own
    if (!(event instanceof Y.YXmlEvent)) return [];
    return [...event.changes.added].flatMap(({ content }) =>
      content instanceof Y.ContentType ? findMentions(content.type) : [],
    );
  });
