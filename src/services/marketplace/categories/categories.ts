import type { CategoryRow } from '#entities/marketplace/category.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** The categories of the marketplace in display order. */
export const categories = (database: Sql): Promise<CategoryRow[]> =>
  database.query.selectFrom('category').selectAll().orderBy('priority').orderBy('code').execute()
