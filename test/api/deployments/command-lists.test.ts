import { newDeployment } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface CommandPage {
  readonly totalCount: number
  readonly nodes: readonly { readonly id: string }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string
    readonly endCursor: string
  }
}

describe('Lists of commands', () => {
  let server: TestServer
  let owner: string
  let hash: string
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    const deployment = await newDeployment(server)
    ;({ owner, hash } = deployment)
    await server.query(
      `insert into deployment (id, hash, account_id, stack, status, apps, created_at)
       select 'dep_other' || n, 'other-' || n, account_id, 'x', 'PENDING', '[]', now()
         from deployment, generate_series(1, 4) n where id = $1`,
      [deployment.id],
    )
    await server.query(
      `insert into command (id, account_id, deployment_id, deployment_hash, type, priority, parameters, status, timeout_seconds, warnings)
       select 'cmd_' || n || d.id, d.account_id, d.id, d.hash, case when n % 2 = 0 then 'restart' else 'logs' end, 1, '{}', 'SUCCEEDED', 300, '[]'
         from deployment d, generate_series(1, 5) n`,
    )
  })
  afterAll(() => server.close())

  const page = async (args: string): Promise<CommandPage> => {
    const { data, errors } = await server.graphql<{ deployment: { commands: CommandPage } }>(
      `query ($hash: ID!) { deployment(id: $hash) { commands(${args}) {
         totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
      { hash },
      owner,
    )
    expect(errors).toBeUndefined()
    return data.deployment.commands
  }
  const numbers = ({ nodes }: CommandPage) => nodes.map(({ id }) => Number(id[4]))

  it('have an order, a filter, a total and pages from both ends', async () => {
    expect(numbers(await page('first: 10'))).toEqual([5, 4, 3, 2, 1])
    expect(numbers(await page('reverse: true'))).toEqual([1, 2, 3, 4, 5])
    expect(await page('first: 1, filter: { types: ["restart"] }')).toMatchObject({ totalCount: 2 })
    for (const [reverse, expected] of [
      [false, [5, 4, 3, 2, 1]],
      [true, [1, 2, 3, 4, 5]],
    ] as const) {
      const last = await page(`reverse: ${reverse}, last: 2`)
      expect([numbers(last), last.pageInfo]).toMatchObject([
        expected.slice(3),
        { hasNextPage: false, hasPreviousPage: true },
      ])
      const before = await page(`reverse: ${reverse}, last: 2, before: "${last.pageInfo.startCursor}"`)
      expect(numbers(before)).toEqual(expected.slice(1, 3))
      const after = await page(`reverse: ${reverse}, first: 2, after: "${before.pageInfo.endCursor}"`)
      expect(numbers(after)).toEqual(expected.slice(3))
    }
  })

  it('are counted for all deployments of a page with one statement', async () => {
    seen.length = 0
    const { data, errors } = await server.graphql<{
      account: { deployments: { nodes: { commands: { totalCount: number } }[] } }
    }>(`{ account { deployments(first: 10) { nodes { commands(first: 1) { totalCount } } } } }`, {}, owner)
    expect(errors).toBeUndefined()
    expect(data.account.deployments.nodes.map(({ commands }) => commands.totalCount)).toEqual([5, 5, 5, 5, 5])
    expect(seen.filter((text) => /count\(\*\).*from "command"/.test(text))).toHaveLength(1)
  })

  it('belong to a deployment that is named by its ID or its hash', async () => {
    const find = async (id: string) => {
      const text = `query ($id: ID!) { deployment(id: $id) { id } }`
      return (await server.graphql<{ deployment: { id: string } | null }>(text, { id }, owner)).data.deployment?.id
    }
    expect(await find('other-1')).toBe('dep_other1')
    expect(await find('dep_other1')).toBe('dep_other1')
    expect(await find('dep_other2nd')).toBeUndefined()
  })
})
