import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pushCatalog } from '#services/billing/catalog-push/push-catalog.js'
import { readCatalogFile } from '#services/catalog/load/read-catalog-file.js'
import { loadCatalog } from '#services/catalog/load/load-catalog.js'
import { CATALOG_FILE_TOPIC } from '#services/catalog/snapshot/open-catalog.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { accountOf, change, waitForInvoices, limitOf, subscribe } from '../support/subscribers.js'

interface Step {
  accountId: string
  fromVersion: number
  toVersion: number
  effectiveAt: string | null
  priceBefore: { money: { decimal: string } } | null
  priceAfter: { money: { decimal: string } } | null
  skippedReason: string | null
}

// Two subscribers of try-direct since 15 January 2026, 10:00: Ann has Basic for 10 dollars a month, Bob Plus for 20. In
// the next catalog Basic includes four deployments instead of three at the same price, and Plus costs 25 dollars and
// includes twelve instead of ten.
describe('Change of a plan with subscribers', () => {
  let server: TestServer
  let folder: string
  let catalog: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-catalog-'))
    catalog = join(folder, 'next.yaml')
    writeFileSync(catalog, readFileSync(join(process.cwd(), 'catalogs/try-direct.yaml'), 'utf8'))
    server = await startTestServer({ env: { CATALOG: catalog } })
  })
  afterAll(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const loadNext = async () => {
    const text = readFileSync(catalog, 'utf8')
      .replace(/deployments:     3 /, 'deployments:     4 ')
      .replace('prices: { month: 20.00, year: 200.00', 'prices: { month: 25.00, year: 200.00')
      .replace(/deployments:     10 /, 'deployments:     12 ')
    writeFileSync(catalog, text)
    const { context } = server.app
    await loadCatalog(context.database, readCatalogFile(catalog))
    context.notifier.notify([CATALOG_FILE_TOPIC])
    await eventually(
      () => context.catalog.current().planByCode.get('plus')!.version,
      (version) => version === 2,
    )
    await pushCatalog(context, context.providers.STRIPE!, context.catalog.current())
  }
  const migrate = async (plan: string, dryRun: boolean): Promise<Step[]> => {
    const admin = await server.token('ops@example.com', { roles: ['admin'] })
    const { data, errors } = await server.graphql<{ migratePlan: { steps: Step[] } }>(
      `mutation ($input: MigratePlanInput!) { migratePlan(input: $input) { ... on PlanMigration { dryRun steps {
         accountId fromVersion { number } toVersion { number } effectiveAt priceBefore { money { decimal } } priceAfter { money { decimal } } skippedReason } } } }`,
      { input: { plan, dryRun } },
      admin,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data.migratePlan.steps
  }

  it('keeps the terms of subscribers until the migration: new terms immediately, a new price at the period end [PL16] [S4]', async () => {
    const ann = await subscribe(server, 'ann@example.com', { plan: 'basic' })
    const bob = await subscribe(server, 'bob@example.com', { plan: 'plus' })
    const carl = await subscribe(server, 'carl@example.com', { plan: 'plus' })
    await change(server, carl, 'cancelSubscription')
    await loadNext()
    const deployments = async (who: typeof ann) => limitOf(await accountOf(server, who), 'deployments')
    expect([await deployments(ann), await deployments(bob)]).toEqual([3, 10])

    // One ID has one content: the held version and the plan in its current version are two objects.
    const { data } = await server.graphql<{ account: { plan: { plan: object; planVersion: object } } }>(
      `{ account { plan { plan { id currentVersion { number current } }
         planVersion { number current plan { id } prices(currency: "USD") { interval money { decimal } } } } } }`,
      {},
      bob.token,
    )
    const prices = (month: string) => [
      { interval: 'MONTH', money: { decimal: month } },
      { interval: 'YEAR', money: { decimal: '200.00' } },
    ]
    expect(data.account.plan).toMatchObject({
      plan: { currentVersion: { number: 2, current: true } },
      planVersion: { number: 1, current: false, prices: prices('20.00') },
    })

    const preview = await migrate('plus', true)
    expect(preview).toEqual([
      {
        accountId: bob.accountId,
        fromVersion: { number: 1 },
        toVersion: { number: 2 },
        effectiveAt: '2026-02-15T10:00:00.000Z',
        priceBefore: { money: { decimal: '20.00' } },
        priceAfter: { money: { decimal: '25.00' } },
        skippedReason: null,
      },
      expect.objectContaining({ accountId: carl.accountId, skippedReason: 'the subscription is scheduled to end' }),
    ])
    expect(await accountOf(server, bob)).toMatchObject({ subscription: { scheduledChange: null } })

    expect(await migrate('plus', false)).toEqual(preview)
    expect(await migrate('basic', false)).toMatchObject([{ accountId: ann.accountId, priceAfter: null }])
    expect([await deployments(ann), await deployments(bob)]).toEqual([4, 10])
    expect(await migrate('basic', false)).toEqual([])
    expect(await migrate('plus', true)).toMatchObject([
      { accountId: bob.accountId, skippedReason: 'another change is scheduled' },
      { accountId: carl.accountId },
    ])

    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await deployments(bob)).toBe(12)
    expect(await waitForInvoices(server, bob)).toEqual([2500, 2000])
    expect(await waitForInvoices(server, ann)).toEqual([1000, 1000])
    expect(await migrate('plus', true)).toEqual([])
  })

  it('requires an operator and an existing plan', async () => {
    const call = `mutation { migratePlan(input: { plan: "gold" }) { ... on Refused { code field } } }`
    const user = await server.token('user@example.com')
    expect((await server.graphql(call, {}, user)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    const admin = await server.token('ops@example.com', { roles: ['admin'] })
    expect((await server.graphql(call, {}, admin)).data).toEqual({
      migratePlan: { code: 'INVALID_PLAN', field: 'plan' },
    })
  })
})
