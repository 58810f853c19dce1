import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Generator {
  readonly eventTypesFile: (source: string) => string
  readonly eventTypesPath: string
}

const folder = join(process.cwd(), 'packages/client')

describe('event types of the client', () => {
  it('are those of the server [CL40]', async () => {
    const { eventTypesFile, eventTypesPath } = (await import(join(folder, 'scripts/event-types.mjs'))) as Generator
    const source = readFileSync('src/services/ops/installation/event-types.ts', 'utf8')
    // `npm run schema` writes it again.
    expect(readFileSync(join(folder, eventTypesPath), 'utf8')).toBe(eventTypesFile(source))
  })
})
