/** HTML of the trust page. Everything that is not written here is escaped; there are no scripts. */
import { createHash } from 'node:crypto';
import encodeQR from 'qr';
import { TRUST_PAGE_STYLE } from './trust-page-style.ts';
import { PLATFORMS, type Platform } from './trust-page-steps.ts';

export interface TrustPage {
  /** `insecure`: plain http on the network. `local`: plain http on the machine itself. `secure`: https. */
  readonly state: 'insecure' | 'local' | 'secure';
  /** Whose steps are open from the start. */
  readonly platform: Platform['id'] | undefined;
  /** Address to open once the authority is trusted; absent: there is no https on this network. */
  readonly httpsOrigin: string | undefined;
  readonly fingerprint: string | undefined;
  readonly certificatePath: string;
  /** Where the app runs without any of this. */
  readonly elsewhere: string;
  /** Whether `elsewhere` is for everybody, and not for the machine itself alone. */
  readonly isPublic: boolean;
}

const styleHash = createHash('sha256').update(TRUST_PAGE_STYLE).digest('base64');
export const TRUST_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** From what the browser calls itself; iPads call themselves Macs. */
export function platformOf(userAgent: string): Platform['id'] | undefined {
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ios';
  if (userAgent.includes('Android')) return 'android';
  if (userAgent.includes('Windows')) return 'windows';
  if (userAgent.includes('Macintosh')) return 'macos';
  return userAgent.includes('Linux') ? 'linux' : undefined;
}

export function trustPage(page: TrustPage): string {
  const main =
    page.httpsOrigin === undefined || page.fingerprint === undefined
      ? withoutNetwork(page)
      : withNetwork(page, page.httpsOrigin, page.fingerprint);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${page.state === 'insecure' && page.httpsOrigin === undefined ? 'Vicinal cannot run at this address' : 'Open Vicinal securely'} · Vicinal</title>
<style>${TRUST_PAGE_STYLE}</style>
</head>
<body>
<header class="top"><span class="brand">Vicinal</span></header>
<main>
${main}
</main>
</body>
</html>
`;
}

const LEADS: Readonly<Record<TrustPage['state'], string>> = {
  insecure: `This address is plain http. On such addresses browsers switch off encryption keys, background workers and tab
locks, and Vicinal needs all three to keep your documents safe. It runs at a secure address instead, with a certificate
made on the computer that runs Vicinal. Your device does not know who made it yet: teach it once, in two steps.`,
  local: `You are on the computer that runs Vicinal. Other devices on the same network reach it at a secure address, with a
certificate made here. Each of them has to be taught once who made it.`,
  secure: `You are on the secure address. If your browser showed no warning on the way, this device is set up and there is
nothing left to do. If it did, install the certificate first: with a warning, Vicinal cannot work offline.`,
};

function withNetwork(page: TrustPage, origin: string, fingerprint: string): string {
  const address = escapeHtml(origin);
  return `<h1>Open Vicinal securely on ${page.state === 'local' ? 'other devices' : 'this device'}</h1>
<p class="lead">${LEADS[page.state]}</p>
<section class="card" aria-labelledby="step-1">
<h2 id="step-1"><span class="number" aria-hidden="true">1</span>Install the certificate</h2>
<p><a class="button" href="${escapeHtml(page.certificatePath)}">Download the certificate</a></p>
<h3>Compare before you trust</h3>
<p>Whoever started Vicinal sees this SHA-256 fingerprint where it runs. Ask them to read it to you. If theirs is another
one, somebody is between you and Vicinal: do not install the certificate.</p>
<p class="fingerprint">${fingerprintHtml(fingerprint)}</p>
<h3>Steps for your device</h3>
${PLATFORMS.map((platform) => platformHtml(platform, platform.id === page.platform)).join('\n')}
</section>
<section class="card" aria-labelledby="step-2">
<h2 id="step-2"><span class="number" aria-hidden="true">2</span>Open the secure address</h2>
<div class="address">
<div>
<p><a class="address-link" href="${address}/">${address}</a></p>
<p class="quiet">Were you sent a link? Open it again with this address in front. From another device, point its camera at
the code and come back to this page at <span class="mono">/trust</span> when the browser warns.</p>
</div>
<div class="qr" role="img" aria-label="QR code of ${address}">${encodeQR(origin, 'svg', { ecc: 'medium', border: 2 })}</div>
</div>
</section>
<section aria-labelledby="about">
<h2 id="about">What you are trusting</h2>
<p>The certificate belongs to an authority that exists on that computer only. It says about itself that it may vouch for
private network addresses, for names ending in <span class="mono">.local</span> and for that computer’s own name, and for
nothing on the public internet; browsers hold it to that. Its key never leaves the computer. You can remove it again in the
same place where you installed it.</p>
${page.state === 'insecure' ? `<p>On the computer itself nothing is needed: <a href="${escapeHtml(page.elsewhere)}">${escapeHtml(page.elsewhere)}</a> works at once.</p>` : ''}
</section>`;
}

function withoutNetwork(page: TrustPage): string {
  const address = `<a href="${escapeHtml(page.elsewhere)}">${escapeHtml(page.elsewhere)}</a>`;
  if (page.state !== 'insecure')
    return `<h1>There is nothing to install</h1>
<p class="lead">${page.isPublic ? `Vicinal runs at ${address} with a certificate that browsers know.` : `Vicinal is not offered to other devices from here. Whoever runs it finds in OPERATIONS.md how it gets a secure address.`}</p>`;
  return `<h1>Vicinal cannot run at this address</h1>
<p class="lead">This is a plain http address of another machine. On such addresses browsers switch off encryption keys,
background workers and tab locks, and Vicinal needs all three to keep your documents safe.</p>
<p>${page.isPublic ? `Open ${address} instead.` : `On the machine that runs Vicinal, open ${address}. For other machines, put Vicinal behind an https address and set PUBLIC_URL to it.`}</p>`;
}

/** In groups that wrap and can be compared by eye; copied it is one word. */
const fingerprintHtml = (fingerprint: string): string =>
  (fingerprint.match(/.{1,12}/g) ?? []).map((group) => `<span>${escapeHtml(group)}</span>`).join('<wbr>');

function platformHtml(platform: Platform, isOpen: boolean): string {
  const steps = platform.steps
    .map(({ text, command }) => {
      const code = command === undefined ? '' : `<pre><code>${escapeHtml(command)}</code></pre>`;
      return `<li>${escapeHtml(text)}${code}</li>`;
    })
    .join('');
  return `<details name="platform"${isOpen ? ' open' : ''}><summary>${platform.name}</summary><ol>${steps}</ol></details>`;
}
