import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Generator {
  readonly generatedFiles: (printedSchema: string) => Record<string, string>
}

const folder = join(process.cwd(), 'packages/client')
const printed = readFileSync('src/schema/schema.graphql', 'utf8')

describe('generated files of the client', () => {
  it('agree with the printed schema', async () => {
    const { generatedFiles } = (await import(join(folder, 'scripts/generate.mjs'))) as Generator
    const files = Object.entries(generatedFiles(printed))
    const stale = files.filter(([path, text]) => {
      const file = join(folder, path)
      return !existsSync(file) || readFileSync(file, 'utf8') !== text
    })
    expect(files.length).toBeGreaterThan(1)
    // `npm run schema` writes them again.
    expect(stale.map(([path]) => path)).toEqual([])
  })
})
