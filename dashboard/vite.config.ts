import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, runnerImport, type Plugin } from 'vite'

const folder = import.meta.dirname
const conditions = ['@stackgate/source', 'module', 'browser', 'production']

/** A module that as many parts of the dashboard load is in the file of the frame. Measured: with 20 or 44, first visits are larger. */
const FRAME_PAGES = 30

/** Writes compressed copies of text files, which the server sends as they are. */
function compressedCopies(): Plugin {
  let assets = ''
  return {
    name: 'compressed-copies',
    configResolved({ build }) {
      assets = join(build.outDir, 'assets')
    },
    // Not after a failed build, whose error a missing folder would hide.
    writeBundle() {
      for (const name of readdirSync(assets).filter((file) => /\.(js|css|svg)$/.test(file))) {
        const text = readFileSync(join(assets, name))
        writeFileSync(join(assets, `${name}.gz`), gzipSync(text, { level: 9 }))
        writeFileSync(join(assets, `${name}.br`), brotliCompressSync(text))
      }
    },
  }
}

/** Writes the documents of the client as a manifest: a server that accepts only trusted documents accepts those of its pages. */
function documentManifest(): Plugin {
  let outDir = ''
  return {
    name: 'document-manifest',
    configResolved({ build }) {
      outDir = build.outDir
    },
    async writeBundle() {
      const { module } = await runnerImport<{ allDocuments: readonly string[] }>(
        join(folder, '../packages/client/src/all-documents.ts'),
        { configFile: false, root: folder, logLevel: 'error', resolve: { conditions } },
      )
      const hashed = module.allDocuments.map((text) => [createHash('sha256').update(text).digest('hex'), text])
      writeFileSync(join(outDir, 'documents.json'), JSON.stringify(Object.fromEntries(hashed)))
    },
  }
}

/** `npm run build:dashboard`. Addresses are relative to the base that the server puts into the page. */
export default defineConfig({
  root: folder,
  base: './',
  resolve: { conditions },
  build: {
    outDir: join(folder, 'dist'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2023',
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // One file for what most pages use: many small files compress badly, and each is a request.
      output: { codeSplitting: { groups: [{ name: 'frame', minShareCount: FRAME_PAGES }] } },
      onwarn: (warning, log) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && log(warning),
    },
  },
  plugins: [compressedCopies(), documentManifest()],
})
