import type { TemplateStatus } from '#entities/marketplace/template-state.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { isForOperators, recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import { recordAudit } from '#services/kernel/audit/audit.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { toInterval, type Interval } from '#services/catalog/products/interval.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import { marketplaceEvents } from '../event-data/marketplace-events.js'
import { templateEventData } from './templates.sql.js'

/** Types of template events; docs/events.md describes each. */
export type TemplateEventType = Exclude<
  Extract<keyof typeof marketplaceEvents, `template.${string}`>,
  'template.sold' | 'template.granted' | 'template.ownership_expired'
>

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
  readonly approvedAt: Date | null
  readonly vendorId: string | null
  readonly vendorName: string | null
  readonly vendorVerified: boolean | null
  readonly vendorAccountId: string | null
  /** Subject of the publishing user. Null if not published by a user. */
  readonly vendorUserId: string | null
  readonly productId: string | null
  /** On sale now, in the catalog's order; empty: it costs nothing, or is sold no longer (`productActive`). */
  readonly prices: readonly { amountMinor: number; currency: string; interval: Interval | null }[]
  readonly productActive: boolean | null
}

/** The same data as the database has them. */
export interface TemplateEventRow extends Omit<TemplateEventData, 'prices'> {
  readonly prices: readonly { amountMinor: number; currency: string; interval: BillingInterval }[]
}

/** Reads the data of a template event in this transaction. */
export async function loadTemplateEventData(database: Sql, templateId: string): Promise<TemplateEventData | null> {
  const row = await database.row(templateEventData, { templateId })
  return row ? { ...row, prices: row.prices.map((one) => ({ ...one, interval: toInterval(one.interval) })) } : null
}

/**
 * Publishes a template change in its transaction: the reason to the stream of the vendor's account, steps of a review to operators, the
 * change to integrations through the outbox, and the actor to the audit log. The caller holds the lock of the vendor's account.
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
  // Steps of a review change the queue of all reviewers.
  if (isForOperators(marketplaceEvents, type))
    await recordOperatorEvent(transaction, {
      type,
      summary,
      accountId,
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
