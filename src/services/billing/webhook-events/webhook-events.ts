import type { WebhookEventFilter } from '#schema/billing/webhook-event.type.js'
import { findAccount } from '#services/identity/accounts/account-reference.js'
import { listInboxEvents, type InboxFilter, type ListedInboxEvent } from '#services/kernel/inbox/inbox-queries.js'
import { EMPTY_PAGE, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { listObjectKeys } from './webhooks.sql.js'

const OBJECT_TYPES = ['subscription', 'checkout', 'invoice', 'payment', 'event']

/** Received provider events with their status and its reason. Operators only. */
export async function webhookEvents(
  context: BillingContext,
  filter: WebhookEventFilter,
  request: PageRequest,
): Promise<Page<ListedInboxEvent>> {
  const conditions = await inboxFilter(context, filter)
  return conditions ? listInboxEvents(context.database, conditions, request) : EMPTY_PAGE
}

/** The conditions on received events. Null if no event can match. Events of an account are those of its objects at the providers. */
export async function inboxFilter(context: BillingContext, filter: WebhookEventFilter): Promise<InboxFilter | null> {
  const { object, account, search, statuses, ...rest } = filter
  const named = object ? (object.includes(':') ? [object] : OBJECT_TYPES.map((type) => `${type}:${object}`)) : null
  const owned = account ? await objectKeysOf(context, account) : null
  const objectKeys = named && owned ? named.filter((key) => owned.includes(key)) : (named ?? owned)
  return objectKeys?.length === 0 ? null : { ...rest, states: statuses, objectKeys, search: search?.trim() || null }
}

async function objectKeysOf({ database }: BillingContext, reference: string): Promise<string[]> {
  const account = await findAccount(database, reference)
  if (!account) return []
  return (await database.rows(listObjectKeys, { accountId: account.id })).map(({ objectKey }) => objectKey)
}
