import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundle } from '#test/support/bundle.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

describe('The README of the client', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it('shows a first program that works', async () => {
    const [, program] = /```ts run\n([^]*?)```/.exec(readFileSync('packages/client/README.md', 'utf8'))!
    // Within the repository, so that the packages are found.
    const folder = mkdtempSync('node_modules/.readme-')
    try {
      writeFileSync(join(folder, 'first.ts'), program!)
      writeFileSync(join(folder, 'first.mjs'), await bundle(join(folder, 'first.ts'), true))
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'first.mjs')], {
        env: {
          STACKGATE_URL: `${server.url}/graphql`,
          STACKGATE_TOKEN: await server.token('readme@example.com'),
          ONCE: '1',
        },
      })
      const lines = stdout.split('\n')
      expect(lines.some((line) => line.startsWith('plus Plus'))).toBe(true)
      expect(lines.some((line) => line.startsWith('INVALID_PLAN'))).toBe(true)
      expect(lines.some((line) => /^Pay with .*: http/.test(line))).toBe(true)
      expect(lines.some((line) => line.startsWith('checkout.'))).toBe(true)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
