import { ID } from 'type-graphql'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Refused } from '../kernel/refused.type.js'
import { CurrencyCode, DateTime, Url } from '../kernel/scalars.js'
import { VENDOR_ACCOUNT, VENDOR_ID } from './descriptions.js'
import { PayoutMethod, VendorPayout } from './vendor-earnings.type.js'
import { Vendor } from './vendor.type.js'

export const PayOutVendorResult = unionType('PayOutVendorResult', 'The payout, or a denial.', () => [
  VendorPayout,
  Refused,
])
export type PayOutVendorResult = VendorPayout | Refused

@objectType('Payout onboarding of a vendor at the provider.')
export class VendorOnboarding {
  readonly __typename!: 'VendorOnboarding'

  @field('Whether transfers reach the vendor.', () => Boolean)
  payoutsEnabled!: boolean

  @field("The provider's onboarding page. Null if onboarding is complete.", () => Url, {
    nullable: true,
  })
  url!: string | null

  @field(
    'Expiry time of the page, which can be opened once (business clock). Call the mutation again for a new one.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  expiresAt!: Date | null
}

@inputType('Vendor to connect for payouts.')
export class ConnectVendorInput {
  @field(VENDOR_ACCOUNT, () => ID, { nullable: true })
  accountId?: string | null

  @field('Page to return to afterwards. Default: the dashboard.', () => String, { nullable: true })
  returnUrl?: string | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const ConnectVendorResult = unionType(
  'ConnectVendorResult',
  'The onboarding state of the vendor, or a denial.',
  () => [VendorOnboarding, Refused],
)
export type ConnectVendorResult = VendorOnboarding | Refused

@inputType('Vendor, currency and method of a payout of the full balance.')
export class PayOutVendorInput {
  @field(VENDOR_ID, () => ID)
  vendorId!: string

  @field('Currency of the balance to pay out.', () => CurrencyCode)
  currency!: string

  @field('Payout method. Default: MANUAL.', () => PayoutMethod, { nullable: true, defaultValue: 'MANUAL' })
  method?: PayoutMethod | null

  @field('Reference on the bank statement.', () => String, { nullable: true })
  reference?: string | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@inputType(
  'Fields of a vendor profile to change. A field that is left out stays unchanged. Null clears the value; `name` cannot be cleared.',
)
export class VendorProfileChangesInput {
  @field('Display name, at most 90 characters. A new name must be verified again.', () => String, { nullable: true })
  name?: string | null

  @field('Profile text, at most 2,000 characters.', () => String, { nullable: true })
  description?: string | null

  @field('Website of the vendor, an HTTPS URL.', () => String, { nullable: true })
  website?: string | null
}

@inputType('Vendor profile to change.')
export class UpdateVendorProfileInput {
  @field(VENDOR_ACCOUNT, () => ID, { nullable: true })
  accountId?: string | null

  @field('Fields to change.', () => VendorProfileChangesInput)
  changes!: VendorProfileChangesInput

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const UpdateVendorProfileResult = unionType('UpdateVendorProfileResult', 'The vendor, or a denial.', () => [
  Vendor,
  Refused,
])
export type UpdateVendorProfileResult = Vendor | Refused

@inputType('Vendor, and whether its identity was checked.')
export class VerifyVendorInput {
  @field(VENDOR_ID, () => ID)
  vendorId!: string

  @field('Whether the vendor is verified.', () => Boolean)
  verified!: boolean

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const VerifyVendorResult = unionType('VerifyVendorResult', 'The vendor, or a denial.', () => [Vendor, Refused])
export type VerifyVendorResult = Vendor | Refused

@inputType('Vendor and the account that its transfers go to.')
export class SetVendorPayoutAccountInput {
  @field(VENDOR_ID, () => ID)
  vendorId!: string

  @field("Provider's ID of the connected account (`acct_…`). Null removes it.", () => String, { nullable: true })
  payoutAccountId?: string | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const SetVendorPayoutAccountResult = unionType(
  'SetVendorPayoutAccountResult',
  'The vendor, or a denial.',
  () => [Vendor, Refused],
)
export type SetVendorPayoutAccountResult = Vendor | Refused
