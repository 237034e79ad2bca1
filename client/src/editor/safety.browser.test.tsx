import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'solid-js/web';
import * as Y from 'yjs';
import type { PresenceEntry } from '@vicinal/shared/mesh/types.ts';
import { contentBody } from '@vicinal/shared/room/documents.ts';
import { DocumentEditor } from './DocumentEditor.tsx';
import { placeToJson } from './binding/positions.ts';
import { createTestSession, element, frames, text, textbox, type TestSession } from './testing/session.ts';

declare global {
  // assigned by whatever a payload gets to run
  var hits: string[];
}

/** Everything a payload runs calls `hit`. */
const RUN = "globalThis.hits.push('run')";
const QUOTED = RUN.replaceAll("'", '&#39;');
const PAYLOADS: readonly string[] = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${QUOTED}">`,
  `<svg onload="${QUOTED}">`,
  `<svg><script>${RUN}</script></svg>`,
  `<iframe srcdoc="<script>parent.hits.push('run')</script>"></iframe>`,
  `<iframe src="javascript:${QUOTED}"></iframe>`,
  `<body onload="${QUOTED}">`,
  `<details open ontoggle="${QUOTED}">x</details>`,
  `<input autofocus onfocus="${QUOTED}">`,
  `<video><source onerror="${QUOTED}"></video>`,
  `<audio src=x onerror="${QUOTED}"></audio>`,
  `<marquee onstart="${QUOTED}">x</marquee>`,
  `<object data="javascript:${QUOTED}"></object>`,
  `<embed src="javascript:${QUOTED}">`,
  `<math href="javascript:${QUOTED}">x</math>`,
  `<form action="javascript:${QUOTED}"><button>x</button></form>`,
  `<a href="javascript:${QUOTED}">x</a>`,
  `<a href="java\tscript:${QUOTED}">x</a>`,
  `<a href=" javascript:${QUOTED}">x</a>`,
  `<a href="data:text/html,<script>${QUOTED}</script>">x</a>`,
  `"><img src=x onerror="${QUOTED}">`,
  `' onmouseover='${RUN}`,
  `" onfocus="${QUOTED}" autofocus="`,
  `</textarea><script>${RUN}</script>`,
  `</p><svg/onload="${QUOTED}">`,
  `<style>@import 'javascript:${RUN}';</style>`,
  `<link rel=stylesheet href="javascript:${QUOTED}">`,
  `<meta http-equiv=refresh content="0;url=javascript:${QUOTED}">`,
  `<base href="javascript:${QUOTED}//">`,
  `<template><script>${RUN}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${QUOTED}>"></noscript>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="${QUOTED}"></style></mglyph></table></mtext></math>`,
  `<svg><animate onbegin="${QUOTED}" attributeName=x dur=1s></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>${QUOTED}</script></svg>#x"></use></svg>`,
  `<div style="background:url(javascript:${QUOTED})">x</div>`,
  `<p data-pm-slice="1 1 []" onclick="${QUOTED}">x</p>`,
  `<li data-type="taskItem" data-checked="${QUOTED}">x</li>`,
  `<!--><img src=x onerror="${QUOTED}">-->`,
  `<![CDATA[<img src=x onerror="${QUOTED}">]]>`,
  `<img src="x" srcset="x" onload="${QUOTED}" onerror="${QUOTED}">`,
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `java\nscript:${RUN}`,
  `\u0001javascript:${RUN}`,
  `vbscript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `https://x/" onmouseover="${QUOTED}`,
  `https://x/'><img src=x onerror="${QUOTED}">`,
  `mailto:x" onclick="${QUOTED}`,
  `//x" onclick="${QUOTED}`,
];

type Field = (session: TestSession, payload: string) => void;
const push = (session: TestSession, ...nodes: Y.XmlElement[]) => {
  const author = new Y.Doc();
  Y.applyUpdate(author, Y.encodeStateAsUpdate(session.content));
  contentBody(author).push(nodes);
  session.receive(author);
};
const paragraph = (...children: Y.XmlText[]) => element('paragraph', {}, children);
const paste = (kind: string) => (_: TestSession, payload: string) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData(kind, payload);
  textbox().dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
};
const person = (more: object): PresenceEntry =>
  ({ peerId: 'p', userId: 'u', name: 'Ada', colour: 1, role: 'editor', state: {}, ...more }) as PresenceEntry; // ids as any peer might send them
