import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { rowCounts } from '#test/support/deployments.js'
import type { OperationName } from '#test/support/operations.js'
import { SchemaDocuments } from '#test/support/schema-documents.js'
import { CALLS, newTenant, variablesFor, type Tenant } from '#test/support/tenant.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const documents = new SchemaDocuments(
  buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValidSDL: true }),
)

/** These end what the others need. */
const LAST: readonly OperationName[] = [
  'Mutation.stopDeployment',
  'Mutation.revokeAgent',
  'Mutation.deprecateTemplate',
  'Mutation.deleteTemplate',
  'Mutation.exportAccount',
  'Mutation.deleteAccount',
]
const calls = CALLS.filter(([name, text]) => name.startsWith('Mutation') && /\bkey: "/.test(text)).toSorted(
  ([left], [right]) => LAST.indexOf(left) - LAST.indexOf(right),
)

interface Result {
  readonly __typename: string
  readonly id?: string
  readonly hash?: string
  readonly code?: string
  readonly message?: string
}

describe('Repeated mutations', () => {
  let server: TestServer
  let ann: Tenant
  let tokens: readonly string[]
  beforeAll(async () => {
    server = await startTestServer()
    ann = await newTenant(server, 'ann@example.com')
    tokens = [
      ann.token,
      await server.token('root@example.com', { roles: ['root'] }),
      await server.serviceKey(['entitlements:write', 'commands:write', 'marketplace:sync']),
    ]
  })
  afterAll(() => server.close())

  const send = async (token: string, name: OperationName, text: string) => {
    const result = documents.resultOf(name.slice('Mutation.'.length))
    const query = text.replace('{ denial { code } }', `{ ${result} }`)
    const { data, errors } = await server.graphql<Record<string, Result> | null>(query, variablesFor(query, ann), token)
    return { code: errors?.[0]?.extensions.code, result: Object.values(data ?? {})[0] }
  }

  /** The job of an export writes its parts later. */
  const counts = async () => ({ ...(await rowCounts(server)), account_export_part: 0 })

  it('return the first result and change nothing, with the same key', async () => {
    let repeated = 0
    const differences: unknown[] = []
    for (const [name, text] of calls) {
      const caller = await firstAllowed(name, text)
      // A denial needs other objects first. `STACKGATE_REPEAT=1` repeats every mutation of all tests.
      if (!caller) continue
      repeated += 1
      const rows = await counts()
      const { result } = await send(caller.token, name, text)
      const wasShown = result?.code === 'SECRET_ALREADY_SHOWN'
      if (!wasShown && identityOf(result) !== identityOf(caller.result)) differences.push([name, caller.result, result])
      expect([name, await counts()]).toEqual([name, rows])
    }
    expect(differences).toEqual([])
    expect(repeated).toBeGreaterThanOrEqual(20)
  })

  async function firstAllowed(name: OperationName, text: string) {
    for (const token of tokens) {
      const { code, result } = await send(token, name, text)
      if (!code && result && !(result.code && result.message)) return { token, result }
    }
    return null
  }
})

const identityOf = (result: Result | undefined): string =>
  [result?.__typename, result?.id, result?.hash].filter(Boolean).join(' ')
