/** Colours as in client/src/styles/tokens.css. The page's policy names the hash of this text. */
export const TRUST_PAGE_STYLE = `
:root{color-scheme:light dark;--canvas:#f6f6f3;--surface:#fff;--sunken:#eeeeea;--border:#deded8;--text:#1b1c1a;--text-2:#55574f;--accent:#0b6b5c;--accent-hover:#095a4d;--on-accent:#fff;--accent-text:#0a5f52}
@media (prefers-color-scheme:dark){:root{--canvas:#121312;--surface:#1a1b1a;--sunken:#0d0e0d;--border:#313431;--text:#ecedea;--text-2:#b3b6af;--accent:#46c2ab;--accent-hover:#5fd0bb;--on-accent:#06231d;--accent-text:#6ad3bf}}
*{box-sizing:border-box}
body{margin:0;background:var(--canvas);color:var(--text);font:16px/1.6 'Inter Variable',system-ui,sans-serif}
.top{padding:20px 24px;max-width:784px;margin:0 auto}
.brand{font-weight:650;letter-spacing:-.01em}
main{max-width:784px;margin:0 auto;padding:8px 24px 72px}
h1{font-size:clamp(26px,5vw,34px);line-height:1.2;letter-spacing:-.02em;margin:8px 0 16px;text-wrap:balance}
h2{font-size:20px;line-height:1.3;margin:0 0 12px;display:flex;align-items:center;gap:12px}
h3{font-size:16px;margin:24px 0 4px}
p{margin:0 0 12px}
.lead{color:var(--text-2);font-size:17px;margin-bottom:28px}
.quiet{color:var(--text-2);font-size:15px}
.card{background:var(--surface);border:1px solid var(--border);border-radius:16px;padding:24px;margin:0 0 20px}
.number{display:inline-grid;place-items:center;width:28px;height:28px;flex:none;border-radius:50%;background:var(--accent);color:var(--on-accent);font-size:15px;font-weight:650}
a{color:var(--accent-text);text-underline-offset:3px}
.button{display:inline-flex;align-items:center;min-height:44px;padding:0 20px;border-radius:8px;background:var(--accent);color:var(--on-accent);font-weight:600;text-decoration:none}
.button:hover{background:var(--accent-hover)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.mono,.fingerprint,code{font-family:ui-monospace,SFMono-Regular,'Cascadia Code','DejaVu Sans Mono',monospace}
.mono{font-size:.92em}
.fingerprint{background:var(--sunken);border-radius:8px;padding:12px 16px;font-size:15px;line-height:1.7;letter-spacing:.02em;margin:12px 0 0}
details{border-top:1px solid var(--border)}
details:last-of-type{border-bottom:1px solid var(--border)}
summary{cursor:pointer;min-height:48px;padding:12px 4px;font-weight:600}
summary:hover{color:var(--accent-text)}
ol{margin:0 0 16px;padding-left:28px}
li{margin-bottom:8px}
li::marker{color:var(--text-2)}
pre{background:var(--sunken);border-radius:8px;padding:12px 16px;margin:8px 0 0;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13.5px;line-height:1.6}
.address{display:flex;gap:24px;align-items:flex-start;justify-content:space-between}
.address-link{font-size:18px;font-weight:600;overflow-wrap:anywhere}
.qr{flex:none;width:148px;height:148px;padding:6px;border-radius:8px;border:1px solid var(--border);background:#fff}
.qr svg{display:block;width:100%;height:100%}
section:not(.card){padding:12px 0}
@media (max-width:599px){main,.top{padding-left:16px;padding-right:16px}.card{padding:20px 16px}.address{flex-direction:column}}
@media print{body{background:#fff}.card{break-inside:avoid}}
`;
