import type { Transaction } from '#services/kernel/database/database.js'
import type { UserServiceProfile } from '#services/identity/user-service/parse-responses.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { assignPlan, endPlan } from '#services/entitlements/plans/assign-plan.js'
import { applyOwnership } from '../ownership/apply-ownership.js'
import { createCache } from '#services/kernel/cache/create-cache.js'

/** Entitlements that the User Service reports for an account, in our model. */
export interface ExternalEntitlements {
  readonly plan: CatalogPlan | null
  readonly dateEnd: Date | null
  readonly templates: readonly string[]
}

const SOURCE = 'operator'
const sourceOf = (accountId: string): string => `user_service:${accountId}`

/**
 * For installations whose User Service owns plans and products: entitlements of a person there apply here from the
 * token verification on, for as long as they are reported. An unknown plan grants nothing.
 */
export function createEntitlementSync(
  context: CatalogContext,
): (accountId: string, profile: UserServiceProfile) => Promise<void> {
  const seen = createCache<string, string>(10_000)
  return async (accountId, profile) => {
    const entitlements = toExternalEntitlements(context, profile)
    const published = JSON.stringify([entitlements.plan?.versionId, entitlements.dateEnd, entitlements.templates])
    if (seen.get(accountId) === published) return
    await context.database.transaction((transaction) => sync(context, transaction, accountId, entitlements))
    seen.set(accountId, published)
  }
}

function toExternalEntitlements(context: CatalogContext, profile: UserServiceProfile): ExternalEntitlements {
  const catalog = context.catalog.current()
  const named = profile.plan ? (context.userService?.config.planAliases[profile.plan.name] ?? profile.plan.name) : null
  const plan = named ? (catalog.planByCode.get(named) ?? null) : null
  if (named && !plan) context.log.warn({ plan: named }, 'unknown plan from the User Service, ignored')
  const dateEnd = profile.plan?.dateEnd ? new Date(profile.plan.dateEnd) : null
  const templates = profile.products
    .filter(({ productType, externalId }) => productType === 'template' && externalId !== null)
    .map(({ externalId }) => externalId!)
  return {
    plan,
    dateEnd: dateEnd && !Number.isNaN(dateEnd.getTime()) ? dateEnd : null,
    templates: [...new Set([...templates, ...profile.purchasedTemplates])].toSorted(),
  }
}

async function sync(
  context: CatalogContext,
  transaction: Transaction,
  accountId: string,
  entitlements: ExternalEntitlements,
): Promise<void> {
  await lockAccount(transaction, accountId)
  const at = context.clock.now()
  const changed = [
    await syncPlan(transaction, context.catalog.current(), accountId, entitlements, at),
    await syncTemplates(transaction, accountId, entitlements.templates, at),
  ]
  if (!changed.includes(true)) return
  await recordAccountEvent(transaction, accountId, at, {
    type: 'entitlements.synced',
    outbox: true,
    summary: 'The entitlements reported by the User Service changed.',
    changesEntitlements: true,
    data: { plan: entitlements.plan?.code ?? null, dateEnd: entitlements.dateEnd, templates: entitlements.templates },
  })
}

async function syncPlan(
  transaction: Transaction,
  catalog: CatalogSnapshot,
  accountId: string,
  { plan, dateEnd }: ExternalEntitlements,
  at: Date,
): Promise<boolean> {
  const source = { accountId, sourceType: SOURCE, sourceId: sourceOf(accountId) } as const
  const held = await transaction.query
    .selectFrom('plan_assignment')
    .select(['planVersionId', 'periodEnd'])
    .where('accountId', '=', accountId)
    .where('sourceType', '=', source.sourceType)
    .where('sourceId', '=', source.sourceId)
    .where('endedAt', 'is', null)
    .executeTakeFirst()
  if (!plan) {
    if (held) await endPlan(transaction, source, at)
    return held !== undefined
  }
  if (held?.planVersionId === plan.versionId && held.periodEnd?.getTime() === dateEnd?.getTime()) return false
  await assignPlan(
    transaction,
    catalog,
    {
      groupCode: plan.group,
      planVersionId: plan.versionId,
      ...source,
      quantity: 1,
      since: at,
      periodEnd: dateEnd,
    },
    at,
  )
  return true
}

/** Reported templates are owned; templates that are no longer reported are not. An unknown template is ignored. */
async function syncTemplates(
  transaction: Transaction,
  accountId: string,
  templates: readonly string[],
  at: Date,
): Promise<boolean> {
  const known = await transaction.query.selectFrom('template').select('id').where('id', 'in', templates).execute()
  const held = await transaction.query
    .selectFrom('template_ownership')
    .select('templateId')
    .where('accountId', '=', accountId)
    .where('sourceType', '=', SOURCE)
    .where('sourceId', 'like', `${sourceOf(accountId)}:%`)
    .where('endedAt', 'is', null)
    .execute()
  const wanted = new Set(known.map(({ id }) => id))
  const all = new Set([...wanted, ...held.map(({ templateId }) => templateId)])
  let changed = false
  for (const templateId of all) {
    const cause = {
      accountId,
      templateId,
      sourceType: SOURCE,
      sourceId: `${sourceOf(accountId)}:${templateId}`,
      since: at,
    } as const
    const outcome = await applyOwnership(
      transaction,
      cause,
      { held: wanted.has(templateId), suspended: false, expiresAt: null },
      at,
    )
    changed ||= outcome === 'changed'
  }
  return changed
}
