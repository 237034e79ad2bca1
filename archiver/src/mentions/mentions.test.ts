import type { ArchiverEvent } from '@vicinal/shared/http/notify.ts';
import { silentLogger } from '@vicinal/shared/logger.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { createTestDocument, pull, testId } from '@vicinal/shared/testing/test-document.ts';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { watchMentions } from './mentions.ts';

test('NOTE-7 a mention is found in the midst of a line that is being written, where an archive may not write', async () => {
  const document = await createTestDocument({ doc: 'content' });
  const problems: string[] = [];
  const logger = { ...silentLogger, error: (event: string) => void problems.push(event) };
  const archiver = await document.join('archiver', 'archiver', { logger });
  const ann = await document.join('ann', 'editor');
  const recorded: ArchiverEvent[] = [];
  const watch = watchMentions(
    {
      outbox: {
        record: async (events) => {
          recorded.push(...events);
          return events.length;
        },
      },
      onRecorded: () => undefined,
      grants: document.grants,
      workspace: archiver.claims.ws,
      retryMs: 1000,
      clock: document.clock,
      logger: silentLogger,
    },
    { room: document.address.room, replicas: new Map([['content', archiver.replica]]) },
  );
  const { ydoc } = ann.replica;
  const text = new Y.XmlText('The quay is ours.');
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [text]);
  contentBody(ydoc).push([paragraph]);
  await pull(ann, archiver);

  const mention = new Y.XmlElement('mention');
  mention.setAttribute('user', testId('user/ben'));
  mention.setAttribute('id', testId('mention'));
  ydoc.transact(() => {
    text.insert(text.length, ' Ask ');
    paragraph.insert(1, [mention, new Y.XmlText(' ')]);
  });
  await pull(ann, archiver);
  await watch.close();

  expect(recorded).toEqual([
    {
      kind: 'mention',
      room: document.address.room,
      actor: ann.claims.sub,
      target: testId('user/ben'),
      mention: testId('mention'),
    },
  ]);
  expect(problems).toEqual([]);
});
