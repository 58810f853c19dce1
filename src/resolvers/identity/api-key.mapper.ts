import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import type { ApiKey } from '#schema/identity/api-key.type.js'
import { nameOf } from '#services/identity/model/permission-names.js'
import { accountPermissionsOf } from '#services/identity/model/permissions.js'
import { prefixOf } from '#services/kernel/ids/ids.js'
import { serviceTokenPrefix } from '#services/identity/tokens/service-keys.js'
import type { RequestContext } from '#context/request-context.js'

export const toApiKey = (
  { config, declared }: Pick<RequestContext, 'config' | 'declared'>,
  row: ServiceKeyRow,
): ApiKey => ({
  __typename: 'ApiKey',
  id: row.id,
  creatorId: row.createdBy && prefixOf(row.createdBy) === 'usr' ? row.createdBy : null,
  creatorKeyId: row.createdBy && prefixOf(row.createdBy) === 'key' ? row.createdBy : null,
  name: row.name,
  prefix: serviceTokenPrefix(config.mode, row),
  scopes: [...row.scopes],
  // Those of a module that is absent now are not in the schema.
  permissions: accountPermissionsOf(declared.permissions)
    .filter((name) => row.permissions?.includes(name))
    .map(nameOf),
  accountId: row.accountId,
  createdAt: row.createdAt,
  lastUsedAt: row.lastUsedAt,
  expiresAt: row.expiresAt,
  revokedAt: row.revokedAt,
  previousSecretUntil: row.previousUntil,
})
