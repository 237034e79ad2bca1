/** The assistant with its real archiver: asked, answered, its sources opened, inserted by a person, seen by another. */
import { startAssistedStack, type AssistedStack } from '@vicinal/infra/testing/assisted-stack.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerson, endJourney, poll, type Person } from './harness.ts';

const WITHIN_MS = 30_000;
const JOURNEY_MS = 120_000;
const NOTES =
  'The north quay stands two metres deeper than the chart says. Divers measured the north quay twice on Tuesday. ' +
  'The chart of the north quay is from last spring. Large boats moor at the south pier until the chart is printed again. ' +
  'Lunch was late. The harbour office prints the new chart of the quay next week.';

let stack: AssistedStack;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  stack = await startAssistedStack();
  [ada, ben] = await Promise.all([createPerson({ name: 'Ada' }), createPerson({ name: 'Ben' })]);
  await ada.setUp((await stack.setupLink()) ?? '');
  await stack.archiverReady();
  await ada.newDocument('Quay notes');
  await ada.type(NOTES);
  await ben.joinAsGuest(await ada.createLink('editor'));
  await ben.waitForText('The north quay');
  for (const person of [ada, ben]) await openAssist(person);
}, JOURNEY_MS);
afterAll(() => endJourney(stack, [ada, ben]));

async function openAssist({ page }: Person): Promise<void> {
  const tab = page.getByRole('tab', { name: 'Assist' });
  if (!(await tab.isVisible())) await page.getByRole('button', { name: 'Info', exact: true }).click();
  await tab.click({ timeout: WITHIN_MS });
}
const ask = ({ page }: Person, task: 'Key sentences' | 'Summarise'): Promise<void> =>
  page.getByRole('button', { name: task, exact: true }).click();
const card = ({ page }: Person, task: 'Key sentences' | 'Summary') =>
  page.getByRole('listitem', { name: task, exact: true }).first();
const marked = async ({ page }: Person): Promise<string> =>
  (await page.locator('.source-mark').allTextContents()).join('');
/** How often the text of a person holds something. */
const countIn = async (person: Person, words: string): Promise<number> =>
  (await person.documentText()).split(words).length - 1;
const holds = (check: () => Promise<boolean>, what: string): Promise<void> =>
  poll(check, WITHIN_MS, () => Promise.resolve(what));

test(
  'JOB-60 key sentences are asked for, come back with their places, and are inserted for everybody',
  async () => {
    await ask(ada, 'Key sentences');
    const done = card(ada, 'Key sentences');
    await done.getByRole('button', { name: /^Insert/ }).waitFor({ timeout: WITHIN_MS });
    const source = done.locator('.assist-source').first();
    const sentence = (await source.textContent()) ?? '';
    expect(NOTES).toContain(sentence);
    await source.click();
    await holds(async () => (await marked(ada)) === sentence, 'the mark');
    await done.getByRole('button', { name: /^Insert/ }).click();
    await done.getByText('Inserted by you').waitFor();

    await card(ben, 'Key sentences').getByText('Asked by Ada').waitFor();
    await card(ben, 'Key sentences').getByText('Inserted by Ada').waitFor();
    await holds(async () => (await countIn(ben, sentence)) === 2, 'the inserted sentence');
  },
  JOURNEY_MS,
);

test(
  'JOB-61 a summary is written by the model after consent to its host, the assistant being seen at work meanwhile',
  async () => {
    const answer = 'The quay is deeper than the chart says [1]. A new chart comes next week [6].';
    const { provider } = stack;
    provider.script({ kind: 'stream', text: answer, gapMs: 250 });
    await ask(ada, 'Summarise');
    const host = new URL(provider.baseUrl).host;
    const consent = ada.page.getByRole('group', { name: `sent to ${host} (on your network)` });
    await consent.waitFor();
    expect(provider.requests).toHaveLength(0);
    await consent.getByRole('button', { name: 'Send and summarise' }).click();
    await ben.page.locator('.assist-avatar').waitFor({ timeout: WITHIN_MS });

    const done = card(ada, 'Summary');
    await done.getByRole('button', { name: /^Insert/ }).waitFor({ timeout: WITHIN_MS });
    await done.getByText('The quay is deeper than the chart says').waitFor();
    await ben.page.locator('.assist-avatar').waitFor({ state: 'detached', timeout: WITHIN_MS });
    expect(provider.requests).toHaveLength(1);
    await done.getByRole('button', { name: /^Sentence 1:/ }).click();
    const [first = ''] = NOTES.split(/(?<=\.) /);
    await holds(async () => (await marked(ada)) === first, 'the mark');
    await done.getByRole('button', { name: /^Insert/ }).click();
    await holds(
      async () => (await countIn(ben, 'A new chart comes next week.')) === 1,
      'the summary without citations',
    );
  },
  JOURNEY_MS,
);

test(
  'JOB-62 asked without a network, it waits in words, is answered later, and that is told with the panel closed',
  async () => {
    await ada.context.setOffline(true);
    await ada.page.reload();
    await openAssist(ada);
    await ask(ada, 'Key sentences');
    await ada.page.getByText('Waiting for the archive').waitFor();
    await ada.page.reload();
    await ada.waitForText('The north quay');
    await ada.context.setOffline(false);
    const news = ada.page.getByRole('group', { name: 'Key sentences: the result is there.' });
    await news.waitFor({ timeout: WITHIN_MS });
    await news.getByRole('button', { name: 'Show' }).click();
    await holds(
      async () => (await ada.page.locator('.assist-card[data-state="done"]').count()) === 3,
      'the answer to what was asked offline',
    );
  },
  JOURNEY_MS,
);
