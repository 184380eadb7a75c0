import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

const here = import.meta.dirname

/** The library's rollout code also runs in the page, where its Node-only parts (files, sockets) are never called. */
function withoutNode(): Plugin {
  return {
    name: 'without-node',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith('node:') ? { id, external: true, moduleSideEffects: false } : null),
    generateBundle(_options, bundle) {
      for (const piece of Object.values(bundle)) {
        if (piece.type !== 'chunk') continue
        const left = [...piece.imports, ...piece.dynamicImports].filter((name) => name.startsWith('node:'))
        if (left.length > 0) this.error(`${piece.fileName} would need ${left.join(', ')} in the browser`)
      }
    },
  }
}

export default defineConfig({
  root: here,
  base: '/',
  logLevel: 'warn',
  resolve: {
    alias: [
      { find: /^react(-dom)?$/, replacement: 'preact/compat' },
      { find: 'react/jsx-runtime', replacement: 'preact/jsx-runtime' },
      { find: 'node:events', replacement: join(here, 'src/server/events.ts') },
      { find: 'node:process', replacement: join(here, 'src/server/process.ts') },
      { find: 'node:timers/promises', replacement: join(here, 'src/server/timers.ts') },
    ],
  },
  plugins: [withoutNode()],
  build: {
    outDir: join(here, '../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // no inline data: the Content-Security-Policy allows only our own files
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      onLog(level, log, handle) {
        // 'use client' is for servers that render React
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE' && log.code !== 'PLUGIN_TIMINGS') handle(level, log)
      },
    },
  },
})
