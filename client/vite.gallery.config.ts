/** The gallery built like the product: every screen in every state, without any server. Made by `infra/testing/gallery.ts` alone. */
import { defineConfig, mergeConfig, type Plugin } from 'vite';
import product from './vite.config.ts';

const galleryEntry = (): Plugin => ({
  name: 'vicinal-gallery',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) => html.replace('/src/main.tsx', '/src/testing/gallery.tsx'),
  },
});

export default defineConfig((env) => mergeConfig(product(env), { plugins: [galleryEntry()] }));
