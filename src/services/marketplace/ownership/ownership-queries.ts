import type { TemplateOwnershipRow } from '#entities/marketplace/template-ownership.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { activeOwnership, ownedTemplates } from './ownership.sql.js'

/** A template that an account owns, and since when. */
export interface OwnedTemplate {
  readonly accountId: string
  readonly templateId: string
  readonly since: Date
}

/** Templates that each account owns now, since their earliest ownership. */
export const ownedTemplatesOf = (database: Sql, accountIds: readonly string[], now: Date): Promise<OwnedTemplate[]> =>
  database.rows(ownedTemplates, { accountIds, now })

/** True if an account owns a template now. Inside a transaction, the caller holds the account lock. */
export async function ownsTemplate(database: Sql, accountId: string, templateId: string, now: Date): Promise<boolean> {
  return (await database.row(activeOwnership, { accountId, templateId, now })) !== undefined
}

/** Ownership of a cause, in any state. */
export async function ownershipOfCause(
  database: Sql,
  sourceType: TemplateOwnershipRow['sourceType'],
  sourceId: string,
): Promise<TemplateOwnershipRow | null> {
  const ownership = await database.query
    .selectFrom('template_ownership')
    .selectAll()
    .where('sourceType', '=', sourceType)
    .where('sourceId', '=', sourceId)
    .executeTakeFirst()
  return ownership ?? null
}
