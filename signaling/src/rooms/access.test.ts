import { describe, expect, test } from 'vitest';
import { WORKSPACE_ROLES } from '@vicinal/shared/roles.ts';
import { accessOf, addsTo, type AccessFacts } from './access.ts';

const NOW = 1000;
const nothing: AccessFacts = {
  kind: 'document',
  audience: 'restricted',
  audienceRole: 'editor',
  isCreator: false,
  workspaceRole: 'member',
  overrides: false,
  memberRole: null,
  memberUntil: null,
  grants: [],
};
const access = (facts: Partial<AccessFacts>) => accessOf({ ...nothing, ...facts }, NOW);

describe('documents', () => {
  test('PEOPLE-8 the workspace gives its members and above what its audience says, and guests nothing', () => {
    for (const audienceRole of ['viewer', 'commenter', 'editor'] as const) {
      for (const workspaceRole of WORKSPACE_ROLES) {
        const expected = workspaceRole === 'guest' ? undefined : { role: audienceRole, via: 'workspace' };
        expect(access({ audience: 'workspace', audienceRole, workspaceRole })).toEqual(expected);
        expect(access({ audience: 'restricted', audienceRole, workspaceRole })).toBeUndefined();
        expect(access({ audience: 'workspace', audienceRole, workspaceRole, overrides: true })).toBeUndefined();
      }
    }
  });

  test('PEOPLE-6 strangers of the workspace hold nothing, whatever rows are left', () => {
    const grants = [{ role: 'editor', until: null }] as const;
    expect(access({ workspaceRole: null, memberRole: 'owner', isCreator: true, grants })).toBeUndefined();
  });

  test('PEOPLE-11 the highest role counts, and of equal ones what lasts longest', () => {
    const grants = [
      { role: 'viewer', until: null },
      { role: 'editor', until: NOW + 10 },
      { role: 'editor', until: NOW + 20 },
      { role: 'editor', until: NOW },
    ] as const;
    expect(access({ grants })).toEqual({ role: 'editor', via: 'link', until: NOW + 20 });
    expect(accessOf({ ...nothing, grants }, NOW + 20)).toEqual({ role: 'viewer', via: 'link' });
    expect(access({ grants, memberRole: 'editor' })).toEqual({ role: 'editor', via: 'person' });
    expect(access({ grants, memberRole: 'commenter', audience: 'workspace' })).toEqual({
      role: 'editor',
      via: 'workspace',
    });
    expect(access({ memberRole: 'owner', isCreator: true, grants })).toEqual({ role: 'owner', via: 'creator' });
  });

  test('PEOPLE-11 an offer adds what is higher or outlasts what is held', () => {
    const soon = { role: 'editor', until: 10 } as const;
    expect(addsTo({ role: 'viewer' }, soon)).toBe(true);
    expect(addsTo({ role: 'viewer', until: 10 }, soon)).toBe(false);
    expect(addsTo({ role: 'editor', until: 11 }, soon)).toBe(true);
    expect(addsTo({ role: 'editor' }, { role: 'editor' })).toBe(false);
    expect(addsTo({ role: 'editor', until: 1 }, { role: 'viewer' })).toBe(true);
  });
});

test('PEOPLE-8 index rooms follow the workspace alone', () => {
  for (const audience of ['restricted', 'workspace'] as const) {
    expect(access({ kind: 'workspace-index', audience })?.role).toBe('editor');
    expect(access({ kind: 'workspace-index', audience, workspaceRole: 'owner' })?.role).toBe('owner');
    expect(access({ kind: 'workspace-index', audience, workspaceRole: 'guest', memberRole: 'owner' })).toBeUndefined();
    expect(access({ kind: 'personal-index', audience, isCreator: true })?.role).toBe('owner');
    expect(access({ kind: 'personal-index', audience, workspaceRole: 'owner' })).toBeUndefined();
    expect(
      access({ kind: 'personal-index', audience, workspaceRole: 'guest', isCreator: true, memberRole: 'owner' }),
    ).toBeUndefined();
  }
});
