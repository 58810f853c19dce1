import { Check, Credits } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { revokeGrant } from '#services/entitlements/credits/revoke-grant.js'
import {
  entitlementService,
  grantTestCredits,
  newAccount,
  type EntitlementService,
} from '#test/support/entitlements.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'

const CATALOG = `
business: spent
currency: USD
return_urls: client
features:
  gems: { name: Gems, kind: credit, unit: gem }
  tokens: { name: Tokens, kind: quota, unit: token, window: month }
plans:
  free: { name: Free, rank: 0, features: {} }
packages:
  gems_100: { name: 100 gems, type: credit_pack, price: 5.00, grants: { gems: 100 }, valid_for: 90d }
`

interface Balance {
  readonly remaining: number
  readonly debt: number
  readonly used: number
}

describe('Exhausted and revoked credits', () => {
  let server: TestServer
  let service: EntitlementService
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-spent-'))
  beforeAll(async () => {
    const path = join(folder, 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: '2026-03-10T10:00:00Z', env: { CATALOG: path } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const consume = (accountId: string, feature: string, amount: number) =>
    service.consume({ accountId, feature, amount, idempotencyKey: randomUUID() })
  async function balanceOf(accountId: string): Promise<Balance> {
    const { data } = await server.graphql(
      Credits,
      { account: accountId },
      await server.token('ops@example.com', { roles: ['admin'] }),
    )
    return data.account!.usage!.credits[0]!
  }

  it.each(['gems', 'tokens'])(
    '%s: keeps an exhausted grant without an end as a source, so that usage never decreases',
    async (feature) => {
      const accountId = await newAccount(server)
      await grantTestCredits(server, accountId, feature, 3)
      await grantTestCredits(server, accountId, feature, 2)
      const used: number[] = []
      for (let unit = 0; unit < 5; unit++) used.push((await consume(accountId, feature, 1)).entitlement.used)
      expect(used).toEqual([1, 2, 3, 4, 5])
      const code = feature === 'gems' ? 'INSUFFICIENT_CREDITS' : 'QUOTA_EXCEEDED'
      expect(await consume(accountId, feature, 1)).toMatchObject({ code })
      const { data } = await server.graphql(Check, { account: accountId, feature }, service.key)
      expect(data.check).toMatchObject({
        allowed: false,
        denial: { code },
        entitlement: { used: 5, limit: 5, remaining: 0 },
      })
    },
  )

  it('closes exhausted grants when their period ends, except the newest', async () => {
    const accountId = await newAccount(server)
    for (const amount of [1, 1, 1]) await grantTestCredits(server, accountId, 'tokens', amount)
    await consume(accountId, 'tokens', 3)
    await server.advanceTo('2026-04-02T00:00:00Z')
    await grantTestCredits(server, accountId, 'tokens', 1)
    expect((await consume(accountId, 'tokens', 1)).entitlement).toMatchObject({ used: 1, limit: 1, remaining: 0 })
    expect(await consume(accountId, 'tokens', 1)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      quantity: { used: { units: 1 }, limit: { units: 1 } },
    })
    const open = await server.query(`select id from credit_grant where account_id = $1 and open`, [accountId])
    expect(open).toHaveLength(1)
  })

  /** Step for an account: a pack is bought or refunded. Pack 0 was bought and used before. */
  type Step = { readonly kind: 'buy' | 'refund'; readonly pack: number }

  const orders = (steps: readonly Step[]): Step[][] =>
    steps.length === 0
      ? [[]]
      : steps.flatMap((step, index) => {
          const rest = steps.filter((_, other) => other !== index)
          const isTooEarly =
            step.kind === 'refund' && rest.some(({ kind, pack }) => kind === 'buy' && pack === step.pack)
          return isTooEarly ? [] : orders(rest).map((order) => [step, ...order])
        })

  async function play(
    amounts: readonly number[],
    used: number,
    held: number,
    order: readonly Step[],
  ): Promise<Balance> {
    const accountId = await newAccount(server)
    const { database, clock, catalog } = server.app.context
    const buy = (pack: number) =>
      grantTestCredits(server, accountId, 'gems', amounts[pack]!, { cause: `${accountId}-${pack}` })
    await buy(0)
    if (used > 0) await consume(accountId, 'gems', used)
    const hold =
      held > 0
        ? await service.reserve({ accountId, feature: 'gems', amount: held, idempotencyKey: randomUUID() })
        : null
    for (const { kind, pack } of order)
      if (kind === 'buy') await buy(pack)
      else
        await database.transaction((transaction) =>
          revokeGrant(transaction, {
            catalog: catalog.current(),
            accountId,
            at: clock.now(),
            grant: { causeType: 'purchase', causeId: `${accountId}-${pack}` },
            reference: 'refund of the test',
          }),
        )
    if (hold) await service.commit({ reservationId: hold.id, idempotencyKey: randomUUID() })
    return balanceOf(accountId)
  }

  it('leave the same credits and the same debt in any order of purchases and refunds', async () => {
    const scenario = fc
      .record({
        amounts: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 2, maxLength: 3 }),
        refunded: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
        usedShare: fc.integer({ min: 0, max: 100 }),
        heldShare: fc.integer({ min: 0, max: 100 }),
      })
      .filter(({ refunded }) => refunded[0]!)
    await fc.assert(
      fc.asyncProperty(scenario, async ({ amounts, refunded, usedShare, heldShare }) => {
        const used = Math.floor((amounts[0]! * usedShare) / 100)
        const held = Math.floor(((amounts[0]! - used) * heldShare) / 100)
        const steps: Step[] = amounts.flatMap((_, pack): Step[] => [
          ...(pack > 0 ? [{ kind: 'buy' as const, pack }] : []),
          ...(refunded[pack] ? [{ kind: 'refund' as const, pack }] : []),
        ])
        const kept = amounts.reduce((sum, amount, pack) => (refunded[pack] ? sum : sum + amount), 0)
        const expected = { remaining: Math.max(0, kept - used - held), debt: Math.max(0, used + held - kept) }
        for (const order of orders(steps)) expect(await play(amounts, used, held, order)).toMatchObject(expected)
      }),
      {
        numRuns: 6,
        examples: [[{ amounts: [100, 100], refunded: [true, false, false], usedShare: 100, heldShare: 0 }]],
      },
    )
  })

  it('keep a feature bought if a later pack is revoked, and count a repayment in its period', async () => {
    const revoke = (accountId: string, id: string) =>
      server.app.context.database.transaction((transaction) =>
        revokeGrant(transaction, {
          catalog: server.app.context.catalog.current(),
          at: server.app.context.clock.now(),
          accountId,
          grant: { id },
          reference: 'refund',
        }),
      )
    const [refunded, repaying] = [await newAccount(server), await newAccount(server)]
    await grantTestCredits(server, refunded, 'tokens', 5)
    await consume(refunded, 'tokens', 5)
    await grantTestCredits(server, repaying, 'tokens', 10)

    await server.advanceTo('2026-04-10T10:00:00Z')
    // The pack of March leaves the account, because its use no longer counts.
    const later = await grantTestCredits(server, refunded, 'tokens', 5)
    await consume(refunded, 'tokens', 5)
    await revoke(refunded, later)
    expect(await consume(refunded, 'tokens', 1)).toMatchObject({ code: 'QUOTA_EXCEEDED' })

    const expiresAt = new Date('2026-05-10T10:00:00Z')
    const first = await grantTestCredits(server, repaying, 'tokens', 4, { expiresAt })
    await consume(repaying, 'tokens', 4)
    await revoke(repaying, first)
    const { data } = await server.graphql(Check, { account: repaying, feature: 'tokens' }, service.key)
    // A pack counts with its balance at the start of the window.
    expect(data.check!.entitlement).toMatchObject({ limit: 10, used: 4, remaining: 6 })
  })
})
