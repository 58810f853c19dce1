import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { enqueue, newDeployment, deploymentWithAgent } from '#test/support/deployments.js'
import { accountIdOf } from '#test/support/accounts.js'

interface Page {
  readonly edges: readonly { readonly cursor: string }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

const PAGE = '{ edges { cursor } pageInfo { hasNextPage endCursor } }'

describe('pagination', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  /** A page of one list of the caller's account. */
  const page = async (token: string, field: string, args: string) => {
    const selection = `${field}(${args}) ${PAGE}`
    const isBilling = ['events', 'invoices', 'purchases'].includes(field)
    const { data, errors } = await server.graphql<{
      account: Record<string, Page> & { billing?: Record<string, Page> }
    }>(`{ account { ${isBilling ? `billing { ${selection} }` : selection} } }`, {}, token)
    return { page: (data?.account?.billing ?? data?.account)?.[field], code: errors?.[0]?.extensions.code }
  }

  it('returns an empty page with hasNextPage for zero items', async () => {
    const { owner } = await newDeployment(server)
    const { page: some, code } = await page(owner, 'deployments', 'first: 0')
    expect([code, some]).toEqual([undefined, { edges: [], pageInfo: { hasNextPage: true, endCursor: null } }])
    const { page: none } = await page(owner, 'invoices', 'first: 0')
    expect(none).toEqual({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } })
    expect((await page(owner, 'purchases', 'first: 0')).code).toBeUndefined()
    expect((await page(owner, 'deployments', 'first: -1')).code).toBe('BAD_USER_INPUT')
    const { data } = await server.graphql<{ templates: Page }>(`{ templates(first: 0) ${PAGE} }`)
    expect(data.templates).toMatchObject({ edges: [], pageInfo: { hasNextPage: true } })
  })

  it.each(['deployments', 'events', 'members'])('rejects a cursor of the %s of another account', async (field) => {
    const [own, other] = [await newDeployment(server), await newDeployment(server)]
    const { page: first } = await page(own.owner, field, 'first: 1')
    const after = `first: 1, after: "${first!.edges[0]!.cursor}"`
    expect((await page(own.owner, field, after)).code).toBeUndefined()
    expect((await page(other.owner, field, after)).code).toBe('INVALID_CURSOR')
  })

  it("rejects a cursor of another deployment's commands", async () => {
    const served = await deploymentWithAgent(server)
    await enqueue(server, served)
    const commands = async (hash: string, owner: string, args: string) =>
      server.graphql<{ deployment: { commands: Page } }>(
        `query ($hash: ID!) { deployment(id: $hash) { commands(${args}) ${PAGE} } }`,
        { hash },
        owner,
      )
    const { data } = await commands(served.hash, served.owner, 'first: 1')
    const other = await newDeployment(server)
    const { errors } = await commands(other.hash, other.owner, `after: "${data.deployment.commands.edges[0]!.cursor}"`)
    expect(errors?.[0]?.extensions.code).toBe('INVALID_CURSOR')
  })

  it('rejects a forged cursor of the right list without an internal error', async () => {
    const { owner } = await newDeployment(server)
    const accountId = await accountIdOf(server, owner)
    const made = Buffer.from(JSON.stringify([`invoices ${accountId}`, 'no date', 'x'])).toString('base64url')
    expect((await page(owner, 'invoices', `after: "${made}"`)).code).toBe('INVALID_CURSOR')
  })
})
