import { statement } from '#services/kernel/database/statement.js'
import { ACTIVE_OWNERSHIP } from './active-ownership.js'
import type { OwnedTemplate } from './ownership-queries.js'

/** Templates that each account owns now, since their earliest ownership. */
export const ownedTemplates = statement<{ accountIds: readonly string[]; now: Date }, OwnedTemplate>(`
  select o.account_id, o.template_id, min(o.since) as since
  from template_ownership o
  where o.account_id = any(:accountIds) and ${ACTIVE_OWNERSHIP}
  group by o.account_id, o.template_id
  order by min(o.since), o.template_id
`)

/** The same of one account, after a time and template. */
export const ownedTemplatesPage = statement<
  { accountId: string; now: Date; afterSince: string | null; afterTemplateId: string | null; limit: number },
  OwnedTemplate
>(`
  select o.account_id, o.template_id, date_trunc('milliseconds', min(o.since)) as since
  from template_ownership o
  where o.account_id = :accountId and ${ACTIVE_OWNERSHIP}
  group by o.account_id, o.template_id
  having :afterSince::text is null
    or (date_trunc('milliseconds', min(o.since)), o.template_id) > (:afterSince::timestamptz, :afterTemplateId::text)
  order by 3, o.template_id limit :limit
`)

/** Number of templates that an account owns now. */
export const countOwnedTemplates = statement<{ accountId: string; now: Date }, { count: number }>(`
  select count(distinct o.template_id)::int as count
  from template_ownership o
  where o.account_id = :accountId and ${ACTIVE_OWNERSHIP}
`)

/** One row if an account owns a template now. */
export const activeOwnership = statement<{ accountId: string; templateId: string; now: Date }, { id: string }>(`
  select o.id from template_ownership o
  where o.account_id = :accountId and o.template_id = :templateId and ${ACTIVE_OWNERSHIP}
  limit 1
`)
