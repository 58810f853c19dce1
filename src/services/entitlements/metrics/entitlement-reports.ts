import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { creditSummaries, type CreditSummary } from './credits.js'
import { currency, metricReport, ofRange, plan, type MakeReport } from './csv-report.js'

const GROUPS_AT_ONCE = 1_000

/** Reports about what accounts have and use. */
export const entitlementReports: Readonly<Record<string, MakeReport>> = {
  'comped-plans': metricReport({
    interval: ofRange,
    columns: {
      plan,
      accounts: 'COMPED_ACCOUNTS',
      quantity: 'COMPED_UNITS',
      list_per_month: 'COMPED_LIST_PRICE',
      currency,
    },
  }),
  'usage-by-plan': metricReport({
    groupBy: ['PLAN'],
    interval: ofRange,
    columns: { plan, feature: ({ groups }) => groups.FEATURE, used: 'USAGE' },
  }),
  'user-credit-summary': async (context) => {
    // Reads the first page before anything is sent, so that an error gets its status.
    const first = await creditSummaries(context, { after: null, limit: GROUPS_AT_ONCE })
    return { columns: SUMMARY_COLUMNS, rows: summaryRows(context, first) }
  },
}

const SUMMARY_COLUMNS = [
  'account',
  'name',
  'feature',
  'granted',
  'used',
  'reserved',
  'expired',
  'revoked',
  'remaining',
  'next_expiry',
]

async function* summaryRows(context: CatalogContext, first: CreditSummary[]): AsyncGenerator<readonly unknown[]> {
  for (let page = first; page.length > 0;) {
    const accounts = await context.database.query
      .selectFrom('account')
      .select(['id', 'kind', 'externalId', 'name'])
      .where('id', 'in', [...new Set(page.map(({ accountId }) => accountId))])
      .execute()
    const byId = new Map(accounts.map((account) => [account.id, account]))
    for (const row of page) {
      const { kind = '', externalId = '', name = '' } = byId.get(row.accountId) ?? {}
      const { feature, granted, used, reserved, expired, revoked, remaining, nextExpiry } = row
      yield [
        `${kind.toLowerCase()}:${externalId}`,
        name,
        feature,
        granted,
        used,
        reserved,
        expired,
        revoked,
        remaining,
        nextExpiry?.toISOString() ?? '',
      ]
    }
    const { accountId, feature } = page.at(-1)!
    page =
      page.length < GROUPS_AT_ONCE
        ? []
        : await creditSummaries(context, { after: [accountId, feature], limit: GROUPS_AT_ONCE })
  }
}
