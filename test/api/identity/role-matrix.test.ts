import { editPolicy } from '#test/support/policies.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { callAs, type OperationName } from '#test/support/operations.js'
import { CALLS, newTenant, ROLES, variablesFor, type Tenant } from '#test/support/tenant.js'

const LAST: readonly OperationName[] = ['Mutation.deprecateTemplate', 'Mutation.deleteTemplate']

describe("Operations on other accounts' objects by role", () => {
  let server: TestServer
  let ann: Tenant
  const tokens: Record<string, string> = {}
  beforeAll(async () => {
    server = await startTestServer()
    ann = await newTenant(server, 'ann@example.com')
    for (const role of ROLES) {
      tokens[role] = await server.token(`${role}@example.com`, { roles: [role] })
      await server.graphql('{ viewer { user { id } } }', {}, tokens[role])
    }
  })
  afterAll(() => server.close())

  it('returns the listed result for each role', async () => {
    // Calls that delete a template run last, because the others still read it.
    const inOrder = CALLS.toSorted(([left], [right]) => LAST.indexOf(left) - LAST.indexOf(right))
    const met: [string, string][] = []
    for (const [name, query] of inOrder) {
      const outcomes = []
      for (const role of ROLES) {
        const outcome = await callAs(server, tokens[role]!, query, variablesFor(query, ann))
        outcomes.push(outcome.kind === 'error' ? outcome.code : outcome.value === null ? 'null' : 'data')
        // A policy that an operator adds applies immediately. It is deleted before the next call.
        const added =
          name === 'Mutation.addPolicy' && outcome.kind === 'data' ? (outcome.value as { id: string }).id : null
        if (added) await editPolicy(server, tokens[role]!, 'remove', { id: added })
      }
      met.push([name, outcomes.join(' ')])
    }
    expect(met).toEqual(inOrder.map(([name, , outcomes]): [string, string] => [name, outcomes]))
  })
})
