import { ID, Int } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { enumType, field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { Refused } from '../kernel/refused.type.js'
import { CurrencyCode, DateTime } from '../kernel/scalars.js'
import { Template } from './template.type.js'
import { Vendor } from './vendor.type.js'

/** What moved in a vendor's books. */
export const VendorEntryKind = enumType('VendorEntryKind', "What moved in a vendor's books.", {
  SALE: "The vendor's share of a sale.",
  CLAWBACK: 'Taken back: the sale was refunded, or a bank asks for it.',
  RESTORE: 'Given again: a dispute was won, or a refund failed.',
  PAYOUT: 'Paid out.',
  PAYOUT_RETURNED: 'A payout that could not be sent.',
})
export type VendorEntryKind = keyof typeof VendorEntryKind

/** One movement. */
@objectType("One movement of a vendor's books; they are only ever added to.")
export class VendorEntry {
  @field('The id of the movement.', () => ID)
  id!: string

  @field('When.', () => DateTime)
  at!: Date

  @field('What it is.', () => VendorEntryKind)
  kind!: VendorEntryKind

  @field('What it was sold for, without tax, for a sale; null for the others.', () => Money, { nullable: true })
  gross!: Money | null

  @field('What it changes; below zero when it was taken back or paid out.', () => Money)
  amount!: Money

  @field('The share that was agreed, in hundredths of a percent; null where there is none.', () => Int, {
    nullable: true,
  })
  shareBasisPoints!: number | null

  @field('The name of what was sold; null for a payout.', () => String, { nullable: true })
  templateName!: string | null
}

/** A page of movements. */
export const VendorEntryConnection = connection('VendorEntry', 'movements', () => VendorEntry)
export type VendorEntryConnection = InstanceType<typeof VendorEntryConnection>

/** What a vendor has earned. */
@objectType('What a vendor has earned, one amount for each currency. `entries(first, after)` is added by its resolver.')
export class VendorEarnings {
  @field('Whose.', () => Vendor)
  vendor!: Vendor

  @field('What buyers paid in the span, without tax.', () => [Money])
  gross!: Money[]

  @field("The vendor's share of it.", () => [Money])
  share!: Money[]

  @field('What was taken back in the span, less what was given again.', () => [Money])
  clawedBack!: Money[]

  @field('What was paid out in the span, less what came back.', () => [Money])
  paidOut!: Money[]

  @field('What is owed at the end of the span; below zero when more was taken back than was left.', () => [Money])
  payable!: Money[]

  vendorId!: string
  span!: { from: Date | null; to: Date | null }
}

/** How a template does. */
@objectType('How one template does.')
export class TemplateFigures {
  @field('The template, with its looks and stars since the beginning.', () => Template)
  template!: Template

  @field('How often it was deployed in the span.', () => Int)
  installs!: number

  @field('How often it was sold or renewed in the span.', () => Int)
  sales!: number

  @field('What it was sold for in the span, without tax, for each currency.', () => [Money])
  gross!: Money[]

  @field("The vendor's share in the span, less what was taken back.", () => [Money])
  share!: Money[]
}

/** How a vendor paid. */
export const PayoutMethod = enumType('PayoutMethod', 'How a vendor is paid.', {
  MANUAL: 'By hand, as the export says; it is written down here.',
  STRIPE: 'As a transfer to the connected account, where the operator switched transfers on.',
})
export type PayoutMethod = keyof typeof PayoutMethod

/** How far a payout has come. */
export const PayoutStatus = enumType('PayoutStatus', 'How far a payout has come.', {
  CREATING: 'Intended; the provider has not answered yet.',
  PAID: 'Sent.',
  FAILED: 'Refused by the provider: it is owed still.',
})
export type PayoutStatus = keyof typeof PayoutStatus

/** Money sent to a vendor. */
@objectType('Money on its way to a vendor.', { implements: Node })
export class VendorPayout implements Node {
  readonly __typename!: 'VendorPayout'
  id!: string

  @field('How.', () => PayoutMethod)
  method!: PayoutMethod

  @field('How far it has come.', () => PayoutStatus)
  status!: PayoutStatus

  @field('How much.', () => Money)
  money!: Money

  @field("What the bank's statement says; null when nothing.", () => String, { nullable: true })
  reference!: string | null

  @field('Why it failed; null when it has not.', () => String, { nullable: true })
  why!: string | null

  @field('When it was asked for.', () => DateTime)
  createdAt!: Date
}

/** What a payout answers. */
export const PayoutResult = unionType('PayoutResult', 'The payout, or why there is none.', () => [
  VendorPayout,
  Refused,
])
export type PayoutResult = VendorPayout | Refused

/** How far a vendor has come with the provider that pays it. */
@objectType('How far a vendor has come with the provider that sends its share.')
export class VendorConnection {
  readonly __typename!: 'VendorConnection'

  @field('Transfers reach the vendor.', () => Boolean)
  ready!: boolean

  @field("The provider's page on which the vendor says who it is; null when nothing is left to say.", () => String, {
    nullable: true,
  })
  url!: string | null

  @field('Until when the page can be opened, once; ask again for another.', () => DateTime, { nullable: true })
  expiresAt!: Date | null
}

/** What connecting a vendor answers. */
export const ConnectVendorResult = unionType(
  'ConnectVendorResult',
  'Whether transfers reach the vendor, or why it cannot be connected.',
  () => [VendorConnection, Refused],
)
export type ConnectVendorResult = VendorConnection | Refused

/** What changing a vendor answers. */
export const VendorResult = unionType('VendorResult', 'The vendor as it is now, or why it was not changed.', () => [
  Vendor,
  Refused,
])
export type VendorResult = Vendor | Refused

/** Which vendor is paid, and how. */
@inputType('Which vendor is paid, and how: all that is owed in one currency.')
export class PayOutVendorInput {
  @field('The vendor.', () => ID)
  vendorId!: string

  @field('The currency.', () => CurrencyCode)
  currency!: string

  @field('How. Left out: by hand.', () => PayoutMethod, { nullable: true, defaultValue: 'MANUAL' })
  method?: PayoutMethod | null

  @field("What the bank's statement will say.", () => String, { nullable: true })
  reference?: string | null

  @field(
    "The caller's own key: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** What a vendor says of itself. */
@inputType('What a vendor says of itself; what is left out stays.')
export class VendorProfileInput {
  @field("Whose profile, by id or reference of the account. Left out: the caller's current account.", () => ID, {
    nullable: true,
  })
  accountId?: string | null

  @field('The name for people; another one has to be verified again.', () => String, { nullable: true })
  name?: string | null

  @field('What they say of themselves, at most 2,000 characters.', () => String, { nullable: true })
  description?: string | null

  @field('Their own page, an https address.', () => String, { nullable: true })
  website?: string | null
}
