import { Consume, VoidUsage, Account } from '@stackgate/client/documents'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { sendUsage } from '#services/billing/overage/send-usage.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startCheckout } from '#test/support/buy-plan.js'
import { ofType } from '#test/support/of-type.js'

interface Report {
  id: string
  feature: string
  amount: number
  state: string
  last_error: string | null
}

describe('Metered usage reported to the provider', () => {
  let server: TestServer
  let service: string
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'communities', PARENT_APP_URL: 'https://app.cg' } })
    service = await server.serviceKey(['entitlements:write'])
  })
  afterAll(() => server.close())

  const community = async (cid: string, paid: boolean) => {
    const token = await server.token(`admin-${cid}@example.com`, { communityId: cid, communityRole: 'admin' })
    const account = async () => (await server.graphql(Account, {}, token)).data.account!
    const { id } = await account()
    if (!paid) return { id, token }
    const providerReference = await startCheckout(server, token, { plan: 'pro', idempotencyKey: 'buy' })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await eventually(account, ({ plan }) => plan.plan.code === 'pro', 10_000)
    return { id, token }
  }
  let serial = 0
  const chat = async (accountId: string, amount: number) => {
    const { data, errors } = await server.graphql(
      Consume,
      { input: { accountId, feature: 'ai_chat_message', amount }, key: `chat-${++serial}` },
      service,
    )
    expect(errors).toBeUndefined()
    return data.consume.__typename
  }
  const reports = (accountId: string) =>
    server.query<Report>(`select * from usage_report where account_id = $1 order by id`, [accountId])
  /** Usage that the provider counted for an account's customer. */
  const counted = async (accountId: string) => {
    const [row] = await server.query<{ customer_id: string }>(
      `select customer_id from billing_customer where account_id = $1`,
      [accountId],
    )
    const headers = { authorization: 'Bearer sk_test_sandbox_server' }
    const meters = (await (await fetch(`${server.sandbox.url}/v1/billing/meters`, { headers })).json()) as {
      data: { id: string }[]
    }
    const query = `customer=${row!.customer_id}&start_time=1767225600&end_time=1769904000`
    const answer = await fetch(
      `${server.sandbox.url}/v1/billing/meters/${meters.data[0]!.id}/event_summaries?${query}`,
      { headers },
    )
    if (!answer.ok) throw new Error(await answer.text())
    const summaries = (await answer.json()) as { data: { aggregated_value: number }[] }
    return summaries.data.reduce((sum, { aggregated_value: value }) => sum + value, 0)
  }

  it('reports paying accounts only, in batches, each report counted once', async () => {
    const paying = await community('1', true)
    const free = await community('2', false)
    for (let index = 0; index < 5; index++) expect(await chat(paying.id, 3)).toBe('Consumption')
    await chat(free.id, 7)
    await reportUsage(server.app.context)
    const [report, ...more] = await reports(paying.id)
    expect([report, more]).toMatchObject([{ amount: 15, state: 'SENT', feature: 'ai_chat_message' }, []])
    expect(await reports(free.id)).toEqual([])
    expect(await counted(paying.id)).toBe(15)

    // Simulates a crash between the call and its record: the same identifier is sent again and is not counted twice.
    await server.query(`update usage_report set state = 'SENDING' where id = $1`, [report!.id])
    await Promise.all([
      sendUsage(server.app.context, server.app.context.providers.STRIPE!),
      reportUsage(server.app.context),
    ])
    expect((await reports(paying.id))[0]).toMatchObject({ state: 'SENT' })
    expect(await counted(paying.id)).toBe(15)

    await chat(paying.id, 4)
    await Promise.all([reportUsage(server.app.context), reportUsage(server.app.context)])
    expect((await reports(paying.id)).map(({ amount }) => amount)).toEqual([15, 4])
    expect(await counted(paying.id)).toBe(19)
  })

  it('subtracts amended usage from the next report, and says so', async () => {
    const { id } = await community('42', true)
    const use = async (amount: number) =>
      ofType(
        (
          await server.graphql(
            Consume,
            { input: { accountId: id, feature: 'ai_chat_message', amount }, key: `amended-${++serial}` },
            service,
          )
        ).data.consume,
        'Consumption',
      ).id
    const voidUsage = async (consumptionId: string) =>
      ofType(
        (
          await server.graphql(
            VoidUsage,
            { id: consumptionId, reason: 'Counted twice', key: `void-${++serial}` },
            service,
          )
        ).data.amendUsage,
        'UsageAmendment',
      ).invoiceEffect
    const first = await use(10)
    expect(await voidUsage(await use(6))).toBe('NOT_REPORTED')
    await reportUsage(server.app.context)
    expect(await voidUsage(first)).toBe('NEXT_REPORT')
    // Nothing is sent until more was used than was returned.
    await use(4)
    await reportUsage(server.app.context)
    expect(await counted(id)).toBe(10)
    await use(9)
    await reportUsage(server.app.context)
    expect((await reports(id)).map(({ amount }) => amount)).toEqual([10, 3])
    expect(await counted(id)).toBe(13)
  })

  it('reports usage since the purchase of the plan, not before it', async () => {
    const early = await community('3', false)
    await chat(early.id, 50)
    await server.advanceTo('2026-01-15T11:00:00Z')
    await community('3', true)
    await chat(early.id, 2)
    await reportUsage(server.app.context)
    expect((await reports(early.id)).map(({ amount }) => amount)).toEqual([2])
  })

  it('repeats a request without a response, and dead-letters the report after a day', async () => {
    const { id } = await community('4', true)
    await chat(id, 8)
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: '/v1/billing/meter_events' },
      action: 'drop_after',
      times: 3,
    })
    await expect(reportUsage(server.app.context)).rejects.toThrow(/is not responding/)
    expect((await reports(id))[0]).toMatchObject({ state: 'SENDING' })
    await server.sandboxControl('DELETE', 'faults')
    await reportUsage(server.app.context)
    expect((await reports(id))[0]).toMatchObject({ state: 'SENT' })
    expect(await counted(id)).toBe(8)

    await chat(id, 1)
    await reportUsage(server.app.context)
    const [, second] = await reports(id)
    await server.query(
      `update usage_report set state = 'SENDING', first_sent_at = (first_sent_at at time zone 'UTC' - interval '25 hours') at time zone 'UTC' where id = $1`,
      [second!.id],
    )
    await reportUsage(server.app.context)
    expect((await reports(id))[1]).toMatchObject({
      state: 'DEAD',
      last_error: 'sent once with an unknown result',
    })
    expect(await counted(id)).toBe(9)
  })

  it('dead-letters a report that the provider could not count, with its reason', async () => {
    const { id } = await community('5', true)
    await chat(id, 6)
    await server.query(`update billing_customer set customer_id = 'cus_gone' where account_id = $1`, [id])
    await reportUsage(server.app.context)
    expect((await reports(id))[0]).toMatchObject({ state: 'SENT' })
    await server.advanceTo('2026-01-16T12:00:00Z')
    const [report] = await eventually(
      async () => {
        await reportUsage(server.app.context)
        return reports(id)
      },
      ([row]) => row?.state === 'DEAD',
    )
    expect(report!.last_error).toMatch(/Customer cus_gone not found/)
  })

  it('counts nothing twice after the restore of a backup, and names what was counted', async () => {
    const { id } = await community('8', true)
    await chat(id, 9)
    const before = await server.query<{ version: number }>(
      `select version from usage_watermark where account_id = $1`,
      [id],
    )
    await reportUsage(server.app.context)
    expect(await counted(id)).toBe(9)
    // A backup from before the report contains neither the report nor its watermark.
    await server.query(`delete from usage_report where account_id = $1`, [id])
    await server.query(`update usage_watermark set version = $2 where account_id = $1`, [id, before[0]?.version ?? 0])
    await chat(id, 1)
    await reportUsage(server.app.context)
    expect(await reports(id)).toMatchObject([
      { state: 'DEAD', amount: 10, last_error: 'the provider has counted 9 units that no report here contains' },
    ])
    expect(await counted(id)).toBe(9)
    await chat(id, 2)
    await reportUsage(server.app.context)
    expect((await reports(id))[1]).toMatchObject({ state: 'SENT', amount: 2 })
    expect(await counted(id)).toBe(11)
  })

  it('rejects a report past the limit of the window and bills nothing', async () => {
    const { id } = await community('6', true)
    expect(await chat(id, 10_000)).toBe('Consumption')
    expect(await chat(id, 1)).toBe('Denial')
    await reportUsage(server.app.context)
    expect(await counted(id)).toBe(10_000)
  })

  it('reports at each midnight of business time', async () => {
    const { id } = await community('7', true)
    await chat(id, 5)
    await server.advanceTo('2026-01-17T00:00:01Z')
    await eventually(
      () => reports(id),
      ([row]) => row?.state === 'SENT',
    )
    expect(await counted(id)).toBe(5)
  })

  it('requests uncounted reports at most once an hour of the machine clock, however many midnights pass', async () => {
    const requested = async () => {
      const calls = await server.sandboxControl<{ calls: { path: string }[] }>('GET', 'calls')
      return calls.calls.filter(({ path }) => path.startsWith('/v2/core/events')).length
    }
    const before = await requested()
    await server.advanceTo('2026-02-10T00:00:01Z')
    expect((await requested()) - before).toBeLessThanOrEqual(1)
  })
})
