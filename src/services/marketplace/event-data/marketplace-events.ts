import { z } from 'zod'
import {
  each,
  forOperators,
  integer,
  maybeInterval,
  maybeText,
  ofAccount,
  ofAny,
  openObject,
  streamedAs,
  text,
  time,
} from '#services/kernel/outbox/event-data/define-event-data.js'

const minor = () => integer().describe('In minor units of the currency.')

const price = z.strictObject({ amountMinor: minor(), currency: text(), interval: maybeInterval() })

const content = {
  templateId: text(),
  externalId: text().describe('The same as `templateId`.'),
  slug: text(),
  name: text(),
  shortDescription: maybeText(),
  longDescription: maybeText(),
  category: maybeText().describe('Code of the category.'),
  tags: text().array().readonly(),
  techStack: openObject().nullable(),
  infrastructureRequirements: openObject().nullable(),
  requiredPlan: maybeText().describe('Code of the plan that the template requires.'),
  version: integer(),
  status: text(),
  listed: z.boolean().describe('True while the marketplace shows the template.'),
  installCount: integer(),
  approvedAt: time().nullable(),
  vendorId: maybeText(),
  vendorName: maybeText(),
  vendorVerified: z.boolean().nullable(),
  vendorAccountId: maybeText(),
  vendorUserId: maybeText().describe('Subject of the user that publishes it.'),
  productId: maybeText(),
  productActive: z.boolean().nullable().describe('Null without a product.'),
  prices: price.array().readonly().describe('Prices on sale.'),
  reason: maybeText().describe('Reason of the reviewer or operator.'),
}

const { slug, name, version, listed, reason } = content
/** Members of `content` in streams. */
const shownContent = { slug, name, version, listed, reason }

const template = streamedAs(
  ofAny('TemplateEventData', 'a template changed; the data are everything that a copy of it needs', content),
  shownContent,
)

const reviewed = {
  checklist: openObject().nullable().optional().describe('Results of the review.'),
  nextActionHint: text().optional().describe('Next step of the vendor.'),
}

const review = streamedAs(
  ofAny('TemplateReviewData', 'a review of a template began or ended; the data are everything that a copy needs', {
    ...content,
    ...reviewed,
  }),
  { ...shownContent, ...reviewed },
)

const newPrice = { amountMinor: minor(), currency: text(), interval: maybeInterval() }

const sale = ofAccount('SaleEventData', 'a template was sold, or its sale was reversed; the buyer is not named', {
  templateId: text(),
  vendorId: text(),
  saleId: text(),
  grossMinor: minor(),
  amountMinor: minor().describe('Share of the vendor. Negative if it is clawed back.'),
  currency: text(),
  shareBasisPoints: integer(),
})

const payout = ofAccount('PayoutEventData', 'a balance was paid out, or the payout failed', {
  payoutId: text(),
  vendorId: text(),
  amountMinor: minor(),
  currency: text(),
  method: text(),
})

const vendor = ofAccount('VendorEventData', 'a vendor changed', {
  vendorId: text(),
  name: text(),
  verified: z.boolean(),
  payoutAccountId: maybeText().describe('Account at the provider to which the balance is paid out.'),
  subjectId: text().describe('The same as `vendorId`.'),
})

/** Data of events about templates and vendors. */
export const marketplaceEvents = {
  ...each(
    ['template.created', 'template.edited', 'template.deprecated', 'template.deleted', 'template.price_withdrawn'],
    template,
  ),
  ...each(['template.submitted', 'template.submission_withdrawn'], forOperators(template)),
  ...each(
    [
      'template.review_started',
      'template.approved',
      'template.updated',
      'template.changes_requested',
      'template.rejected',
    ],
    forOperators(review),
  ),
  'template.price_changed': streamedAs(
    ofAny('TemplatePriceData', 'the price of a template changed', { ...content, ...newPrice }),
    { ...shownContent, ...newPrice },
  ),
  ...each(['template.sold', 'earnings.clawed_back', 'earnings.restored'], sale),
  ...each(['earnings.paid_out', 'earnings.payout_returned'], payout),
  'template.granted': ofAccount('TemplateGrantedData', 'an operator granted a template', {
    templateId: text(),
    productId: text(),
    reason: text(),
    by: text(),
  }),
  'template.ownership_expired': ofAccount('OwnershipExpiredData', 'the last paid day of a monthly template ended', {
    templateId: text(),
    expiredAt: time(),
  }),
  ...each(['vendor.updated', 'vendor.verified', 'vendor.unverified', 'vendor.payout_account_changed'], vendor),
  'entitlements.synced': ofAccount('EntitlementsSyncedData', 'the User Service reports another plan or templates', {
    plan: maybeText().describe('Code of the plan.'),
    dateEnd: time().nullable(),
    templates: text().array().readonly(),
  }),
  'marketplace.synced': ofAny(
    'MarketplaceSyncedData',
    'a template of an integration was stored, changed or withdrawn',
    {
      templateId: text(),
      action: text(),
      productId: maybeText(),
    },
  ),
} as const

type MarketplaceEvents = typeof marketplaceEvents

declare module '#services/kernel/outbox/event-data/events.js' {
  interface Events extends MarketplaceEvents {}
}
