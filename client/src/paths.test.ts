import { expect, test } from 'vitest';
import { paths, returnToOfFragment, tokenOfFragment } from './paths.ts';

test('sign-in comes back to a document and to an invitation', () => {
  for (const target of ['/d/abc', '/join#q7Jr0yq2mT3vXw9LkD1sZp']) {
    const address = paths.signInFor(target);
    expect(returnToOfFragment(address.slice(address.indexOf('#')))).toBe(target);
  }
  expect(paths.signInFor('/')).toBe('/sign-in');
});

test('the secret of an invitation stays in the fragment', () => {
  expect(paths.signInFor('/join#q7Jr0yq2mT3vXw9LkD1sZp').split('#')[0]).toBe('/sign-in');
});

test.each([
  '',
  '#',
  '#https://evil.example',
  '#//evil.example',
  '#/\\evil.example',
  '#/\t/evil.example',
  '#/sign-in#/d/x',
  `#/${'a'.repeat(400)}`,
])('the return address %j is not followed', (hash) => {
  expect(returnToOfFragment(hash)).toBeUndefined();
});

test('only a whole token is taken from a fragment', () => {
  expect(tokenOfFragment('#q7Jr0yq2mT3vXw9LkD1sZp')).toBe('q7Jr0yq2mT3vXw9LkD1sZp');
  expect(tokenOfFragment('#short')).toBeUndefined();
  expect(tokenOfFragment('#q7Jr0yq2mT3vXw9LkD1sZp<script>')).toBeUndefined();
});
