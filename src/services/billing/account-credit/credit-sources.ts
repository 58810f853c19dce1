import type { Sql } from '#services/kernel/database/sql.js'
import type { ProviderName } from '../providers/port.js'
import { listCreditSources } from './account-credit.sql.js'
import type { CreditSource } from './decide-credit.js'

/** Purchases of a subscription that pay for time after a moment, newest first. */
export const creditSources = (
  database: Sql,
  about: {
    readonly provider: ProviderName
    readonly subscriptionId: string
    readonly currency: string
    readonly at: Date
    readonly withDisputed: boolean
  },
): Promise<CreditSource[]> => database.rows(listCreditSources, about)
