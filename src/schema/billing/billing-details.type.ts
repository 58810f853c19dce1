import { ID, InputType } from 'type-graphql'
import { TAX_ID_FORMS, type TaxIdType as KnownType } from '#services/billing/customers/tax-id-forms.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'

export const TaxIdType = enumType('TaxIdType', 'Type of a tax ID: its country, or `EU`, and its name there.', {
  ...(Object.fromEntries(
    Object.entries(TAX_ID_FORMS).map(([type, [example]]) => [type, `For example \`${example}\`.`]),
  ) as Record<KnownType, string>),
  OTHER: 'A type that was entered at the payment provider and is not in this list. It can be kept and removed only.',
})
export type TaxIdType = keyof typeof TaxIdType

export const TaxIdVerification = enumType(
  'TaxIdVerification',
  'Result of the question to an authority about a tax ID.',
  {
    PENDING: 'The payment provider has asked, and the authority has not answered.',
    VERIFIED: 'The authority knows the tax ID.',
    UNVERIFIED: 'The authority does not know it.',
    UNAVAILABLE: 'No authority is asked about this type, or at this payment provider.',
  },
)
export type TaxIdVerification = keyof typeof TaxIdVerification

export const TaxExemption = enumType('TaxExemption', 'Whether a buyer pays taxes.', {
  NONE: 'Taxes are charged as calculated.',
  EXEMPT: 'No taxes are charged.',
  REVERSE_CHARGE: 'No taxes are charged, because the buyer owes them. Invoices say so.',
})
export type TaxExemption = keyof typeof TaxExemption

@objectType('An address as invoices show it.')
export class BillingAddress {
  readonly __typename?: 'BillingAddress'

  @field('Street and number, or post office box.', () => String, { nullable: true })
  line1!: string | null

  @field('Building, floor, or name of a recipient.', () => String, { nullable: true })
  line2!: string | null

  @field('City, town or village.', () => String, { nullable: true })
  city!: string | null

  @field('ZIP or postal code.', () => String, { nullable: true })
  postalCode!: string | null

  @field('State, county, province or region.', () => String, { nullable: true })
  region!: string | null

  @field('Country, as a code of ISO 3166-1 alpha-2, for example `DE`.', () => String)
  country!: string
}

@objectType('A tax ID of a buyer, which invoices show.')
export class TaxId {
  readonly __typename?: 'TaxId'

  @field('Type of the tax ID.', () => TaxIdType)
  type!: TaxIdType

  @field('Number of the tax ID, with the separators that were given.', () => String)
  value!: string

  @field('Result of the question to an authority.', () => TaxIdVerification)
  verification!: TaxIdVerification
}

/** Data of the buyer on invoices. */
@objectType('The buyer as invoices name it, and what its taxes depend on.')
export class BillingDetails {
  readonly __typename?: 'BillingDetails'

  @field('Name of the person or company. Null if none was given.', () => String, { nullable: true })
  name!: string | null

  @field('Address, from which taxes are calculated. Null if none was given.', () => BillingAddress, { nullable: true })
  address!: BillingAddress | null

  @field('Tax IDs, at most 5.', () => [TaxId])
  taxIds!: TaxId[]

  @field('Whether taxes are charged. Operators decide it (`setChargingTerms`).', () => TaxExemption)
  taxExemption!: TaxExemption

  @field('Number of the purchase order of the buyer, which invoices show. Null without one.', () => String, {
    nullable: true,
  })
  purchaseOrder!: string | null
}

@InputType({ description: 'An address for invoices.' })
export class BillingAddressInput {
  @field('Street and number, or post office box. At most 200 characters, as all lines.', () => String, {
    nullable: true,
  })
  line1?: string | null

  @field('Building, floor, or name of a recipient.', () => String, { nullable: true })
  line2?: string | null

  @field('City, town or village.', () => String, { nullable: true })
  city?: string | null

  @field('ZIP or postal code.', () => String, { nullable: true })
  postalCode?: string | null

  @field('State, county, province or region.', () => String, { nullable: true })
  region?: string | null

  @field('Country, as a code of ISO 3166-1 alpha-2, for example `DE`.', () => String)
  country!: string
}

@InputType({ description: 'A tax ID of a buyer.' })
export class TaxIdInput {
  @field('Type of the tax ID.', () => TaxIdType)
  type!: TaxIdType

  @field('The tax ID in the form of its type. Spaces, dots, slashes and hyphens are allowed.', () => String)
  value!: string
}

@inputType('New data of the buyer on invoices. Fields that are missing stay.')
export class UpdateBillingDetailsInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Name of the person or company, at most 200 characters. Null removes it.', () => String, { nullable: true })
  name?: string | null

  @field('Address, which replaces the earlier one as a whole. Null removes it.', () => BillingAddressInput, {
    nullable: true,
  })
  address?: BillingAddressInput | null

  @field('All tax IDs, at most 5. They replace the earlier ones.', () => [TaxIdInput], { nullable: true })
  taxIds?: TaxIdInput[] | null

  @field('Number of the purchase order, at most 140 characters. Null removes it.', () => String, { nullable: true })
  purchaseOrder?: string | null
}
