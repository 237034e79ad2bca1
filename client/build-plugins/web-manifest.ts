/** How the installed app presents itself (ux.md, PWA). Pictures: `client/scripts/make-icons.ts`, `make-screenshots.ts`. */
import type { ManifestOptions } from 'vite-plugin-pwa';

const PAPER = '#F6F6F3';

const icon = (name: string, size: number, purpose: 'any' | 'maskable') => ({
  src: `/icons/${name}.png`,
  sizes: `${size}x${size}`,
  type: 'image/png',
  purpose,
});

const screenshot = (name: string, form_factor: 'wide' | 'narrow', label: string) => ({
  src: `/screenshots/${name}.webp`,
  sizes: form_factor === 'wide' ? '1280x800' : '780x1688',
  type: 'image/webp',
  form_factor,
  label,
});

export const webManifest: Partial<ManifestOptions> = {
  id: '/',
  name: 'Vicinal',
  short_name: 'Vicinal',
  description: 'Documents that live on the devices of the people who write them.',
  lang: 'en',
  dir: 'ltr',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  display_override: ['window-controls-overlay', 'standalone'],
  background_color: PAPER,
  theme_color: PAPER,
  categories: ['productivity', 'business'],
  icons: [icon('icon-192', 192, 'any'), icon('icon-512', 512, 'any'), icon('maskable-512', 512, 'maskable')],
  screenshots: [
    screenshot('document-wide', 'wide', 'A document that two people write at once'),
    screenshot('home-wide', 'wide', 'The documents of a workspace'),
    screenshot('document-narrow', 'narrow', 'A document on a phone'),
    screenshot('home-narrow', 'narrow', 'The documents of a workspace on a phone'),
  ],
  shortcuts: [
    { name: 'New document', url: '/new', icons: [icon('icon-192', 192, 'any')] },
    { name: 'Search', url: '/search', icons: [icon('icon-192', 192, 'any')] },
  ],
  share_target: {
    action: '/share',
    method: 'POST',
    enctype: 'multipart/form-data',
    params: {
      title: 'title',
      text: 'text',
      url: 'url',
      files: [{ name: 'files', accept: ['text/markdown', 'text/plain', '.md', '.txt', 'image/*'] }],
    },
  },
  file_handlers: [
    {
      action: '/new?from=file',
      accept: { 'text/markdown': ['.md', '.markdown'], 'text/plain': ['.txt'] },
    },
  ],
  // a link or shortcut never takes the place of a document that somebody is writing in
  launch_handler: { client_mode: ['navigate-new', 'auto'] },
  handle_links: 'preferred',
};