const cursor = { anchor: { tname: 'body', assoc: -1 }, head: { tname: 'body', assoc: -1 } };

const FIELDS: Readonly<Record<string, Field>> = {
  'remote text': (session, payload) => push(session, paragraph(text(payload))),
  'remote link': (session, payload) => push(session, paragraph(text('x', { link: { href: payload } }))),
  'remote mark value': (session, payload) =>
    push(session, paragraph(text('x', { bold: payload as unknown as object, italic: {} }))),
  'remote heading level': (session, payload) => push(session, element('heading', { level: payload }, [text(payload)])),
  'remote list attributes': (session, payload) =>
    push(
      session,
      element('orderedList', { start: payload, type: payload }, [element('listItem', {}, [paragraph(text(payload))])]),
    ),
  'remote task state': (session, payload) =>
    push(session, element('taskList', {}, [element('taskItem', { checked: payload }, [paragraph(text(payload))])])),
  'remote code language': (session, payload) =>
    push(session, element('codeBlock', { language: payload }, [text(payload)])),
  'remote picture': (session, payload) => push(session, element('image', { src: payload, alt: payload })),
  'remote picture of another kind': (session, payload) =>
    push(
      session,
      element('image', {
        src: `data:image/svg+xml;base64,${btoa(String.fromCharCode(...new TextEncoder().encode(payload)))}`,
      }),
    ),
  'remote picture that holds markup': (session, payload) =>
    push(
      session,
      element('image', {
        src: `data:image/png;base64,${btoa(String.fromCharCode(...new TextEncoder().encode(payload)))}`,
      }),
    ),
  'remote table': (session, payload) =>
    push(
      session,
      element('table', {}, [
        element('tableRow', {}, [
          element('tableHeader', {}, [paragraph(text(payload))]),
          element('tableCell', {}, [paragraph(text('x', { link: { href: payload } }))]),
        ]),
      ]),
    ),
  'highlighted code': (session, payload) => push(session, element('codeBlock', { language: 'xml' }, [text(payload)])),
  'pasted picture': (_, payload) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/html', `<img src="${payload}" alt="${payload}"><img src='${payload}'>`);
    textbox().dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  },
  'presence name': (session, payload) => session.presence.show([person({ name: payload, state: { cursor } })]),
  'presence peer': (session, payload) =>
    session.presence.show([person({ peerId: payload, colour: payload, state: { cursor } })]),
  'presence state': (session, payload) =>
    session.presence.show([
      person({ state: { [payload]: payload, cursor: { ...cursor, [payload]: payload, anchor: payload } } }),
    ]),
  'pasted HTML': paste('text/html'),
  'pasted text': paste('text/plain'),
  'pasted Markdown': (session, payload) => paste('text/plain')(session, `# title\n\n- ${payload}\n\n${payload}`),
  'pasted Markdown link': (session, payload) => paste('text/plain')(session, `# title\n\n[x](${payload}) <${payload}>`),
  'pasted Markdown picture': (session, payload) => paste('text/plain')(session, `# title\n\n![${payload}](${payload})`),
  'pasted code': (_, payload) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', `${payload}\n${payload}`);
    clipboardData.setData('vscode-editor-data', JSON.stringify({ mode: payload }));
    textbox().dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  },
};
/** These make the document read-only, so each goes into a document of its own. */
const UNKNOWN: Readonly<Record<string, Field>> = {
  'remote node name': (session, payload) => push(session, element(payload, { [payload]: payload }, [text(payload)])),
  'remote attribute name': (session, payload) =>
    push(session, element('paragraph', { [payload]: payload }, [text(payload)])),
  'remote cell span': (session, payload) =>
    push(
      session,
      element('table', {}, [
        element('tableRow', {}, [element('tableCell', { colspan: payload }, [paragraph(text(payload))])]),
      ]),
    ),
  'remote mark name': (session, payload) =>
    push(session, paragraph(text(payload, { [payload]: { [payload]: payload } }))),
};

