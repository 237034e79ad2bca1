import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import solid from 'vite-plugin-solid';
import { leanSimplePeer } from './build-plugins/lean-simple-peer.ts';
import { createShellFiles } from './build-plugins/shell-files.ts';
import { webManifest } from './build-plugins/web-manifest.ts';

// our own file
const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string };

export default defineConfig(() => {
  const signaling = `http://127.0.0.1:${process.env['SIGNALING_PORT'] ?? '8081'}`;
  const archive = `http://127.0.0.1:${process.env['ARCHIVE_PORT'] ?? '8082'}`;
  const shellFiles = createShellFiles();
  return {
    base: '/',
    plugins: [
      leanSimplePeer(),
      solid(),
      shellFiles.plugin,
      VitePWA({
        strategies: 'injectManifest',
        srcDir: 'src',
        filename: 'sw.ts',
        // registered from the bundle: an inline script would break the content security policy
        injectRegister: false,
        injectManifest: {
          globPatterns: ['**/*.{html,js,css,woff2,svg,png}'],
          // shown by the browser when it installs the app, which needs the network anyway
          globIgnores: ['screenshots/**', 'sw.js'],
          maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
          manifestTransforms: [shellFiles.transform],
        },
        manifest: webManifest,
      }),
    ],
    // UMD builds of dependencies look for `global`
    define: { global: 'globalThis', __APP_VERSION__: JSON.stringify(version) },
    resolve: { dedupe: ['yjs', 'y-protocols', 'solid-js'] },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      manifest: true,
      // shown under Settings, About
      license: { fileName: 'licences.json' },
      target: 'es2022',
      sourcemap: false,
      // data: addresses would need holes in the content security policy
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 700,
      // an icon in a file of its own costs more in names and headers than it holds; Solid, which icons need, comes along
      rolldownOptions: {
        output: { codeSplitting: { groups: [{ name: 'icons', test: /lucide-solid/, minShareCount: 3 }] } },
      },
    },
    server: {
      host: '127.0.0.1',
      proxy: {
        '/api': { target: signaling, changeOrigin: false },
        '/signal': { target: signaling, ws: true, changeOrigin: false },
        '/y-webrtc': { target: signaling, ws: true, changeOrigin: false },
        '/archive': { target: archive, changeOrigin: false },
      },
    },
  };
});
