import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import subsetFont from 'subset-font'
import { defineConfig, runnerImport, type Plugin } from 'vite'
import { catalogSchema } from './catalog-schema.js'
import { serverTables } from './server-tables.js'

const folder = import.meta.dirname
const conditions = ['@stackgate/source', 'module', 'browser', 'production']

/** A module that as many parts of the dashboard load is in the file of the frame. Measured: with 20 or 44, first visits are larger. */
const FRAME_PAGES = 31

const FONT_OF_ALL_PAGES = /geist-latin-wght-normal-[^/]+\.woff2$/

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

/** Drawings by name, for example `icon:chevron-down`. The icon set is one file: a package with a module for each of its icons has 18,600. */
function icons(): Plugin {
  const prefix = '\0icon:'
  const set = createRequire(import.meta.url).resolve('@iconify-json/tabler/icons.json')
  let drawings: Readonly<Record<string, { readonly body: string }>> | undefined
  return {
    name: 'icons',
    resolveId: (id) => (id.startsWith('icon:') ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(prefix)) return null
      drawings ??= (JSON.parse(readFileSync(set, 'utf8')) as { icons: NonNullable<typeof drawings> }).icons
      const body = drawings[id.slice(prefix.length)]?.body
      if (body === undefined || /<(?!\/?(?:g|path)\b)/.test(body))
        throw new Error(`There is no drawing of lines or areas for ${id.slice(1)}`)
      const paths = [...body.matchAll(/ d="([^"]+)"/g)].map(([, path]) => path)
      return `export default ${JSON.stringify({ paths, isFilled: !body.includes(' stroke=') })}`
    },
  }
}

/** Weights of text in the design. A font with all weights is half as large again. */
const WEIGHTS = { min: 400, max: 600 }
/** Characters that a font keeps: those of the first blocks for other languages, of which a page loads a file only if it shows one. */
const characters = (from: number, to: number) =>
  String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, index) => from + index))
const ALL_CHARACTERS = characters(0x20, 0x2fff)
const LATIN = `${characters(0x20, 0x7e)}${characters(0xa0, 0xff)}–—‘’‚“”„•…€™−→`

/** Makes fonts smaller, and requests the font of all pages together with the scripts. */
function smallFonts(): Plugin {
  return {
    name: 'small-fonts',
    async generateBundle(_, bundle) {
      const options = { targetFormat: 'woff2', variationAxes: { wght: WEIGHTS } } as const
      for (const file of Object.values(bundle))
        if (file.type === 'asset' && file.fileName.endsWith('.woff2'))
          file.source = await subsetFont(
            Buffer.from(file.source),
            FONT_OF_ALL_PAGES.test(file.fileName) ? LATIN : ALL_CHARACTERS,
            options,
          )
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {} }) =>
        Object.keys(bundle)
          .filter((name) => FONT_OF_ALL_PAGES.test(name))
          .map((href) => ({
            tag: 'link',
            attrs: { rel: 'preload', href: `./${href}`, as: 'font', type: 'font/woff2', crossorigin: true },
          })),
    },
  }
}

const UNUSED_COLORS = /^\s*--mantine-color-(?:pink|grape|violet|cyan|teal|lime|yellow)-[^;]*;$/gm

/** Leaves out the colors of the component library that the design does not have. */
const usedColors = (): Plugin => ({
  name: 'used-colors',
  enforce: 'pre',
  transform: (css, id) =>
    id.endsWith('/default-css-variables.css') ? { code: css.replaceAll(UNUSED_COLORS, ''), map: null } : null,
})

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
  plugins: [
    icons(),
    catalogSchema(),
    serverTables(),
    usedColors(),
    smallFonts(),
    compressedCopies(),
    documentManifest(),
  ],
})
