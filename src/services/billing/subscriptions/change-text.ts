import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type { SubscriptionChangeKind } from '#entities/billing/subscription-change-state.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { dayText, ENGLISH } from '#services/kernel/text/readable.js'
import { costText } from '../model/cost-texts.js'

type Catalog = Pick<CatalogSnapshot, 'planByVersionId' | 'priceById' | 'productById'>

/** The changes that have no terms of their own. */
const NAMES: Readonly<Partial<Record<SubscriptionChangeKind, string>>> = {
  CANCEL: 'cancellation',
  PAUSE: 'pause',
  RESUME: 'continuation',
  TRIAL: 'change of the trial',
}

/** Sentences of a change that did not take effect yet: of what, to what and when. */
const SENTENCES = {
  SCHEDULED: ({ what, to, on }) => `${what} changes${to}${on}.`,
  CANCELED: ({ change }) => `The ${change} is canceled.`,
  REQUIRES_CONFIRMATION: ({ change }) => `The bank requires a confirmation of the ${change}.`,
  SUPERSEDED: ({ change }) => `Another change replaced the ${change}.`,
  FAILED: ({ change }) => `The ${change} failed.`,
} satisfies Record<string, (terms: Terms & { readonly change: string }) => string>

/** The statuses that the stream of an account has an event of. */
export type PublishedStatus = keyof typeof SENTENCES

interface Terms {
  readonly what: string
  /** The new terms, as ` to 2 × $25.00 a month`. */
  readonly to: string
  /** The day of a change that does not take effect at once, as ` on April 15, 2026`. */
  readonly on: string
}

/** Pure: what a status says of a change, for customers and operators. */
export function changeText(catalog: Catalog, change: SubscriptionChangeRow, to: PublishedStatus): string {
  const terms = termsOf(catalog, change)
  const name = NAMES[change.kind]
  return SENTENCES[to]({
    ...terms,
    change: name ? `${name} of ${terms.what}` : `change of ${terms.what}${terms.to}${terms.on}`,
  })
}

function termsOf(catalog: Catalog, change: SubscriptionChangeRow): Terms {
  const { kind, at, effectiveAt, fromPlanVersionId, toPlanVersionId, toPriceId, toQuantity } = change
  const price = catalog.priceById.get(toPriceId ?? '')
  const after = catalog.planByVersionId.get(toPlanVersionId ?? '')
  const before = catalog.planByVersionId.get(fromPlanVersionId ?? '') ?? after
  const addon = kind === 'ADDON' ? catalog.productById.get(price?.productId ?? '')?.name : undefined
  const count = toQuantity === null || toQuantity === 1 ? '' : `${toQuantity} × `
  const cost = price && toQuantity !== 0 ? `${count}${costText(price, ENGLISH)}` : null
  const plan = after && before && after.code !== before.code ? ` to ${after.name}` : ''
  return {
    what: addon ?? before?.name ?? 'the subscription',
    to: cost ? `${plan}${plan ? ' for ' : ' to '}${cost}` : toQuantity === 0 ? ' to none' : plan,
    on: at === 'PERIOD_END' ? ` on ${dayText(effectiveAt)}` : '',
  }
}
