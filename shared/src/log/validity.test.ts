import * as Y from 'yjs';
import { describe, expect, it } from 'vitest';
import { ATTACK_CORPUS } from '../testing/attack-corpus.ts';
import { rawUpdate, text } from '../testing/raw-update.ts';
import type { DocKind } from '../roles.ts';
import { createAncestors } from './ancestors.ts';
import { DEFAULT_LOG_LIMITS } from './limits.ts';
import { VALIDITY_RULES, judge } from './validity.ts';
import type { Ancestors, Verdict } from './validity.ts';
import type { AttackCase } from '../testing/attack-corpus.ts';

const victim = 77;
const attacker = 5000;

function victimDocument(doc: DocKind): Ancestors {
  const ydoc = new Y.Doc({ gc: false });
  ydoc.clientID = victim;
  if (doc === 'content') {
    const paragraph = new Y.XmlElement('paragraph');
    ydoc.getXmlFragment('body').push([paragraph]);
    const node = new Y.XmlText();
    paragraph.push([node]);
    node.insert(0, 'hello');
  } else if (doc === 'talk') {
    ydoc.getMap('chat').set(`${victim}:0`, new Y.Map([['text', 'hello']]));
  }
  return createAncestors(ydoc, {
    seqOf: (client) => (client === victim ? 1 : 0),
    userOf: (client) => (client === victim ? 'victim' : undefined),
  });
}

function judgeCase(hostile: AttackCase, off?: AttackCase['rule']): Verdict {
  const { bytes, deps = [] } = hostile.build({ attacker, victim });
  const session = { clientId: attacker, nextClock: 0, doc: hostile.doc, role: hostile.role, userId: 'attacker' };
  return judge(
    { bytes, deps },
    session,
    victimDocument(hostile.doc),
    DEFAULT_LOG_LIMITS,
    off ? new Set([off]) : undefined,
  );
}

describe('validity', () => {
  it.each(ATTACK_CORPUS)('$id: refuses $title', (hostile) => {
    expect(judgeCase(hostile)).toEqual({ kind: 'invalid', rule: hostile.rule });
  });

  it.each(ATTACK_CORPUS.filter((hostile) => !hostile.isDoubled))(
    '$id passes once the rule $rule is switched off',
    (hostile) => {
      expect(judgeCase(hostile, hostile.rule)).toMatchObject({ kind: 'valid' });
    },
  );

  it('LOG-17: every rule is needed by a case of the corpus', () => {
    expect(new Set(ATTACK_CORPUS.map((hostile) => hostile.rule))).toEqual(new Set(VALIDITY_RULES));
    for (const hostile of ATTACK_CORPUS) {
      if (hostile.rule !== 'malformed')
        expect(judgeCase(hostile, hostile.rule)).not.toEqual({ kind: 'invalid', rule: hostile.rule });
    }
  });

  it('LOG-15: holds an entry whose references are not here, and judges ancestors only when all are', () => {
    const session = { clientId: attacker, nextClock: 0, doc: 'content', role: 'editor', userId: 'a' } as const;
    const judgeBytes = (bytes: Uint8Array): Verdict =>
      judge({ bytes, deps: [] }, session, victimDocument('content'), DEFAULT_LOG_LIMITS);
    const beyond = text({ origin: { client: victim, clock: 3 }, right: { client: victim, clock: 99 } }, 'x');
    expect(judgeBytes(rawUpdate([{ client: attacker, clock: 0, structs: [beyond] }]))).toEqual({
      kind: 'held',
      client: victim,
      clock: 99,
    });
    const range = { client: victim, clock: 0, length: 2 ** 40 };
    expect(judgeBytes(rawUpdate([], [range]))).toEqual({ kind: 'held', client: victim, clock: 2 ** 40 - 1 });
  });
});