const violations: string[] = [];
beforeAll(() => {
  // from here on the page refuses what the production policy refuses; sheets loaded before stay
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = "style-src 'self'; object-src 'none'; base-uri 'none'";
  document.head.append(meta);
  document.addEventListener('securitypolicyviolation', (event) =>
    violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
  );
});

let close: (() => void) | undefined;
afterEach(() => close?.());

async function open(session: TestSession): Promise<TestSession> {
  globalThis.hits = [];
  violations.length = 0;
  const host = document.body.appendChild(document.createElement('div'));
  const dispose = render(() => <DocumentEditor session={session} theme="light" labelledBy="title" />, host);
  close = () => {
    dispose();
    host.remove();
    close = undefined;
  };
  await frames(1);
  textbox().focus();
  return session;
}

/** Runs a planted payload and waits for it: whatever the fields before it had started has had its turn then. */
async function settle(): Promise<void> {
  const before = globalThis.hits.length;
  const planted = document.body.appendChild(document.createElement('div'));
  planted.innerHTML = `<img src="data:," onerror="globalThis.hits.push('planted')">`;
  await expect.poll(() => globalThis.hits.length).toBeGreaterThan(before);
  planted.remove();
  expect(globalThis.hits.filter((hit) => hit !== 'planted')).toEqual([]);
}

function expectInert(root: Element): void {
  expect([
    ...root.querySelectorAll(
      'script, iframe, object, embed, svg:not(.icon), math, style, link, meta, base, form, img:not(.ProseMirror-separator):not([src^="blob:"]), video, audio, [srcdoc]',
    ),
  ]).toEqual([]);
  for (const node of root.querySelectorAll('*')) {
    for (const { name, value } of node.attributes) {
      expect(name).not.toMatch(/^on/i);
      if (name === 'href' || name === 'src')
        expect(value).toMatch(name === 'src' ? /^blob:/ : /^(https?:\/\/|mailto:)/);
    }
  }
}

describe('hostile input', () => {
  it.each(Object.entries(FIELDS))('EDIT-9: runs nothing from %s', async (_, field) => {
    const session = await open(createTestSession({ canWrite: true }));
    // the reader of Markdown is fetched with the first text that needs it
    paste('text/plain')(session, '# Title');
    await expect.poll(() => textbox().querySelector('h1')).not.toBeNull();
    for (const payload of PAYLOADS) field(session, payload);
    await frames(2);
    expect(textbox().isContentEditable).toBe(true);
    expectInert(textbox());
    for (const link of textbox().querySelectorAll('a'))
      link.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
    await settle();
  });

  it.each(Object.entries(UNKNOWN))('EDIT-9: runs nothing from %s', async (_, field) => {
    for (const payload of PAYLOADS) {
      const session = createTestSession({ canWrite: true });
      field(session, payload);
      await open(session);
      expectInert(textbox());
      close?.();
    }
    await settle();
  });
});

describe('content security policy', () => {
  it('EDIT-10: no inline style element or attribute while opening, writing, linking and showing carets', async () => {
    const session = await open(createTestSession({ canWrite: true }));
    await userEvent.keyboard(
      '# Title{Enter}- [[ ] task{Enter}{Enter}text{Control>}b{/Control} bold{Control>}a{/Control}{Control>}k{/Control}',
    );
    await userEvent.keyboard('example.org{Enter}');
    session.presence.show([person({ state: { cursor } })]);
    await frames(2);
    expect(document.querySelector('.remote-caret')).not.toBeNull();
    expect(violations).toEqual([]);
  });

  it('is in force: a planted style attribute is reported', async () => {
    const planted = document.body.appendChild(document.createElement('div'));
    planted.setAttribute('style', 'color: red');
    await expect.poll(() => violations.length).toBeGreaterThan(0);
    planted.remove();
  });
});

