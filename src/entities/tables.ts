import type { InferKyselyDB } from '@mikro-orm/postgresql'
import type { billingEntities } from '../modules/billing.js'
import type { coreEntities } from '../modules/core.js'
import type { deploymentsEntities } from '../modules/deployments.js'
import type { marketplaceEntities } from '../modules/marketplace.js'
import type { operationsEntities } from '../modules/operations.js'

type Entity = (
  | typeof coreEntities
  | typeof billingEntities
  | typeof marketplaceEntities
  | typeof deploymentsEntities
  | typeof operationsEntities
)[number]

type InferredTables = InferKyselyDB<Entity, { columnNamingStrategy: 'property' }>

/** Tables for the query builder, derived from the entities. Table names are those of the database; columns are in camelCase. */
export interface Tables extends InferredTables {}
