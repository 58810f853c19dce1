import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { Buyer } from '#test/support/buyer.js'

describe('Second trial of a plan', () => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    const catalog = join(folder, 'agileforge.yaml')
    const text = readFileSync(join(process.cwd(), 'catalogs/agileforge.yaml'), 'utf8')
    writeFileSync(catalog, text.replace('\nnear_limit:', `\ntrials: { once_per: [person, email, card] }\nnear_limit:`))
    server = await startTestServer({ env: { CATALOG: catalog } })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const trial = { plan: 'professional', trialDays: 14 }
  const statusOf = async (email: string) =>
    (
      await server.query<{ status: string }>(
        `select s.status from billing_subscription s join account a on a.id = s.account_id where a.external_id = $1`,
        [email],
      )
    ).map(({ status }) => status)

  it('is denied to a team of the same person', async () => {
    const ann = await Buyer.named(server, 'ann@example.com')
    await ann.buy('startSubscription', trial, { card: '4242424242424242' })
    const { data } = await server.graphql<{ createTeam: { id: string } }>(CREATE_TEAM, {}, ann.token)
    const accountId = data.createTeam.id
    expect(await ann.start('startSubscription', { ...trial, accountId })).toMatchObject({
      code: 'TRIAL_NOT_AVAILABLE',
      issues: [{ path: ['trialDays'] }],
    })
    // Without asking for the trial, the plan is sold, and paid from the first day.
    expect(await ann.start('startSubscription', { plan: 'professional', accountId })).toMatchObject({
      __typename: 'Checkout',
    })
  })

  it.each(['ann+second@example.com', 'ANN+third@Example.com'])('is denied to %s', async (email) => {
    const again = await Buyer.named(server, email)
    expect(await again.start('startSubscription', trial)).toMatchObject({ code: 'TRIAL_NOT_AVAILABLE' })
  })

  it('ends immediately if its card had a trial: grants nothing and charges nothing', async () => {
    const bob = await Buyer.named(server, 'bob@example.com')
    const page = await bob.start('startSubscription', trial)
    await bob.pay(page.providerReference, { card: '4242424242424242' })
    await bob.confirm(page.providerReference)
    await eventually(
      () => server.query(`select 1 from stream_event where type = 'subscription.trial_refused'`),
      (events) => events.length === 1,
    )
    expect((await bob.account()).plan.plan.code).toBe('starter')
    await eventually(
      () =>
        server
          .sandboxControl<{ calls: { method: string; path: string }[] }>('GET', 'calls')
          .then(({ calls }) =>
            calls.filter(({ method, path }) => method === 'DELETE' && path.startsWith('/v1/subscriptions/')),
          ),
      (ended) => ended.length === 1,
    )
    expect(['CANCELED', undefined]).toContain((await statusOf('bob@example.com'))[0])
    // The next checkout has no trial.
    expect(await bob.start('startSubscription', trial)).toMatchObject({ code: 'TRIAL_NOT_AVAILABLE' })
    await bob.buy('startSubscription', { plan: 'professional' })
    expect((await bob.buyerWhen(({ plan }) => plan.plan.code === 'professional')).purchases.totalCount).toBe(1)
  })

  it('is granted to another person with another card', async () => {
    const carl = await Buyer.named(server, 'carl@example.com')
    await carl.buy('startSubscription', trial, { card: '5555555555554444' })
    expect(await statusOf('carl@example.com')).toEqual(['TRIALING'])
  })
})

const CREATE_TEAM = `mutation { createTeam(name: "Team of Ann", key: "team") { account { id } } }`
