import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import type { RateLimited } from '#services/kernel/denials/denial.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { consumeRate } from '#services/entitlements/rates/consume-rate.js'
import { commandSpec } from './definitions/command-registry.js'
import type { CommandRequest } from './command-request.js'

/** Counts a command against the rate of the account's plan, if its type has one: by deployment, application and type. */
export async function consumeCommandRate(
  context: CatalogContext,
  deployment: Pick<DeploymentRow, 'id' | 'accountId'>,
  { type, appCode }: Pick<CommandRequest, 'type' | 'appCode'>,
): Promise<RateLimited | null> {
  const feature = commandSpec(type)?.rate
  if (!feature) return null
  const key = [deployment.id, appCode ?? '', type].join(':')
  return consumeRate(context, { accountId: deployment.accountId, feature, key })
}
