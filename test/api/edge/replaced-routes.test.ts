import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { REPLACED_ROUTES } from '#rest/replaced-routes.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const schema = buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'))

/** Names of roots in a sentence, as `account { credits }` or `startSubscription`. */
const operationsIn = (sentence: string) =>
  [...sentence.matchAll(/`(\w+)(?: \{ (\w+) \})?`/g)].map(([, ...path]) => path)

function exists([root, field]: (string | undefined)[]): boolean {
  if (root === 'type') return true
  const fields = { ...schema.getQueryType()!.getFields(), ...schema.getMutationType()!.getFields() }
  const account = schema.getType('Account') as unknown as { getFields(): object }
  if (!root) return false
  return root in fields && (!field || field in account.getFields())
}

describe('replaced routes', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  it.each(Object.entries(REPLACED_ROUTES))(
    'respond with 404 and name the replacement: %s [SG18]',
    async (path, text) => {
      // `GET /api/v1/commands/{hash}` exists.
      const isCommand = path.startsWith('/api/v1/')
      for (const method of isCommand ? ['POST'] : ['GET', 'POST'])
        for (const below of isCommand ? ['', '/'] : ['', '/', '/anything']) {
          const response = await fetch(`${server.url}${path}${below}`, { method })
          const body = (await response.json()) as { code: string; message: string }
          expect([response.status, body.code]).toEqual([404, 'NOT_FOUND'])
          expect(body.message).toContain(text)
        }
      const operations = operationsIn(text)
      expect(operations.filter((path) => !exists(path))).toEqual([])
      expect(operations.length + (text.includes('POST /api/v1/') ? 1 : 0)).toBeGreaterThan(0)
    },
  )

  it('are listed on the page for integrations [SG18]', () => {
    const page = readFileSync('docs/integrations.md', 'utf8').replaceAll('\n', ' ')
    for (const [path, text] of Object.entries(REPLACED_ROUTES)) expect(page).toContain(`| \`${path}\` | ${text} |`)
  })

  it('say nothing about other unknown paths', async () => {
    const response = await fetch(`${server.url}/api/packagesandmore`)
    expect(((await response.json()) as { message: string }).message).toBe('No route for GET /api/packagesandmore.')
  })
})
