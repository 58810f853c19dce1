import { entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { ratedCatalog, workInput } from '#test/support/rated-catalog.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const PREVIEW = `query ($accountId: ID, $feature: String!, $work: WorkInput!) {
  check(accountId: $accountId, feature: $feature, work: $work) {
    allowed remainingAfter explain entitlement { remaining } denial { code message }
    price { units cardVersion minimum plan { code } windowStart dimensions { name value } overagePolicy
      lines { line quantity amount before factor exact units } explain }
  } }`

interface Preview {
  readonly allowed: boolean
  readonly remainingAfter: number | null
  readonly explain: readonly string[]
  readonly price: { readonly units: number; readonly explain: readonly string[] } | null
  readonly denial: { readonly code: string; readonly message: string } | null
}

describe('check of work', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-15T10:00:00Z', env: { CATALOG: ratedCatalog() } })
    service = await entitlementService(server)
  })
  afterAll(() => server.close())

  const preview = async (accountId: string, work: object, feature = 'reject_credits'): Promise<Preview> =>
    (await server.graphql<{ check: Preview }>(PREVIEW, { accountId, feature, work }, service.key)).data.check

  it('prices each line, says how, and consumes nothing', async () => {
    const accountId = await newAccount(server)
    const work = workInput({ tokens: 120, images: 2 }, { model: 'large', mode: 'batch' })
    const expected = {
      allowed: true,
      remainingAfter: 387,
      entitlement: { remaining: 500 },
      denial: null,
      price: {
        units: 113,
        cardVersion: 1,
        minimum: null,
        plan: null,
        windowStart: '2026-01-01T00:00:00.000Z',
        dimensions: [
          { name: 'model', value: 'large' },
          { name: 'mode', value: 'batch' },
        ],
        overagePolicy: null,
        lines: [
          // 100 at 2 and 20 at 1, by half.
          {
            line: 'tokens model=large',
            quantity: 'tokens',
            amount: 120,
            before: 0,
            factor: '0.5',
            exact: '110',
            units: 110,
          },
          { line: 'images', quantity: 'images', amount: 2, before: 0, factor: '0.5', exact: '3', units: 3 },
        ],
      },
    }
    const first = await preview(accountId, work)
    expect(first).toMatchObject(expected)
    expect(first.price!.explain).toEqual([
      'Version 1 of the rate card prices the work.',
      "120 of tokens model=large at factor 0.5: 110, rounded with the line's sum to 110.",
      "2 of images at factor 0.5: 3, rounded with the line's sum to 3.",
      'Price: 113.',
    ])
    expect(first.explain).toEqual([
      ...first.price!.explain,
      'The plan is Free.',
      'The plan Free grants 500.',
      '0 of 500 used.',
      '500 left.',
      'Consumption order: 113 of the plan Free.',
    ])
    expect(await preview(accountId, work)).toMatchObject(expected)
    expect(await server.query(`select from ledger_entry where account_id = $1`, [accountId])).toEqual([])
  })

  it('states the price that consume then takes, with what was used before', async () => {
    const accountId = await newAccount(server)
    const work = workInput({ tokens: 90 }, { model: 'large' })
    for (const units of [180, 100, 90]) {
      expect((await preview(accountId, work)).price!.units).toBe(units)
      expect(await service.consume({ accountId, feature: 'reject_credits', work })).toMatchObject({ amount: units })
    }
    expect(await preview(accountId, workInput({ images: 44 }))).toMatchObject({
      allowed: false,
      remainingAfter: null,
      price: { units: 132 },
      denial: { code: 'INSUFFICIENT_CREDITS' },
    })
  })

  it('denies work that the card does not know, and never prices it at zero', async () => {
    const accountId = await newAccount(server)
    const denied: [work: object, message: string, code?: string][] = [
      [workInput({ videos: 1 }), "The rate card of reject credits has no price of 'videos'."],
      [workInput({ tokens: 1 }), "The rate card of reject credits has no price of 'tokens'."],
      [workInput({ tokens: 1 }, { model: 'huge' }), "Dimension model has no value 'huge'."],
      [workInput({ tokens: 1 }, { size: 'small' }), "The rate card has no dimension 'size'."],
      [workInput({ tokens: 1 }, { constructor: 'small' }), "The rate card has no dimension 'constructor'."],
      [
        workInput({ tokens: -1 }, { model: 'small' }),
        "The quantity 'tokens' must be an integer between 0 and 1000000000000.",
        'INVALID_AMOUNT',
      ],
      [workInput({ tokens: 0 }, { model: 'small' }), 'work must have a quantity above zero.', 'INVALID_AMOUNT'],
      [
        {
          quantities: [
            { name: 'images', amount: 1 },
            { name: 'images', amount: 2 },
          ],
        },
        "work names 'images' twice.",
      ],
      [workInput({ images: 1_000_000_000_000 }), 'work must cost at most 1000000000000.', 'INVALID_AMOUNT'],
    ]
    for (const [work, message, code = 'INVALID_PARAMETERS'] of denied)
      expect(await preview(accountId, work)).toMatchObject({ allowed: false, price: null, denial: { code, message } })
    expect((await preview(accountId, workInput({ tokens: 1 }), 'plain_credits')).denial).toMatchObject({
      code: 'INVALID_PARAMETERS',
      message: 'Plain credits has no rate card. Use amount instead of work.',
    })
    expect((await preview(accountId, workInput({ tokens: 1 }), 'unknown')).denial).toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})
