import { z } from 'zod'
import { productPerformance } from '#services/billing/metrics/product-performance.js'
import { authenticateSignedIn } from '#rest/authenticate.js'
import { moneyBody } from '#rest/money-bodies.js'
import { component, list, wholeNumber } from '#rest/responses/fields.js'
import { money } from '#rest/responses/money.js'
import type { RestHost } from '#rest/rest-context.js'
import type { RestApp } from '#rest/type-provider.js'

const PRODUCTS_PER_RESPONSE = 100

const performanceResponse = list(
  component('PackagePerformance', 'Sales of a product in one currency.', {
    package_id: z.string().nullable(),
    total_purchases: wholeNumber(),
    total_revenue: money.describe('Received amount without refunds and chargebacks.'),
    average_purchase_value: money,
    trend_30_days: z
      .number()
      .nullable()
      .describe('Change compared with the 30 days before, as a ratio. Null if those had none.'),
    conversion_rate: z.number().nullable().describe('Paid share of the started checkouts. Null if none was started.'),
  }),
).describe('Highest revenue first, at most 100.')

/** Sales by package in the form of "AgileForge Stripe Packages System". */
export function packagePerformanceRoute(host: RestHost) {
  return (app: RestApp): void => {
    app.addHook('preValidation', authenticateSignedIn(host))
    const performance = {
      operationId: 'getPackagePerformance',
      summary: 'Returns sales by package, for operators.',
      tag: 'Integrations' as const,
      access: 'bearer' as const,
      response: { 200: performanceResponse },
      errors: ['FORBIDDEN', 'NOT_FOUND'] as const,
    }
    app.get('/api/packages/analytics/performance', { schema: performance }, async ({ requestContext: context }) => {
      const rows = await productPerformance(context, PRODUCTS_PER_RESPONSE)
      const { productById } = context.catalog.current()
      return rows.map(({ groups, currency, values }) => ({
        package_id: productById.get(groups.PRODUCT!)?.code ?? null,
        total_purchases: values.PURCHASES!,
        total_revenue: moneyBody({ amountMinor: values.REVENUE!, currency: currency! }),
        average_purchase_value: moneyBody({ amountMinor: values.AVERAGE_PURCHASE!, currency: currency! }),
        trend_30_days: values.REVENUE_TREND ?? null,
        conversion_rate: values.CHECKOUT_CONVERSION_RATE ?? null,
      }))
    })
  }
}
