import type { Sql } from '#services/kernel/database/sql.js'
import { pageOf, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { creditBalances } from './credits.sql.js'

/** A dated grant that something can still come of. */
export interface OpenGrant {
  readonly id: string
  readonly amount: number
  readonly remaining: number
  readonly sourceKind: 'PLAN' | 'ADDON' | 'PACKAGE' | 'ROLLOVER' | 'OVERRIDE'
  readonly sourceCode: string
  readonly grantedAt: Date
  readonly expiresAt: Date | null
}

/** All that was ever granted to an account of one feature: granted = used + reserved + expired + remaining, what was revoked aside. */
export interface CreditBalance {
  readonly accountId: string
  /** The feature's code. */
  readonly feature: string
  readonly granted: number
  readonly used: number
  readonly reserved: number
  readonly expired: number
  readonly remaining: number
  /** Units used from grants that were revoked later; the next grants repay it. */
  readonly debt: number
  readonly nextExpiry: Date | null
  /** In the order in which they are taken. */
  readonly grants: readonly OpenGrant[]
}

/** The balances of several accounts at a moment of business time, in one statement. */
export async function creditBalancesOf(sql: Sql, accountIds: readonly string[], at: Date): Promise<CreditBalance[]> {
  const rows = await sql.rows(creditBalances, { accountIds, at })
  return rows.map((row) => ({
    ...row,
    grants: (row.grants ?? []).map((grant) => ({
      ...grant,
      grantedAt: new Date(grant.grantedAt),
      expiresAt: grant.expiresAt === null ? null : new Date(grant.expiresAt),
    })),
  }))
}

/** Sorts after every time. */
const NEVER = '~'

/** Open grants of a balance, in the order of deduction. They are in memory already: every check reads them. */
export const openGrantsPage = (
  { id, openGrants }: { readonly id: string; readonly openGrants: readonly OpenGrant[] },
  request: PageRequest,
): Promise<CountablePage<OpenGrant>> =>
  pageOf(
    request,
    `grants ${id}`,
    (grant) => [grant.expiresAt?.toISOString() ?? NEVER, grant.grantedAt.toISOString(), grant.id],
    openGrants,
  )
