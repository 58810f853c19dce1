import { existsSync, globSync, readFileSync } from 'node:fs'

/** Files that the server finds by `projectFolder()`: without them a start or a request fails, but not in a checkout. */
const read = globSync('src/**/*.ts')
  .map((path) => readFileSync(path, 'utf8'))
  .filter((text) => text.includes('projectFolder()'))
  .flatMap((text) => [...text.matchAll(/'(\w[\w./-]*)'/g)].map(([, path]) => path!))
  // Only a checkout has it.
  .filter((path) => existsSync(path) && path !== 'package-lock.json')

describe('Files that the server reads', () => {
  it('are more than the catalogs', () => {
    expect(read).toEqual(expect.arrayContaining(['catalogs', 'deploy/compose.yaml', 'src/schema/schema.graphql']))
  })

  it.each([
    ['package', 'packages/pack.mjs'],
    ['image', 'deploy/assemble-image.mjs'],
  ])('are in the %s', (_name, script) => {
    const shipped = [...readFileSync(script, 'utf8').matchAll(/'(\w[\w./-]*)'/g)].map(([, path]) => path!)
    expect(read.filter((path) => !shipped.some((each) => `${path}/`.startsWith(`${each}/`)))).toEqual([])
  })
})
