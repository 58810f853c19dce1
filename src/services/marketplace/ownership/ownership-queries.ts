import type { TemplateOwnershipRow } from '#entities/marketplace/template-ownership.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { readPage, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { activeOwnership, countOwnedTemplates, ownedTemplates, ownedTemplatesPage } from './ownership.sql.js'

/** A template that an account owns, and since when. */
export interface OwnedTemplate {
  readonly accountId: string
  readonly templateId: string
  readonly since: Date
}

/** Templates that each account owns now, since their earliest ownership. */
export const ownedTemplatesOf = (database: Sql, accountIds: readonly string[], now: Date): Promise<OwnedTemplate[]> =>
  database.rows(ownedTemplates, { accountIds, now })

/** Templates that one account owns now, oldest ownership first. */
export async function ownedTemplatesOfAccount(
  database: Sql,
  accountId: string,
  now: Date,
  request: PageRequest,
): Promise<CountablePage<OwnedTemplate>> {
  const page = await readPage<OwnedTemplate>(
    request,
    `owned templates ${accountId}`,
    ({ since, templateId }) => [since.toISOString(), templateId],
    (limit, after) =>
      database.rows(ownedTemplatesPage, {
        accountId,
        now,
        afterSince: after?.[0] ?? null,
        afterTemplateId: after?.[1] ?? null,
        limit,
      }),
  )
  return { ...page, countAll: async () => (await database.row(countOwnedTemplates, { accountId, now }))!.count }
}

/** True if an account owns a template now. Inside a transaction, the caller holds the account lock. */
export async function ownsTemplate(database: Sql, accountId: string, templateId: string, now: Date): Promise<boolean> {
  return (await database.row(activeOwnership, { accountId, templateId, now })) !== undefined
}

/** Ownership of a cause, in any state. */
export async function ownershipOfCause(
  database: Sql,
  { accountId, sourceType, sourceId }: Pick<TemplateOwnershipRow, 'accountId' | 'sourceType' | 'sourceId'>,
): Promise<TemplateOwnershipRow | null> {
  const ownership = await database.query
    .selectFrom('template_ownership')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('sourceType', '=', sourceType)
    .where('sourceId', '=', sourceId)
    .executeTakeFirst()
  return ownership ?? null
}
