import { describe, expect, it } from 'vitest';
import { answerTo, buildsAfter, type RequestFacts } from './answer.ts';

const origin = 'https://vicinal.example';
const files = new Set(['/index.html', '/theme.js', '/assets/app-1.js']);
const request = (path: string, facts: Partial<RequestFacts> = {}): RequestFacts => ({
  method: 'GET',
  url: new URL(path, origin),
  isNavigation: false,
  hasAuthorization: false,
  ...facts,
});

describe('what the service worker answers', () => {
  it.each(['/api/me', '/api', '/archive/health', '/signal', '/share', '/trust/ca.crt', '/metrics'])(
    'PWA-10 leaves %s to the servers, also when it is navigated to',
    (path) => {
      expect(answerTo(request(path), origin, files)).toBe('network');
      expect(answerTo(request(path, { isNavigation: true }), origin, files)).toBe('network');
    },
  );

  it.each(['/', '/d/abc', '/w/abc?x=1', '/sharepoint', '/apiary', '/assets'])('PWA-10 shows the app at %s', (path) => {
    expect(answerTo(request(path, { isNavigation: true }), origin, files)).toBe('page');
  });

  it('PWA-11 keeps what belongs to the build, looks in the build before for other chunks, and leaves the rest alone', () => {
    expect(answerTo(request('/assets/app-1.js'), origin, files)).toBe('file');
    expect(answerTo(request('/theme.js'), origin, files)).toBe('file');
    expect(answerTo(request('/assets/app-0.js'), origin, files)).toBe('old-file');
    expect(answerTo(request('/elsewhere.js'), origin, files)).toBe('network');
  });

  it('PWA-26 takes what another app shares, and no other request there', () => {
    expect(answerTo(request('/share', { method: 'POST', isNavigation: true }), origin, files)).toBe('share');
    expect(answerTo(request('/share', { method: 'POST' }), origin, files)).toBe('network');
    expect(
      answerTo(request('https://elsewhere.example/share', { method: 'POST', isNavigation: true }), origin, files),
    ).toBe('network');
    expect(answerTo(request('/shares', { method: 'POST', isNavigation: true }), origin, files)).toBe('network');
  });

  it('PWA-12 never answers what carries credentials, changes something or goes to another origin', () => {
    expect(answerTo(request('/assets/app-1.js', { hasAuthorization: true }), origin, files)).toBe('network');
    expect(answerTo(request('/assets/app-1.js', { method: 'POST' }), origin, files)).toBe('network');
    expect(answerTo(request('https://elsewhere.example/assets/app-1.js'), origin, files)).toBe('network');
  });
});

describe('builds that are kept', () => {
  it('PWA-13 are the one that takes over and the one that ran before, whatever was installed between', () => {
    expect(buildsAfter([], 'a')).toEqual(['a']);
    expect(buildsAfter(['a'], 'b')).toEqual(['b', 'a']);
    expect(buildsAfter(['b', 'a'], 'c')).toEqual(['c', 'b']);
  });

  it('PWA-13 stay the same when the running build activates again, and a build may come back', () => {
    expect(buildsAfter(['b', 'a'], 'b')).toEqual(['b', 'a']);
    expect(buildsAfter(['b', 'a'], 'a')).toEqual(['a', 'b']);
  });
});
