import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestServer, type TestServer } from '../support/test-server.js'
import { openMailbox, type Mailbox } from '../support/mailbox.js'
import { accountOf, change, eventsOf, subscribe } from '../support/subscribers.js'

// All accounts subscribe to Plus monthly on 15 January 2026, 10:00. The invoice of 15 February is charged an hour after
// its draft. The provider retries on days 3, 7 and 14 after the first failure, the last time on day 14.
const FIRST = '2026-02-15T11:00:00.000Z'

const noticesOf = (server: TestServer, accountId: string) =>
  server.query<{ kind: string; key: string; at: Date }>(
    `select kind, split_part("key", ':', 2) as key, at from billing_notice where account_id = $1 order by id`,
    [accountId],
  )
/** When the plan was taken and given, by the account's own stream. */
const moments = async (server: TestServer, accountId: string) =>
  (
    await server.query<{ type: string; at: Date }>(
      `select type, at from stream_event where stream_id = $1 and changes_entitlements and type like 'subscription.%' order by sequence`,
      [accountId],
    )
  ).map(({ type, at }) => `${at.toISOString()} ${type}`)

describe('Unpaid invoice with the default grace period of ten days', () => {
  let server: TestServer
  let mailbox: Mailbox
  beforeAll(async () => {
    mailbox = await openMailbox()
    server = await startTestServer({ env: { SMTP_URL: mailbox.url, MAIL_FROM: 'billing@stackgate.example' } })
  })
  afterAll(async () => {
    await server.close()
    await mailbox.close()
  })

  it('keeps the plan in grace with a notice per attempt, and ends it once when the grace period ends', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'plus' })
    const gone = await subscribe(server, 'gone@example.com', { plan: 'plus' })
    for (const { customerId } of [ann, gone])
      await server.sandboxControl('POST', 'payments/fail-next', { customer: customerId, times: 10 })

    await server.advanceTo('2026-02-15T10:59:59Z')
    expect(await noticesOf(server, ann.accountId)).toEqual([])
    await server.advanceTo(FIRST)
    expect(await accountOf(server, ann)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'PAST_DUE', graceEndsAt: '2026-02-25T11:00:00.000Z' },
    })
    expect(await noticesOf(server, ann.accountId)).toMatchObject([{ kind: 'PAYMENT_FAILED', key: '1' }])

    // A change with a price waits until the open invoice is paid.
    expect(await change(server, ann, 'changePlan', { plan: 'individual' })).toMatchObject({
      __typename: 'Denial',
      code: 'PAYMENT_FAILED',
      remedies: [{ mutation: 'openBillingPortal' }],
    })

    await server.advanceTo('2026-02-25T10:59:59Z')
    expect((await noticesOf(server, ann.accountId)).map(({ key }) => key)).toEqual(['1', '2', '3'])
    expect((await accountOf(server, ann)).plan.plan.code).toBe('plus')
    await server.advanceTo('2026-02-25T11:00:00Z')
    expect((await accountOf(server, ann)).plan.plan.code).toBe('free')

    // On 1 March the provider stops its retries. The entitlements ended earlier, so that nothing more is revoked.
    await server.advanceTo('2026-03-02T00:00:00Z')
    expect((await accountOf(server, ann)).subscription).toBeNull()
    expect((await moments(server, ann.accountId)).slice(-2)).toEqual([
      `${FIRST} subscription.past_due`,
      '2026-02-25T11:00:00.000Z subscription.access_ended',
    ])
    expect(await eventsOf(server, ann, 'subscription.canceled', 'subscription.access_ended')).toEqual([
      'subscription.access_ended',
      'subscription.canceled',
    ])
    const failures = (await noticesOf(server, ann.accountId)).map(({ kind, key, at }) => [kind, key, at.toISOString()])
    expect(failures).toEqual([
      ['PAYMENT_FAILED', '1', FIRST],
      ['PAYMENT_FAILED', '2', '2026-02-18T11:00:00.000Z'],
      ['PAYMENT_FAILED', '3', '2026-02-22T11:00:00.000Z'],
      ['ACCESS_ENDED', expect.anything(), '2026-02-25T11:00:00.000Z'],
      ['PAYMENT_FAILED', '4', '2026-03-01T11:00:00.000Z'],
    ])

    // Each notice was sent as one mail of a real mail server. An invalid address is dead-lettered and delays no other
    // mail.
    const isNotice = ({ to, subject }: { to: readonly string[]; subject: string }) =>
      to.includes('ann@example.com') && !subject.startsWith('Your receipt for Plus')
    const mails = mailbox.mails.filter(isNotice)
    expect(mails).toHaveLength(5)
    expect(mails[0]!.subject).toBe('We could not collect the payment for Plus')
    expect(mails[0]!.source).toContain('From: Stackgate <billing@stackgate.example>')
    expect(mails[0]!.source).toContain('$20.00')
    expect(new Set(mails.map(({ source }) => /^Message-ID: (.*)$/im.exec(source)?.[1])).size).toBe(5)
    const dead = await server.query(
      `select distinct state, last_error from mail_message where recipient = 'gone@example.com'`,
    )
    expect(dead).toEqual([{ state: 'DEAD', last_error: expect.stringContaining('no such user here') }])
  })
})

describe('Three failures before a successful payment, with a grace period of three weeks', () => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    const catalog = join(folder, 'patient.yaml')
    const text = readFileSync(join(process.cwd(), 'catalogs/try-direct.yaml'), 'utf8')
    writeFileSync(catalog, text.replace('\nnear_limit: 80', '\ndunning: { grace: 21d }\nnear_limit: 80'))
    server = await startTestServer({ env: { CATALOG: catalog } })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('keeps the plan, sends one notice per failure, and none after the payment', async () => {
    const bob = await subscribe(server, 'bob@example.com', { plan: 'plus' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: bob.customerId, times: 3 })
    await server.advanceTo('2026-02-28T00:00:00Z')
    expect(await accountOf(server, bob)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'PAST_DUE', graceEndsAt: '2026-03-08T11:00:00.000Z' },
    })
    await server.advanceTo('2026-04-01T00:00:00Z')
    expect(await accountOf(server, bob)).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: { status: 'ACTIVE', graceEndsAt: null, currentPeriodEnd: '2026-04-15T10:00:00.000Z' },
    })
    expect((await noticesOf(server, bob.accountId)).map(({ kind }) => kind)).toEqual([
      'PAYMENT_FAILED',
      'PAYMENT_FAILED',
      'PAYMENT_FAILED',
      'PAYMENT_RECOVERED',
    ])
    expect(
      await eventsOf(server, bob, 'subscription.past_due', 'subscription.recovered', 'subscription.access_ended'),
    ).toEqual(['subscription.past_due', 'subscription.recovered'])
    // Without a mail server each mail is a file of the data folder, exactly as it would have been sent.
    const mails = await server.query<{ id: string; state: string }>(
      `select id, state from mail_message where subject not like 'Your receipt for %' order by id`,
    )
    expect(mails.map(({ state }) => state)).toEqual(['SENT', 'SENT', 'SENT', 'SENT'])
    const last = readFileSync(join(server.mailDir, `${mails[3]!.id}.eml`), 'utf8')
    expect(last).toMatch(/^To: bob@example\.com\r$/m)
    expect(last).toContain('Thank you: Plus is paid')
  })
})
