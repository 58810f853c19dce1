import { variablesOf } from '#test/support/mutations.js'
import { randomUUID } from 'node:crypto'
import { subscribe } from '#test/support/subscribers.js'
import { startTestServer } from '#test/support/test-server.js'

interface Priced {
  readonly code: string
  readonly prices: readonly object[]
}

interface Answer {
  readonly __typename: string
  readonly code?: string
  readonly remedies?: { readonly mutation: string | null; readonly url: string | null }[]
}

const BUY = `mutation ($input: PurchasePackageInput!, $key: String!) {
  purchasePackage(input: $input, key: $key) { denial { __typename code remedies { mutation url } } }
}`
/** Next step of a program, by the type of the package. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  SUBSCRIPTION: ['startSubscription', 'changePlan'],
  // A plan can include an add-on, or be too small for it.
  ADDON: ['addAddon', 'changePlan', 'ALREADY_INCLUDED'],
  CREDIT_PACK: ['Checkout'],
  ENTERPRISE: ['page'],
}

describe('purchasePackage with the code of any package', () => {
  it.each(['try-direct', 'agileforge'])(
    'starts the purchase or names the remedy that does, in the catalog %s',
    async (catalog) => {
      const server = await startTestServer({ env: { CATALOG: catalog } })
      try {
        const { data } = await server.graphql<{ plans: Priced[]; packages: (Priced & { type: string })[] }>(
          '{ plans { code prices { id } } packages { code type prices { id } } }',
        )
        const [plan] = data.plans.filter(({ prices }) => prices.length > 0)
        const { token } = await subscribe(server, 'ann@example.com', { plan: plan!.code })
        // A free plan is not bought.
        const sold = data.packages.filter(({ type, prices }) => type === 'ENTERPRISE' || prices.length > 0)
        expect(sold.length).toBeGreaterThan(2)
        for (const { code, type } of sold) {
          const input = { package: code, provider: 'STRIPE', idempotencyKey: randomUUID() }
          const { data: result } = await server.graphql<{ purchasePackage: Answer }>(
            BUY,
            variablesOf('purchasePackage', input),
            token,
          )
          const { __typename, code: denied, remedies = [] } = result.purchasePackage
          const next = [__typename, denied, ...remedies.map(({ mutation, url }) => mutation ?? (url ? 'page' : null))]
          // No step leads to the price that the account pays.
          if (code === `${plan!.code}_monthly`) {
            expect([code, next]).toEqual([code, ['Denial', 'NOT_FOR_SALE']])
            continue
          }
          expect([code, next, next.some((step) => NEXT[type]!.includes(String(step)))]).toEqual([code, next, true])
        }
      } finally {
        await server.close()
      }
    },
  )
})
