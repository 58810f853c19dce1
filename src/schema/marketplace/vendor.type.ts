import { payload } from '../kernel/payload.js'
import { ID } from 'type-graphql'
import { countedConnection } from '../kernel/connection.js'
import { field, inputType, objectType, oneOfInputType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, Url } from '../kernel/scalars.js'

/** Resolvers add the templates, and for the vendor and operators earnings, payouts and the payout account. */
@objectType('A publisher of templates.', { implements: Node })
export class Vendor implements Node {
  readonly __typename!: 'Vendor'
  id!: string

  @field('Display name of the vendor.', () => String)
  name!: string

  @field('Whether the operator has verified the vendor.', () => Boolean)
  verified!: boolean

  @field('Profile text of the vendor. Null if none.', () => String, { nullable: true })
  description!: string | null

  @field('Website of the vendor. Null if none.', () => Url, { nullable: true })
  website!: string | null

  @field(
    'Creation time of the vendor (business clock; machine clock if it is from the catalog file or an integration).',
    () => DateTime,
  )
  createdAt!: Date

  /** ID of the account that publishes as this vendor. Null for the operator's own. */
  accountId!: string | null

  /** Payout account at the provider, which a resolver shows to the vendor and operators. */
  payoutAccountId!: string | null
}

@oneOfInputType('ID or name of a vendor.')
export class VendorBy {
  @field('ID of the vendor.', () => ID, { nullable: true })
  id?: string | null

  @field('Name of the vendor. Every vendor has another one.', () => String, { nullable: true })
  name?: string | null
}

@inputType('Selects vendors. An omitted field selects all.')
export class VendorFilter {
  @field('Part of the name, or the ID of the vendor or of its account.', () => String, { nullable: true })
  search?: string | null

  @field('true: only verified vendors. false: only others.', () => Boolean, { nullable: true })
  verified?: boolean | null

  @field('true: only vendors with a balance above zero. false: only others.', () => Boolean, { nullable: true })
  payable?: boolean | null
}

/** Description of `totalCount`, in the type and in its resolver. */
export const VENDOR_COUNT = 'Total number of vendors.'

/** A page of vendors. */
export const VendorConnection = countedConnection('Vendor', 'vendors', () => Vendor, VENDOR_COUNT)
export type VendorConnection = InstanceType<typeof VendorConnection>

export const VendorPayload = payload(Vendor)
