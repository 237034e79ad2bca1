/** Install, update, offline keeping and storage. */
import type { pwaMessages as english } from '../en/pwa.ts';
import type { Translation } from '../translation.ts';

export const pwaMessages: Translation<typeof english> = {
  'install.action': 'Installieren',
  'install.dismiss': 'Nicht mehr anbieten',
  'install.entry': 'App installieren …',
  'install.heading': 'Vicinal griffbereit haben',
  'install.ios.add': 'Wähle „Zum Home-Bildschirm“.',
  'install.ios.close': 'Schließen',
  'install.ios.heading': 'Vicinal auf den Home-Bildschirm legen',
  'install.ios.open': 'Öffne Vicinal vom Home-Bildschirm aus, auch ohne Netz.',
  'install.ios.share': 'Tippe in der Leiste des Browsers auf „Teilen“.',
  'install.text': 'Installiert öffnet es sich in einem eigenen Fenster, auch ohne Netz.',
};
