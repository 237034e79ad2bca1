import { describe, expect, test } from 'vitest';
import { escapeHtml, platformOf, trustPage, TRUST_PAGE_POLICY, type TrustPage } from './trust-page.ts';

const page: TrustPage = {
  state: 'insecure',
  platform: 'linux',
  httpsOrigin: 'https://192.168.1.20:8443',
  fingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
  certificatePath: '/trust/vicinal-authority.crt',
  elsewhere: 'http://localhost:8080',
  isPublic: false,
};

describe('the trust page', () => {
  test('LAN-8 says why, offers certificate, fingerprint, address and code, and steps for every platform', () => {
    const html = trustPage(page);
    expect(html).toContain('browsers switch off encryption keys');
    expect(html).toContain('href="/trust/vicinal-authority.crt"');
    expect(html).toContain('<a class="address-link" href="https://192.168.1.20:8443/">');
    expect(html).toContain('aria-label="QR code of https://192.168.1.20:8443"');
    expect(html.replaceAll(/<\/?span>|<wbr>/g, '')).toContain(page.fingerprint);
    const platforms = [...html.matchAll(/<summary>([^<]+)<\/summary>/g)].map((found) => found[1]);
    expect(platforms).toEqual(['Windows', 'macOS', 'Linux', 'iPhone and iPad', 'Android']);
    expect([...html.matchAll(/<details name="platform" open><summary>(\w+)/g)].map((found) => found[1])).toEqual([
      'Linux',
    ]);
  });

  test('LAN-8 has no script, handler or foreign address, and a policy that lets none in', () => {
    for (const state of ['insecure', 'local', 'secure'] as const) {
      const html = trustPage({ ...page, state });
      expect(html).not.toMatch(/<script|javascript:|\son\w+=|\sstyle=|<iframe|<form/i);
      const addresses = [...html.matchAll(/(?:src|href|action)="([^"]*)"/g)].map((found) => found[1]);
      expect(new Set(addresses)).toEqual(
        new Set([
          'data:,',
          '/trust/vicinal-authority.crt',
          'https://192.168.1.20:8443/',
          ...(state === 'insecure' ? ['http://localhost:8080'] : []),
        ]),
      );
    }
    expect(TRUST_PAGE_POLICY).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src data:; /);
    expect(TRUST_PAGE_POLICY).not.toContain('unsafe');
  });

  test('LAN-8 escapes whatever it is given', () => {
    const evil = `"><script>alert('x')</script>&`;
    const html = trustPage({ ...page, httpsOrigin: evil, fingerprint: evil, certificatePath: evil, elsewhere: evil });
    expect(html).not.toContain('<script');
    expect(html).not.toContain("alert('x')");
    expect(trustPage({ ...page, httpsOrigin: undefined, elsewhere: evil })).not.toContain('<script');
    expect(escapeHtml(evil)).toBe('&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;');
  });

  test('LAN-8 without https on the network says where the app runs instead', () => {
    const local = trustPage({ ...page, httpsOrigin: undefined });
    expect(local).toContain('Vicinal cannot run at this address');
    expect(local).toContain('href="http://localhost:8080"');
    expect(local).not.toContain('vicinal-authority.crt');
    const open = trustPage({ ...page, httpsOrigin: undefined, elsewhere: 'https://docs.example.org', isPublic: true });
    expect(open).toContain('Open <a href="https://docs.example.org">');
  });

  test.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 'macos'],
    ['Mozilla/5.0 (X11; Linux x86_64)', 'linux'],
    ['Mozilla/5.0 (Linux; Android 15; Pixel 9)', 'android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', 'ios'],
    ['curl/8', undefined],
  ])('LAN-8 takes %s for %s', (userAgent, platform) => {
    expect(platformOf(userAgent)).toBe(platform);
  });
});
