import type { InferKyselyDB } from '@mikro-orm/postgresql'
import type { allEntities } from './all-entities.js'

type InferredTables = InferKyselyDB<(typeof allEntities)[number], { columnNamingStrategy: 'property' }>

/** Tables for the query builder, derived from the entities. Table names are those of the database; columns are in camelCase. */
export interface Tables extends InferredTables {}
