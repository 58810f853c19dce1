import { argument, Keyed, keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { CurrencyCode } from '../kernel/scalars.js'
import { REASON } from '../kernel/descriptions.js'
import { VENDOR_ACCOUNT, VENDOR_ID } from './descriptions.js'
import { PayoutMethod } from './vendor-earnings.type.js'

@ArgsType()
export class ConnectVendorArgs {
  @field(VENDOR_ACCOUNT, () => ID, { nullable: true })
  accountId?: string | null

  @field('Page to return to afterwards. Default: the dashboard.', () => String, { nullable: true })
  returnUrl?: string | null

  @keyArgument()
  idempotencyKey!: string
}

@inputType('A full balance of a vendor to pay out, with the method and the reason.')
export class PayOutVendorInput extends Keyed {
  @field(VENDOR_ID, () => ID)
  vendorId!: string

  @field('Currency of the balance to pay out.', () => CurrencyCode)
  currency!: string

  @field('Payout method. Default: MANUAL.', () => PayoutMethod, { nullable: true })
  method?: PayoutMethod | null

  @field('Reference on the bank statement. Required for MANUAL.', () => String, { nullable: true })
  reference?: string | null

  @field(REASON, () => String)
  reason!: string
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

@ArgsType()
export class UpdateVendorProfileArgs {
  @field(VENDOR_ACCOUNT, () => ID, { nullable: true })
  accountId?: string | null

  @argument('input', 'Fields to change.', () => VendorProfileChangesInput)
  changes!: VendorProfileChangesInput

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class VerifyVendorArgs {
  @argument('id', VENDOR_ID, () => ID)
  vendorId!: string

  @field('Whether the vendor is verified.', () => Boolean)
  verified!: boolean

  @keyArgument()
  idempotencyKey!: string
}

@ArgsType()
export class SetVendorPayoutAccountArgs {
  @argument('id', VENDOR_ID, () => ID)
  vendorId!: string

  @field("Provider's ID of the connected account (`acct_…`). Null removes it.", () => String, { nullable: true })
  payoutAccountId?: string | null

  @keyArgument()
  idempotencyKey!: string
}
