import { AccountJobs } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { jobInput, changeJob, readJob } from '#test/support/account-jobs.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { change, stripeObject, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const DAY_MS = 86_400_000

describe('A deletion of an account', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const subscriber = (plan = 'scale') => subscribe(server, `${randomUUID()}@example.com`, { plan })
  const remove = ({ token, accountId }: Subscriber) =>
    changeJob(server, token, `deleteAccount${jobInput(accountId, randomUUID())}`)
  const previewOf = async ({ token }: Subscriber) => {
    const { data, errors } = await server.graphql(AccountJobs, {}, token)
    expect(errors).toBeUndefined()
    return data.account!.access!.deletionPreview!
  }
  const mailOf = async ({ accountId }: Subscriber) => {
    const mails = await server.query<{ body: string }>(
      `select body from mail_message where account_id = $1 and subject like '%will be deleted'`,
      [accountId],
    )
    expect(mails).toHaveLength(1)
    return mails[0]!.body
  }
  const wait = async (days: number) => {
    const now = server.app.context.clock.now()
    await server.advanceTo(new Date(now.getTime() + days * DAY_MS).toISOString())
  }
  const paidBy = async ({ customerId }: Subscriber) =>
    (
      await stripeObject<{ data: { amount_paid: number }[] }>(server, `invoices?customer=${customerId}&limit=100`)
    ).data.map(({ amount_paid }) => amount_paid)
  const noDrift = async () => {
    await untilQuiet(server)
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
    const dead = await server.query(`select id, last_error from usage_report where state = 'DEAD'`)
    expect(dead).toEqual([])
  }

  it('waits until use beyond the allowance is charged, and previews that and the credit that ends with it', async () => {
    const who = await subscriber()
    await service.consume({ accountId: who.accountId, feature: 'ai_credits', amount: 700_000 })
    const other = await subscriber()
    await wait(10)
    await change(server, who, 'cancelSubscription', { at: 'NOW' })
    await change(server, other, 'cancelSubscription', { at: 'NOW' })
    await untilQuiet(server)
    const [preview, otherPreview] = [await previewOf(who), await previewOf(other)]
    expect(preview.openCharges).toMatchObject([
      {
        description: 'AI credits beyond the allowance: 100,000 at $0.40 per 1,000',
        cost: { decimal: '40.00', currency: 'USD' },
        chargedAt: '2026-04-05T09:00:00.000Z',
      },
    ])
    expect(otherPreview).toMatchObject({
      lostCredit: { decimal: expect.stringMatching(/^\d+\.\d\d$/), currency: 'USD' },
      openCharges: [],
    })
    const [job, otherJob] = [await remove(who), await remove(other)]
    expect(await mailOf(who)).toContain(
      '$40.00 is charged after April 5, 2026 (UTC), and the account is not deleted before. AI credits beyond the allowance: 100,000 at $0.40 per 1,000.',
    )
    const { lostCredit } = otherPreview
    expect(await mailOf(other)).toContain(`Its credit of $${lostCredit!.decimal} ends with the deletion`)
    await wait(15)
    await eventually(
      () => readJob(server, operator, job.id),
      (task) => task?.blockedReason === 'Use beyond the allowance is charged when its window ends.',
      20_000,
    )
    await eventually(
      () => readJob(server, operator, otherJob.id),
      (task) => task?.status === 'COMPLETED',
      20_000,
    )
    await wait(20)
    await eventually(
      () => readJob(server, operator, job.id),
      (task) => task?.status === 'COMPLETED',
      20_000,
    )
    const charged = await server.query<{ amount_minor: string }>(
      `select amount_minor from purchase where account_id = $1 and overage and status = 'PAID'`,
      [who.accountId],
    )
    expect(charged.map(({ amount_minor }) => Number(amount_minor))).toEqual([4_000])
    await noDrift()
  })

  it('denies purchases from its request on, until it is canceled', async () => {
    const who = await subscriber('pro')
    await change(server, who, 'cancelSubscription', { at: 'PERIOD_END' })
    await remove(who)
    const buyer = new Buyer(server, who.token, who.email)
    const denied = { code: 'INVALID_TRANSITION', message: expect.stringContaining('scheduled for deletion') }
    expect(await buyer.start('purchasePackage', { package: 'credits_10k' })).toMatchObject(denied)
    expect(await change(server, who, 'resumeSubscription')).toMatchObject(denied)
    await changeJob(server, who.token, `cancelAccountDeletion${jobInput(who.accountId, randomUUID())}`)
    expect(await buyer.start('purchasePackage', { package: 'credits_10k' })).toMatchObject({ __typename: 'Checkout' })
  })

  it('waits for a payment in progress, and returns one that arrives after its day', async () => {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    const page = await buyer.start('purchasePackage', { package: 'credits_10k' })
    await buyer.pay(page.providerReference, { outcome: 'async_paid' })
    const [row] = await server.query<{ account_id: string; status: string }>(
      `select account_id, status from checkout where id = $1`,
      [page.id],
    )
    const who = { token: buyer.token, accountId: row!.account_id } as Subscriber
    // The day of the deletion comes while the bank has not paid.
    await server.query(`update account set deletion_at = $2 where id = $1`, [
      row!.account_id,
      new Date(server.app.context.clock.now().getTime()),
    ])
    await wait(10)
    await untilQuiet(server)
    const purchases = await eventually(
      () => server.query<{ status: string }>(`select status from purchase where account_id = $1`, [row!.account_id]),
      ([first]) => first?.status === 'REFUNDED',
      20_000,
    )
    expect(purchases).toHaveLength(1)
    expect(who.accountId).toBe(row!.account_id)
    await noDrift()
  })

  it('leaves no drift when the bank takes money back afterwards', async () => {
    const who = await subscriber('pro')
    const buyer = new Buyer(server, who.token, who.email)
    const [purchase] = await server.query<{ id: string }>(`select id from purchase where account_id = $1`, [
      who.accountId,
    ])
    await wait(3)
    await change(server, who, 'cancelSubscription', { at: 'NOW' })
    await untilQuiet(server)
    const job = await remove(who)
    await wait(16)
    await eventually(
      () => readJob(server, operator, job.id),
      (task) => task?.status === 'COMPLETED',
      20_000,
    )
    await untilQuiet(server)
    await buyer.dispute(purchase!.id, 'lost')
    await eventually(
      () => server.query<{ status: string }>(`select status from purchase where id = $1`, [purchase!.id]),
      ([first]) => first?.status === 'CHARGED_BACK',
      20_000,
    )
    expect(await paidBy(who)).toHaveLength(1)
    await noDrift()
  })
})