describe('carets of others', () => {
  const wordsOf = (session: TestSession): Y.XmlText => {
    const first = contentBody(session.content).get(0);
    const words = first instanceof Y.XmlElement ? first.get(0) : undefined;
    if (!(words instanceof Y.XmlText)) throw new TypeError('text was written');
    return words;
  };
  const at = (words: Y.XmlText, index: number) => placeToJson(Y.createRelativePositionFromTypeIndex(words, index, -1));

  /** "hello", and behind it the caret of somebody else. */
  const openWithCaretAtEnd = async () => {
    const session = createTestSession({ canWrite: true });
    push(session, paragraph(text('hello')));
    await open(session);
    const words = wordsOf(session);
    const end = placeToJson(Y.createRelativePositionFromTypeIndex(words, 5, 0));
    session.presence.show([person({ state: { cursor: { anchor: end, head: end } } })]);
    await frames(2);
    return { words, caret: () => document.querySelector<HTMLElement>('.remote-caret') };
  };

  it('EDIT-7: shows where others are, in their colour, and follows the text', async () => {
    const session = createTestSession({ canWrite: true });
    push(session, paragraph(text('hello world')));
    await open(session);
    const words = wordsOf(session);
    session.presence.show([
      person({
        peerId: 'a',
        colour: 7,
        name: 'Grace',
        state: { cursor: { anchor: at(words, 0), head: at(words, 5) } },
      }),
    ]);
    await frames(2);
    const caret = document.querySelector<HTMLElement>('.remote-caret');
    expect(caret?.dataset['hue']).toBe('7');
    expect(caret?.ariaHidden).toBe('true');
    const label = document.querySelector<HTMLElement>('.remote-caret-label');
    expect(label?.dataset['name']).toBe('Grace');
    expect(label && getComputedStyle(label).visibility).toBe('visible');
    expect(document.querySelector('.remote-selection')?.textContent).toBe('hello');
    // the name is drawn, not written: it is in neither text nor selection
    expect(textbox().textContent).toBe('hello world');
    textbox().focus();
    await userEvent.keyboard('{Control>}{Home}{/Control}oh ');
    expect(document.querySelector('.remote-selection')?.textContent).toBe('hello');
    session.presence.show([]);
    await frames(2);
    expect(document.querySelector('.remote-caret')).toBeNull();
  });

  it('EDIT-7: goes along with what its person types, made once', async () => {
    const { words, caret } = await openWithCaretAtEnd();
    const first = caret();
    words.insert(5, ' world');
    expect(caret()?.previousSibling?.textContent).toBe('hello world');
    words.insert(0, 'oh ');
    expect(caret()?.previousSibling?.textContent).toBe('oh hello world');
    expect(caret()).toBe(first);
  });

  it('EDIT-7: shows the name again with a letter of its person, not with one of another', async () => {
    const { words, caret } = await openWithCaretAtEnd();
    const visibility = () => {
      const label = document.querySelector('.remote-caret-label');
      return label && getComputedStyle(label).visibility;
    };
    caret()?.setAttribute('data-quiet', '');
    words.insert(0, 'oh ');
    expect(visibility()).toBe('hidden');
    words.insert(words.length, '!');
    expect(visibility()).toBe('visible');
  });

  it('EDIT-7: tells others where the caret jumps to, not of every letter', async () => {
    const session = createTestSession({ canWrite: true });
    push(session, paragraph(text('hello')));
    await open(session);
    textbox().focus();
    await userEvent.keyboard('{Control>}{End}{/Control}');
    const end = { type: expect.anything(), assoc: 0 };
    await expect.poll(() => session.presence.published.at(-1)).toMatchObject({ cursor: { head: end } });
    const before = session.presence.published.length;
    await userEvent.keyboard(' world');
    await userEvent.keyboard('{ArrowLeft}');
    const jumped = { item: expect.anything() };
    await expect.poll(() => session.presence.published.at(-1)).toMatchObject({ cursor: { head: jumped } });
    expect(session.presence.published.length - before).toBe(1);
  });

  it('EDIT-7: publishes the own caret while the text has focus and withdraws it after', async () => {
    const session = createTestSession({ canWrite: true });
    push(session, paragraph(text('hello')));
    await open(session);
    await expect.poll(() => session.presence.published.at(-1)).toHaveProperty('cursor');
    textbox().blur();
    await expect.poll(() => session.presence.published.at(-1)).not.toHaveProperty('cursor');
  });
});
