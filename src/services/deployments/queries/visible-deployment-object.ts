import type { IdentityContext } from '#services/identity/model/caller.js'
import { visibleObject } from '#services/identity/model/read-visible.js'

/** A deployment, command or agent. Null if the caller cannot see the deployments of its account. */
export const visibleDeploymentObject = <Row extends { readonly accountId: string }>(
  context: IdentityContext,
  row: Row | null,
): Promise<Row | null> => visibleObject(context, row, 'deployments:read')
