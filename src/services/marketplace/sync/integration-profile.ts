import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { accountPlan, type AccountPlan } from '#services/entitlements/plans/account-plan.js'
import { loadSnapshots } from '#services/entitlements/snapshot/load-snapshot.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { ownedTemplatesOf, type OwnedTemplate } from '../ownership/ownership-queries.js'
import { stackCodes } from '../templates/stack-codes.js'
import { externalIdsOf, type ExternalId } from './integration-views.js'

/** Plan and templates of the caller's current account, as integrations show them. */
export interface IntegrationProfile {
  readonly plan: AccountPlan
  /** Codes of the stacks that the plan supports. */
  readonly stacks: readonly string[]
  readonly ownedTemplates: readonly OwnedTemplate[]
  /** IDs of the owned templates in the integration. */
  readonly externalIds: ReadonlyMap<string, ExternalId>
}

export async function integrationProfile(context: CatalogContext): Promise<IntegrationProfile> {
  const { id } = await requireAccount(context, null, 'account:read')
  const { database, clock } = context
  const [catalog, now] = [context.catalog.current(), clock.now()]
  const snapshot = (await loadSnapshots(database, catalog, [id], now)).get(id)
  const ownedTemplates = await ownedTemplatesOf(database, [id], now)
  const plan = accountPlan(catalog, snapshot!)
  return {
    plan,
    stacks: plan.supportedStacks ?? (await stackCodes(database, catalog)),
    ownedTemplates,
    externalIds: await externalIdsOf(
      database,
      ownedTemplates.map(({ templateId }) => templateId),
    ),
  }
}
