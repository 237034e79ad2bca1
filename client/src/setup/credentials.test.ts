import { setupRequestSchema } from '@vicinal/shared/http/api.ts';
import { expect, test } from 'vitest';
import { emailProblem, MIN_PASSWORD_LENGTH, passwordProblem, requiredProblem } from './credentials.ts';

test('blank fields and half addresses are pointed out before sending', () => {
  expect(requiredProblem('  ')).toBeDefined();
  expect(requiredProblem('Ada')).toBeUndefined();
  expect(emailProblem('ada@')).toBeDefined();
  expect(emailProblem(' ada@harbour.example ')).toBeUndefined();
});

test('the form asks for as many characters as the server does', () => {
  const input = { token: 'q7Jr0yq2mT3vXw9L', name: 'Ada', email: 'ada@harbour.example', workspaceName: 'Harbour' };
  for (const length of [MIN_PASSWORD_LENGTH - 1, MIN_PASSWORD_LENGTH]) {
    const password = 'p'.repeat(length);
    expect(passwordProblem(password) === undefined).toBe(setupRequestSchema.safeParse({ ...input, password }).success);
  }
});
