import type { TemplateStatus } from '#entities/marketplace/template-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'

/** Types of template events; docs/events.md describes each. */
export type TemplateEventType =
  | 'template.created'
  | 'template.edited'
  | 'template.submitted'
  | 'template.review_started'
  | 'template.approved'
  | 'template.updated'
  | 'template.changes_requested'
  | 'template.rejected'
  | 'template.deprecated'
  | 'template.deleted'
  | 'template.price_changed'
  | 'template.price_withdrawn'

export interface TemplateEventInput {
  readonly type: TemplateEventType
  readonly summary: string
  readonly reason?: string | null
  readonly data?: Readonly<Record<string, unknown>>
}

/** Data of a template event: enough to keep a copy of the template and its product without further requests. */
export interface TemplateEventData {
  readonly templateId: string
  readonly externalId: string
  readonly slug: string
  readonly name: string
  readonly shortDescription: string | null
  readonly longDescription: string | null
  readonly category: string | null
  readonly tags: readonly string[]
  readonly techStack: Readonly<Record<string, unknown>> | null
  readonly infrastructureRequirements: Readonly<Record<string, unknown>> | null
  readonly requiredPlan: string | null
  readonly version: number
  readonly status: TemplateStatus
  /** True if it is on the marketplace. A rejected version does not remove the listing. */
  readonly listed: boolean
  readonly installCount: number
  readonly viewCount: number
  readonly approvedAt: Date | null
  readonly vendorId: string | null
  readonly vendorName: string | null
  readonly vendorVerified: boolean | null
  readonly vendorAccountId: string | null
  /** Subject of the publishing user. Null if not published by a user. */
  readonly vendorUserId: string | null
  readonly productId: string | null
  /** On sale now, in the catalog's order; empty: it costs nothing, or is sold no longer (`productActive`). */
  readonly prices: readonly { amountMinor: number; currency: string; interval: string }[]
  readonly productActive: boolean | null
}

/** Reads the data of a template event in this transaction. */
export async function loadTemplateEventData(sql: Sql, templateId: string): Promise<TemplateEventData | null> {
  const row = await sql.row<TemplateEventData>(
    `select t.id as template_id, t.id as external_id, t.slug, t.name, t.short_description, t.long_description, c.code as category, t.tags,
       t.tech_stack, t.infrastructure_requirements, t.required_plan, t.version, t.status, t.status = 'APPROVED' as listed,
       t.install_count, t.view_count, t.approved_at,
       v.id as vendor_id, v.name as vendor_name, v.verified as vendor_verified, v.account_id as vendor_account_id,
       case when a.kind = 'PERSON' then a.external_id end as vendor_user_id,
       p.id as product_id, p.active as product_active,
       coalesce((select jsonb_agg(jsonb_build_object('amountMinor', pr.amount_minor, 'currency', pr.currency, 'interval', pr."interval") order by pr.id)
         from price pr where pr.product_id = p.id and pr.active and p.active), '[]') as prices
     from template t left join category c on c.id = t.category_id left join vendor v on v.id = t.vendor_id
       left join account a on a.id = v.account_id left join product p on p.type = 'TEMPLATE' and p.external_id = t.id
     where t.id = $1`,
    [templateId],
  )
  return row ?? null
}

/**
 * Publishes a template change in its transaction: the reason to the stream of the vendor's account, the change to
 * integrations through the outbox, and the actor to the audit log. The caller holds the lock of the vendor's account.
 */
export async function publishTemplateEvent(
  context: IdentityContext,
  transaction: Transaction,
  templateId: string,
  { type, summary, reason = null, data = {} }: TemplateEventInput,
): Promise<void> {
  const input = (await loadTemplateEventData(transaction, templateId))!
  const at = context.clock.now()
  const accountId = input.vendorAccountId
  const published = {
    slug: input.slug,
    name: input.name,
    version: input.version,
    listed: input.listed,
    reason,
    ...data,
  }
  if (accountId)
    await recordAccountEvent(transaction, accountId, at, {
      type,
      summary,
      subject: { __typename: 'Template', id: templateId },
      data: published,
    })
  await writeOutbox(transaction, {
    type,
    accountId,
    payload: { ...input, reason, ...data },
    at,
    requestId: context.requestId,
  })
  await recordAudit(transaction, {
    accountId,
    actor: context.caller.principal,
    action: type,
    object: templateId,
    details: published,
  })
}
