import { Allocate } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { statementsOf } from '#test/support/statements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PAGE = `{ account { id name plan { plan { code } } usage { entitlements { feature { code } granted limit used remaining } } } }`

interface Page {
  readonly account: {
    readonly id: string
    usage: { readonly entitlements: { feature: { code: string }; used: number }[] }
  }
}

describe('the first page of an account', () => {
  let server: TestServer
  let token: string
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    token = await server.token(`${randomUUID()}@example.com`)
  })
  afterAll(() => server.close())

  const read = async () => (await server.graphql<Page>(PAGE, {}, token)).data.account

  it('reads the account once, and its entitlements from the cached snapshot of its version', async () => {
    await read()
    const statements = await statementsOf(seen, read)
    expect(statements.filter((text) => !/\bapp_user\b/.test(text))).toEqual([expect.stringContaining('from account')])
  })

  it('shares statements among simultaneous requests', async () => {
    const { id } = await read()
    const statements = await statementsOf(seen, async () => {
      const pages = await Promise.all(Array.from({ length: 20 }, read))
      expect(pages.map((page) => page.id)).toEqual(Array.from({ length: 20 }, () => id))
    })
    expect(statements.filter((text) => /from account/.test(text)).length).toBeLessThanOrEqual(10)
  })

  it('shows new usage at once', async () => {
    const {
      id,
      usage: { entitlements },
    } = await read()
    const used = (list: typeof entitlements) => list.find(({ feature }) => feature.code === 'deployments')!.used
    expect(used(entitlements)).toBe(0)
    const service = await server.serviceKey(['entitlements:write'], id)
    const { data } = await server.graphql(
      Allocate,
      { accountId: id, feature: 'deployments', resourceId: 'one' },
      service,
    )
    expect(data.allocate.__typename).toBe('Allocation')
    expect(used((await read()).usage.entitlements)).toBe(1)
  })
})
