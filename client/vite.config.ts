import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import solid from 'vite-plugin-solid';

const paper = '#F6F6F3';
const png = (name: string, size: number, purpose: 'any' | 'maskable') => ({
  src: `/icons/${name}.png`,
  sizes: `${size}x${size}`,
  type: 'image/png',
  purpose,
});

export default defineConfig(() => {
  const signaling = `http://127.0.0.1:${process.env['SIGNALING_PORT'] ?? '8081'}`;
  const archive = `http://127.0.0.1:${process.env['ARCHIVE_PORT'] ?? '8082'}`;
  return {
    base: '/',
    plugins: [
      solid(),
      VitePWA({
        strategies: 'injectManifest',
        srcDir: 'src',
        filename: 'sw.ts',
        // registered from the bundle: an inline script would break the content security policy
        injectRegister: false,
        injectManifest: {
          globPatterns: ['**/*.{html,js,css,woff2,svg,png}'],
          maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        },
        manifest: {
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
          background_color: paper,
          theme_color: paper,
          categories: ['productivity', 'business'],
          icons: [png('icon-192', 192, 'any'), png('icon-512', 512, 'any'), png('maskable-512', 512, 'maskable')],
        },
      }),
    ],
    // UMD builds of dependencies look for `global`
    define: { global: 'globalThis' },
    resolve: { dedupe: ['yjs', 'y-protocols', 'solid-js'] },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      target: 'es2022',
      sourcemap: false,
      // data: addresses would need holes in the content security policy
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 700,
    },
    server: {
      host: '127.0.0.1',
      proxy: {
        '/api': { target: signaling, changeOrigin: false },
        '/signal': { target: signaling, ws: true, changeOrigin: false },
        '/archive': { target: archive, changeOrigin: false },
      },
    },
  };
});
