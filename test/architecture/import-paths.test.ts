import { globSync, readFileSync } from 'node:fs'

/** Import of a module two or more levels up. A file that is read by its path does not count. */
const FAR = /\b(?:from|import)\s*\(?\s*['"](?:\.\.\/){2,}/

describe('Import paths', () => {
  it('contain at most one `..`; others use the import map of package.json', () => {
    const files = globSync('{src,packages,migrations,test,bench,examples}/**/*.{ts,mjs}', {
      // Published packages have no map of imports: their files are imported as they are.
      exclude: (path) => /(^|\/)(dist|node_modules)$|^packages\/(client|react|iframe)$/.test(path),
    })
    expect(files.length).toBeGreaterThan(1_500)
    const far = files.filter((path) => FAR.test(readFileSync(path, 'utf8')))
    expect(far).toEqual([])
  })

  const up = '../'.repeat(2)

  it.each([
    `import { thing } from '${up}services/thing.js'`,
    `import '${up}services/thing.js'`,
    `export type { Thing } from "${up}${up}thing.js"`,
    `const { thing } = await import('${up}thing.js')`,
    `type Thing = typeof import('${up}thing.js')`,
  ])('are rejected: %s', (line) => {
    expect(FAR.test(line)).toBe(true)
  })

  it.each([
    `import { thing } from '#services/thing.js'`,
    `import { thing } from '../thing.js'`,
    `import { thing } from './thing.js'`,
    `readFileSync(new URL('${up}catalogs/shop.yaml', import.meta.url))`,
  ])('are allowed: %s', (line) => {
    expect(FAR.test(line)).toBe(false)
  })
})
