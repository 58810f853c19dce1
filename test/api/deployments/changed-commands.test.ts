import fc from 'fast-check'
import { newDeployment } from '#test/support/deployments.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Listed {
  readonly list: readonly { readonly id: string; readonly updated_at: string }[]
  readonly next_after: string | null
}

describe('Commands that changed', () => {
  let server: TestServer
  let deployment: Awaited<ReturnType<typeof newDeployment>>
  beforeAll(async () => {
    server = await startTestServer()
    deployment = await newDeployment(server)
  })
  afterAll(() => server.close())

  const START = '2026-11-01T00:00:00.000Z'
  const get = async (query: string): Promise<Listed> => {
    const path = `/api/v1/commands/${deployment.hash}?${query}`
    const { status, body } = await server.rest('GET', path, { token: deployment.owner })
    expect([status, query]).toEqual([200, query])
    return body
  }

  /** Commands with changes at these microseconds. */
  async function changeAt(microseconds: readonly number[]): Promise<string[]> {
    await server.query(`delete from command where deployment_id = $1`, [deployment.id])
    const ids = microseconds.map((_, index) => `cmd_${String(index).padStart(3, '0')}`)
    await server.query(
      `insert into command (id, account_id, deployment_id, deployment_hash, type, priority, parameters, status, timeout_seconds, warnings, updated_at)
       select changed.id, d.account_id, d.id, d.hash, 'restart', 1, '{}', 'SUCCEEDED', 300, '[]',
           $4::timestamptz + interval '1 second' + at * interval '1 microsecond'
         from deployment d, unnest($2::text[], $3::int[]) changed (id, at) where d.id = $1`,
      [deployment.id, ids, microseconds, START],
    )
    return ids
  }

  async function read(limit: number, follow: (page: Listed) => string): Promise<string[]> {
    const seen: string[] = []
    let query = `since=${START}`
    for (;;) {
      const page = await get(`${query}&limit=${limit}`)
      if (page.list.length === 0) return seen
      seen.push(...page.list.map(({ id }) => id))
      query = follow(page)
    }
  }

  it('are each listed once, by time and by cursor, with many changes in one millisecond', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(2_500), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        async (microseconds, limit) => {
          const ids = await changeAt(microseconds)
          const byTime = await read(limit, ({ list }) => `since=${list.at(-1)!.updated_at}`)
          const byCursor = await read(limit, ({ next_after: next }) => `after=${next}`)
          expect(byTime.toSorted()).toEqual(ids)
          expect(byCursor).toEqual(byTime)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('are each listed once by a reader that follows while they are queued and canceled', async () => {
    await server.query(`delete from command where deployment_id = $1`, [deployment.id])
    const latest = new Map<string, string>()
    const repeated: string[] = []
    let isOver = false
    const follow = async (): Promise<void> => {
      let query = `since=${START}`
      for (let isLast = false; ; isLast = isOver) {
        const page = await get(`${query}&limit=3&wait_ms=20`)
        for (const { id, updated_at: at } of page.list) {
          if (latest.get(id) === at) repeated.push(id)
          latest.set(id, at)
        }
        if (page.next_after) query = `after=${page.next_after}`
        if (isLast && page.list.length === 0) return
      }
    }
    const queue = async (): Promise<void> => {
      const body = { deployment_hash: deployment.hash, command_type: 'restart', parameters: { app_code: 'web' } }
      const { status, body: queued } = await server.rest('POST', '/api/v1/commands', { token: deployment.owner, body })
      if (status !== 202) return
      const { id } = (queued as unknown as { item: { id: string } }).item
      await server.rest('POST', `/api/v1/commands/${deployment.hash}/${id}/cancel`, { token: deployment.owner })
    }
    const reading = follow()
    for (let round = 0; round < 4; round++) await Promise.all(Array.from({ length: 8 }, queue))
    isOver = true
    await reading
    const stored = await server.query<{ id: string; at: string }>(
      `select id, to_char(updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at from command where deployment_id = $1`,
      [deployment.id],
    )
    expect(stored.length).toBeGreaterThan(2)
    expect(repeated).toEqual([])
    expect([...latest.keys()].toSorted()).toEqual(stored.map(({ id }) => id).toSorted())
  })

  it('are read either since a time or after a cursor', async () => {
    await changeAt([1])
    const { next_after: next } = await get(`since=${START}`)
    const path = `/api/v1/commands/${deployment.hash}`
    for (const [query, status] of [
      [`since=${START}&after=${next}`, 400],
      ['after=guessed', 422],
    ] as const)
      expect(await server.rest('GET', `${path}?${query}`, { token: deployment.owner })).toMatchObject({
        status,
        body: { field: 'after' },
      })
  })
})
