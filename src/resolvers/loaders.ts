import DataLoader from 'dataloader'
import type { BillingSubscriptionRow } from '../entities/billing/billing-subscription.entity.js'
import type { CheckoutRow } from '../entities/billing/checkout.entity.js'
import type { SubscriptionItemRow } from '../entities/billing/subscription-item.entity.js'
import type { ProductRow } from '../entities/catalog/product.entity.js'
import type { AgentRow } from '../entities/deployments/agent.entity.js'
import type { CommandRow } from '../entities/deployments/command.entity.js'
import type { DeploymentRow } from '../entities/deployments/deployment.entity.js'
import type { AccountRow } from '../entities/identity/account.entity.js'
import type { UserRow } from '../entities/identity/user.entity.js'
import type { CategoryRow } from '../entities/marketplace/category.entity.js'
import type { TemplateRow } from '../entities/marketplace/template.entity.js'
import type { VendorRow } from '../entities/marketplace/vendor.entity.js'
import type { Sql } from '../services/kernel/database/sql.js'
import type { CatalogContext } from '../services/catalog/catalog-context.js'
import { loadRightsOfMany, type RightsFacts } from '../services/entitlements/rights/load-rights.js'
import { agentsByDeploymentIds, deploymentsByIds } from '../services/deployments/queries/deployment-queries.js'
import { deploymentsWithOutstandingCommand } from '../services/deployments/presence/presence.js'
import { categoriesByIds, templatesByIds, vendorsByIds } from '../services/marketplace/templates/template-queries.js'

/** One statement for all of a kind that one answer needs. Made for each request, and for each event of a subscription. */
export interface Loaders {
  readonly account: DataLoader<string, AccountRow | null>
  readonly user: DataLoader<string, UserRow | null>
  readonly rights: DataLoader<string, RightsFacts | null>
  readonly checkout: DataLoader<string, CheckoutRow | null>
  readonly subscription: DataLoader<string, BillingSubscriptionRow | null>
  readonly liveSubscriptionOfAccount: DataLoader<string, BillingSubscriptionRow | null>
  readonly subscriptionItems: DataLoader<string, SubscriptionItemRow[]>
  readonly template: DataLoader<string, TemplateRow | null>
  readonly category: DataLoader<string, CategoryRow | null>
  readonly vendor: DataLoader<string, VendorRow | null>
  readonly productOfTemplate: DataLoader<string, ProductRow | null>
  readonly deployment: DataLoader<string, DeploymentRow | null>
  readonly agentOfDeployment: DataLoader<string, AgentRow | null>
  readonly hasOutstandingCommand: DataLoader<string, boolean>
  readonly command: DataLoader<string, CommandRow | null>
}

export function createLoaders(context: Pick<CatalogContext, 'database' | 'catalog' | 'clock'>): Loaders {
  const sql: Sql = context.database
  return {
    account: byId((ids) => sql.rows<AccountRow>(`select * from account where id = any($1)`, [ids])),
    user: byId((ids) => sql.rows<UserRow>(`select * from app_user where id = any($1)`, [ids])),
    rights: new DataLoader(async (ids) => {
      const facts = await loadRightsOfMany(sql, context.catalog.current(), ids, context.clock.now())
      return ids.map((id) => facts.get(id) ?? null)
    }),
    checkout: byId((ids) => sql.rows<CheckoutRow>(`select * from checkout where id = any($1)`, [ids])),
    subscription: byId((ids) =>
      sql.rows<BillingSubscriptionRow>(`select * from billing_subscription where id = any($1)`, [ids]),
    ),
    liveSubscriptionOfAccount: one((ids) =>
      sql.rows<BillingSubscriptionRow & { key: string }>(
        `select distinct on (account_id) account_id as key, * from billing_subscription
         where account_id = any($1) and status not in ('CANCELED', 'INCOMPLETE_EXPIRED') order by account_id, started_at desc`,
        [ids],
      ),
    ),
    subscriptionItems: many((ids) =>
      sql.rows<SubscriptionItemRow & { key: string }>(
        `select subscription_id as key, * from subscription_item where subscription_id = any($1) order by id`,
        [ids],
      ),
    ),
    template: byId((ids) => templatesByIds(sql, ids)),
    category: byId((ids) => categoriesByIds(sql, ids)),
    vendor: byId((ids) => vendorsByIds(sql, ids)),
    productOfTemplate: one((ids) =>
      sql.rows<ProductRow & { key: string }>(
        `select external_id as key, * from product where type = 'TEMPLATE' and external_id = any($1)`,
        [ids],
      ),
    ),
    deployment: byId((ids) => deploymentsByIds(sql, ids)),
    agentOfDeployment: one(async (ids) =>
      (await agentsByDeploymentIds(sql, ids)).map((agent) => ({ ...agent, key: agent.deploymentId })),
    ),
    hasOutstandingCommand: new DataLoader(async (ids) => {
      const busy = await deploymentsWithOutstandingCommand(sql, ids)
      return ids.map((id) => busy.has(id))
    }),
    command: byId((ids) => sql.rows<CommandRow>(`select * from command where id = any($1)`, [ids])),
  }
}

function byId<Row extends { id: string }>(
  read: (ids: readonly string[]) => Promise<Row[]>,
): DataLoader<string, Row | null> {
  return one(async (ids) => (await read(ids)).map((row) => ({ ...row, key: row.id })))
}

function one<Row extends object>(
  read: (ids: readonly string[]) => Promise<(Row & { key: string })[]>,
): DataLoader<string, Row | null> {
  return new DataLoader(async (ids) => {
    const rows = new Map((await read(ids)).map((row) => [row.key, row]))
    return ids.map((id) => rows.get(id) ?? null)
  })
}

function many<Row extends object>(
  read: (ids: readonly string[]) => Promise<(Row & { key: string })[]>,
): DataLoader<string, Row[]> {
  return new DataLoader(async (ids) => {
    const rows = Map.groupBy(await read(ids), (row) => row.key)
    return ids.map((id) => rows.get(id) ?? [])
  })
}
