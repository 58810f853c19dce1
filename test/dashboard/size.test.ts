import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { builtDashboard } from '#test/support/built-dashboard.js'

/** Limit of the first load of any page, in bytes after gzip. */
const FIRST_LOAD = 230_500

/** The font of all pages, which each page loads with its scripts. */
const FONT = /href="\.\/(assets\/geist-latin-[^"]+\.woff2)"/

/** A chunk in Vite's manifest. */
interface Chunk {
  readonly file: string
  readonly isDynamicEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
}

/** Modules of `routes.tsx` that frame the pages of an area, by the folder of the pages. */
const FRAMES: Record<string, string> = {
  ops: 'src/pages/ops/ops-pages.tsx',
  vendor: 'src/pages/vendor/vendor-pages.tsx',
  market: 'src/pages/market/market-account.tsx',
}
const ACCOUNT_FRAME = 'src/pages/account/account-pages.tsx'
/** Texts in other languages. A browser in English loads none of these files, and each other one loads one of them. */
const LANGUAGES = ['src/words/de.ts', 'src/words/es.ts']
/** Limit of the texts in one language, in bytes after gzip. */
const TEXTS = 20_000

const WITHOUT_FRAME = new Set([
  'src/pages/welcome/welcome.tsx',
  'src/pages/team/invitation.tsx',
  'src/pages/billing/return.tsx',
])

describe('Size of the dashboard', () => {
  it('is at most 230 kB for each page with its font and everything else that a browser loads', async () => {
    const folder = await builtDashboard()
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Record<string, Chunk>
    const sizes = new Map<string, number>()
    const sizeOf = (file: string): number => {
      const content = readFileSync(join(folder, file))
      // A font is compressed already.
      const known = sizes.get(file) ?? (file.endsWith('.woff2') ? content : gzipSync(content)).length
      sizes.set(file, known)
      return known
    }
    /** Adds the files of a chunk, and of all that it imports. */
    const collect = (key: string, files: Set<string>): Set<string> => {
      const { file, imports = [], css = [] } = manifest[key]!
      if (files.has(file)) return files
      for (const each of [file, ...css]) files.add(each)
      for (const each of imports) collect(each, files)
      return files
    }
    const [, font] = FONT.exec(readFileSync(join(folder, 'index.html'), 'utf8'))!
    const routes = readFileSync('dashboard/src/routes.tsx', 'utf8')
    const pages = [...routes.matchAll(/import\('\.\/(pages\/[^']+)\.js'\)/g)].map(([, path]) => `src/${path!}.tsx`)
    expect(pages.length).toBeGreaterThan(30)
    const loads = [...new Set(pages)].map((page) => {
      const frame = WITHOUT_FRAME.has(page) ? [] : [FRAMES[page.split('/')[2]!] ?? ACCOUNT_FRAME]
      const files = new Set(['index.html', 'boot.js', 'favicon.svg', font!])
      for (const key of ['index.html', ...frame, page]) collect(key, files)
      expect(LANGUAGES.filter((key) => files.has(manifest[key]!.file))).toEqual([])
      return { page, bytes: [...files].reduce((sum, file) => sum + sizeOf(file), 0) }
    })
    expect(loads.filter(({ bytes }) => bytes > FIRST_LOAD)).toEqual([])
    const texts = LANGUAGES.map((key) => [...collect(key, new Set())].reduce((sum, file) => sum + sizeOf(file), 0))
    expect(texts.filter((bytes) => bytes > TEXTS)).toEqual([])
    // The first page is not empty: React, the router and the components are in it.
    expect(Math.min(...loads.map(({ bytes }) => bytes))).toBeGreaterThan(150_000)
  })
})
