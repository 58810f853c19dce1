import type { TemplateOwnershipRow } from '#entities/marketplace/template-ownership.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'

/** A template that an account may deploy, since when, and the product that sells it. */
export interface OwnedTemplate {
  readonly accountId: string
  readonly templateId: string
  readonly since: Date
}

/** The one rule of what counts as owned, shared by the gate, the profile and the catalog's views. $2 is the business time. */
export const OWNED = `o.ended_at is null and not o.suspended and (o.expires_at is null or o.expires_at > $2)`

/** The templates that each account owns now; the earliest cause says since when. */
export const ownedTemplatesOf = (sql: Sql, accountIds: readonly string[], now: Date): Promise<OwnedTemplate[]> =>
  sql.rows(
    `select o.account_id, o.template_id, min(o.since) as since from template_ownership o
     where o.account_id = any($1) and ${OWNED} group by o.account_id, o.template_id order by min(o.since), o.template_id`,
    [accountIds, now],
  )

/** True if an account owns a template now; inside a transaction it is read under the account's lock. */
export async function ownsTemplate(sql: Sql, accountId: string, templateId: string, now: Date): Promise<boolean> {
  const row = await sql.row(
    `select 1 from template_ownership o where o.account_id = $1 and o.template_id = $3 and ${OWNED} limit 1`,
    [accountId, now, templateId],
  )
  return row !== undefined
}

/** Ownership of a cause, in any state. */
export async function ownershipOfCause(
  sql: Sql,
  sourceType: TemplateOwnershipRow['sourceType'],
  sourceId: string,
): Promise<TemplateOwnershipRow | null> {
  const row = await sql.row<TemplateOwnershipRow>(
    `select * from template_ownership where source_type = $1 and source_id = $2`,
    [sourceType, sourceId],
  )
  return row ?? null
}
