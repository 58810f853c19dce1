import { startTestServer, type TestServer } from '#test/support/test-server.js'
import {
  type ReconciliationResult,
  type Selected,
  RUN,
  reconcile,
  withDrift,
} from '#test/support/reconciliation-runs.js'

describe('reconciliationRuns', () => {
  let server: TestServer
  let operator: string
  const seen: string[] = []
  beforeAll(async () => {
    server = await startTestServer({ app: { onStatement: (text) => void seen.push(text) } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  it('stops with the reason if the provider does not respond, and keeps its report', async () => {
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'GET', path: '/v1/subscriptions' },
      action: 'status_500',
    })
    const run = await reconcile(server, operator)
    expect(run.error).toBe('The payment provider is not responding. Try again.')
    await server.sandboxControl('DELETE', 'faults')
    const { data } = await server.graphql<{
      reconciliationRuns: { nodes: Selected<ReconciliationResult>[] }
      node: { id: string }
    }>(
      `query ($id: ID!) { reconciliationRuns(first: 1) { nodes { ${RUN} } } node(id: $id) { id } }`,
      { id: run.id },
      operator,
    )
    expect(data.reconciliationRuns.nodes.map(withDrift)).toEqual([run])
    expect(data.node.id).toBe(run.id)
  })

  it('are listed by provider', async () => {
    const { id } = await reconcile(server, operator)
    const idsOf = async (providers: string[]) =>
      (
        await server.graphql<{ reconciliationRuns: { nodes: { id: string; provider: string }[] } }>(
          `query ($providers: [PaymentProvider!]) { reconciliationRuns(filter: { providers: $providers }) { nodes { id provider } } }`,
          { providers },
          operator,
        )
      ).data.reconciliationRuns.nodes
    expect(await idsOf(['STRIPE'])).toContainEqual({ id, provider: 'STRIPE' })
    expect((await idsOf(['PAYPAL'])).map((run) => run.id)).not.toContain(id)
  })

  it('are listed by whether they found differences', async () => {
    const { id } = await reconcile(server, operator)
    await server.query(
      `insert into reconciliation_run (id, provider, scope, drift) values ('rcn_00000000000000000000000001', 'STRIPE', 'ALL', '[{"kind": "missing_event", "object": "x", "ours": null, "theirs": null, "healed": true}]')`,
    )
    const idsOf = async (hasDrift: boolean | null) =>
      (
        await server.graphql<{ reconciliationRuns: { nodes: { id: string; drift: { nodes: object[] } }[] } }>(
          `query ($hasDrift: Boolean) { reconciliationRuns(filter: { hasDrift: $hasDrift }) { nodes { id drift { nodes { id } } } } }`,
          { hasDrift },
          operator,
        )
      ).data.reconciliationRuns.nodes
    const [all, some, none] = [await idsOf(null), await idsOf(true), await idsOf(false)]
    expect(some.map((run) => run.id)).toContain('rcn_00000000000000000000000001')
    expect(none.map((run) => run.id)).toContain(id)
    expect(some.filter(({ drift }) => drift.nodes.length === 0)).toEqual([])
    expect(none.filter(({ drift }) => drift.nodes.length > 0)).toEqual([])
    expect([...some, ...none]).toHaveLength(all.length)
  })

  it('read the differences of a run only if they are selected', async () => {
    const read = async (fields: string) => {
      seen.length = 0
      await server.graphql(`{ reconciliationRuns(first: 5) { nodes { ${fields} } } }`, {}, operator)
      return seen.filter((text) => text.includes('reconciliation_run') && /select[^]*"drift"|select \*/.test(text))
        .length
    }
    expect(await read('id checkedCount error')).toBe(0)
    expect(await read('id openCount drift { nodes { id } }')).toBe(1)
  })

  it('have pages of their differences, and count those that are open', async () => {
    const drift = Array.from({ length: 130 }, (_, index) => ({
      kind: 'missing_event',
      object: `event:${index}`,
      ours: null,
      theirs: null,
      healed: index < 20,
      accepted: index === 20,
    }))
    const id = 'rcn_00000000000000000000000002'
    await server.query(
      `insert into reconciliation_run (id, provider, scope, drift, found, healed) values ($1, 'STRIPE', 'ALL', $2, 130, 20)`,
      [id, JSON.stringify(drift)],
    )
    const pageAfter = async (after: string | null) => {
      const { data } = await server.graphql<{
        node: {
          openCount: number
          drift: { nodes: { object: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } }
        }
      }>(
        `query ($id: ID!, $after: String) { node(id: $id) { ... on ReconciliationRun {
           openCount drift(first: 100, after: $after) { nodes { object } pageInfo { endCursor hasNextPage } } } } }`,
        { id, after },
        operator,
      )
      return data.node
    }
    const first = await pageAfter(null)
    const second = await pageAfter(first.drift.pageInfo.endCursor)
    expect([first.openCount, first.drift.pageInfo.hasNextPage, second.drift.pageInfo.hasNextPage]).toEqual([
      109,
      true,
      false,
    ])
    expect([...first.drift.nodes, ...second.drift.nodes].map(({ object }) => object)).toEqual(
      drift.map(({ object }) => object),
    )
  })

  it('begins one run for repeated calls with a key', async () => {
    const call = async (heal: boolean) => {
      const { data } = await server.graphql<{ reconcile: object }>(
        `mutation ($heal: Boolean) { reconcile(input: { provider: STRIPE, heal: $heal }, key: "twice") { reconciliationRun { id } denial { code } } }`,
        { heal },
        operator,
      )
      return data.reconcile
    }
    expect(await call(false)).toEqual(await call(false))
    expect(await call(true)).toEqual({ code: 'IDEMPOTENCY_MISMATCH' })
  })
})
