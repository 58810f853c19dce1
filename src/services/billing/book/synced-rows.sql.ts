import { statement, unionOfTables } from '#services/kernel/database/statement.js'
import { SYNCED_TABLES } from './synced-tables.js'

interface AtProvider {
  readonly accountId: string
  readonly provider: string
  readonly externalId: string
}

const AT_PROVIDER = `account_id = :accountId and provider = :provider and external_id = :externalId`

const CONDITIONS = {
  is: AT_PROVIDER,
  belongsTo: `account_id = :accountId and subscription_id = any(array(select id from known))`,
  comesFrom: `account_id = :accountId and source_type = 'subscription' and source_id = any(array(select id from known))`,
}

/** Rows that a sync of a subscription writes, by table and key. */
export const syncedRows = statement<
  AtProvider,
  { readonly key: string; readonly row: Readonly<Record<string, unknown>> }
>(
  `with known as (
    select id from billing_subscription where ${AT_PROVIDER} union all select id from product_subscription where ${AT_PROVIDER}
  ) ${unionOfTables(
    Object.entries(SYNCED_TABLES).map(([table, [key, relation]]) => [
      table,
      `select '${table} ' || ${key} as key, to_jsonb(t) as row from ${table} t where ${CONDITIONS[relation]}`,
    ]),
  )}`,
)
