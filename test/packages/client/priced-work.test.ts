import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEntitlements, type Entitlements, type Work } from '@stackgate/client/entitlements'
import { createUsageOutbox } from '@stackgate/client/usage-outbox'
import { newAccount } from '#test/support/entitlements.js'
import { ratedCatalog } from '#test/support/rated-catalog.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const feature = 'reject_credits'
/** 100 units. */
const LARGE: Work = { quantities: { tokens: 20, images: 20 }, dimensions: { model: 'large', mode: 'interactive' } }
const images = (count: number): Work => ({ quantities: { images: count } })

describe('work of a rate card in the client', () => {
  let server: TestServer
  let key: string
  let entitlements: Entitlements
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z', env: { CATALOG: ratedCatalog() } })
    key = await server.serviceKey(['entitlements:write'])
    entitlements = createEntitlements({ url: server.url, key })
  })
  afterAll(() => server.close())

  const used = async (accountId: string) => (await entitlements.check({ accountId, feature })).entitlement!.used

  it('is checked and previewed with its price, and consumed once for each key', async () => {
    const accountId = await newAccount(server)
    const price = {
      units: 100,
      cardVersion: 1,
      dimensions: LARGE.dimensions,
      windowStart: new Date('2026-01-01T00:00:00Z'),
      overage: null,
      lines: [
        { line: 'tokens model=large', amount: 20, units: 40 },
        { line: 'images', amount: 20, units: 60 },
      ],
    }
    const input = { accountId, feature, work: LARGE }
    expect(await entitlements.check(input)).toMatchObject({ allowed: true, price })
    expect(await entitlements.preview(input)).toMatchObject({ allowed: true, remainingAfter: 400, price })
    expect(await used(accountId)).toBe(0)
    const first = await entitlements.consume({ ...input, key: `large-${accountId}` })
    expect(first).toMatchObject({ ok: true, recorded: true, consumption: { amount: 100, price } })
    expect(await entitlements.consume({ ...input, key: `large-${accountId}` })).toEqual(first)
    expect(await used(accountId)).toBe(100)
    const tooMuch = { accountId, feature, work: images(200) }
    expect(await entitlements.preview(tooMuch)).toMatchObject({
      allowed: false,
      remainingAfter: null,
      denial: { code: 'INSUFFICIENT_CREDITS' },
    })
    expect(await entitlements.consume(tooMuch)).toMatchObject({ ok: false, denial: { code: 'INSUFFICIENT_CREDITS' } })
    await expect(entitlements.consume({ ...tooMuch, amount: 5 })).rejects.toMatchObject({ code: 'INVALID_PARAMETERS' })
    const unknown = { accountId, feature, work: { quantities: { videos: 1 } } }
    await expect(entitlements.consume(unknown)).rejects.toMatchObject({ code: 'INVALID_PARAMETERS' })
  })

  it('is reserved by what it may cost, and committed by what was done', async () => {
    const accountId = await newAccount(server)
    const input = { accountId, feature, work: images(50) }
    const held = await entitlements.reserve(input)
    if (!held.ok) throw new Error(held.denial.message)
    expect(held.reservation).toMatchObject({ amount: 150, price: { units: 150 } })
    expect(await entitlements.commit({ reservationId: held.reservation.id, work: images(4) })).toMatchObject({
      ok: true,
      consumption: { amount: 12, price: { units: 12 } },
    })
    const done = await entitlements.withReservation(input, async ({ use }) => use(images(6)))
    expect(done).toMatchObject({ ok: true, consumption: { amount: 18, price: { units: 18 } } })
    expect(await used(accountId)).toBe(30)
  })

  it('is recorded with an amount or work in one list, and by the outbox', async () => {
    const accountId = await newAccount(server)
    const events = [
      { accountId, feature, work: LARGE, key: `a-${accountId}` },
      { accountId, feature, amount: 3 },
      { accountId, feature, work: images(1), at: new Date('2026-01-14T10:00:00Z') },
      { accountId, feature, work: { quantities: { videos: 1 } } },
    ]
    expect(await entitlements.recordUsage(events)).toMatchObject({
      ok: true,
      accepted: 3,
      duplicates: 0,
      rejected: [{ index: 3, code: 'INVALID_PARAMETERS' }],
    })
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-work-'))
    const rejected: unknown[] = []
    const options = { folder, url: server.url, key, onRejected: (each: unknown) => void rejected.push(each) }
    const outbox = await createUsageOutbox(options)
    try {
      await outbox.record({ accountId, feature, work: images(2) })
      await outbox.record({ accountId, feature, work: LARGE, key: `a-${accountId}` })
      const wrong = { accountId, feature, work: { quantities: { videos: 1 } }, key: `v-${accountId}` }
      await outbox.record(wrong)
      await outbox.flush()
      expect(outbox.stats).toMatchObject({ delivered: 1, duplicates: 1, rejected: 1 })
      // In the form in which it can be recorded again.
      expect(rejected).toMatchObject([{ code: 'INVALID_PARAMETERS', record: wrong }])
    } finally {
      await outbox.close()
      rmSync(folder, { recursive: true })
    }
    expect(await used(accountId)).toBe(100 + 3 + 3 + 6)
  })

  it.each([
    ['an amount as well', { amount: 1, work: images(1) }],
    ['no quantity', { work: { quantities: {} } }],
    ['only zeros', { work: images(0) }],
    ['a fraction', { work: images(1.5) }],
    ['a dimension that is no text', { work: { ...images(1), dimensions: { model: 1 as never } } }],
    ['no object', { work: 5 as never }],
  ])('is rejected by the outbox at once with %s', async (_name, change) => {
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-work-'))
    const outbox = await createUsageOutbox({ folder, url: 'http://stackgate.invalid', key: 'k' })
    await expect(outbox.record({ accountId: 'acc_1', feature, ...change })).rejects.toMatchObject({ code: 'INVALID' })
    await outbox.close()
    rmSync(folder, { recursive: true })
  })
})
