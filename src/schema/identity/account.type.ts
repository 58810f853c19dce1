import { payload } from '../kernel/payload.js'
import { enumType, federationKeys, field, objectType } from '../kernel/decorators.js'
import { CURRENT_STREAM_CURSOR } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { personal } from '../kernel/personal.js'
import { CurrencyCode, DateTime, EmailAddress, SafeInt } from '../kernel/scalars.js'

export const AccountKind = enumType('AccountKind', 'Kind of an account.', {
  PERSON: 'One person. Created at the first sign-in.',
  TEAM: 'Several users who pay together. Created with `createTeam`.',
  COMMUNITY: 'A community of a parent application. Its admins pay.',
  CUSTOMER: 'A customer of an application, which names it by its own ID. Created by the first call of a service.',
})
export type AccountKind = keyof typeof AccountKind

/**
 * The party that pays and holds entitlements. Resolvers add `metadata`, plan, subscription, entitlements and lists.
 */
@objectType('The party that pays and holds entitlements. Its members act for it.', { implements: Node })
@federationKeys('id')
export class Account implements Node {
  readonly __typename!: 'Account'
  id!: string

  @field('Kind of the account.', () => AccountKind)
  kind!: AccountKind

  @field(
    'ID in the system the account comes from: the `sub` of a person, the ID of a team, community or customer.',
    () => String,
  )
  externalId!: string

  @field('Display name of the account.', () => String)
  @personal('masked')
  name!: string

  @field('Creation time of the account (business clock).', () => DateTime)
  createdAt!: Date

  @field('Address for receipts and notices while no owner has signed in. Null if not set.', () => EmailAddress, {
    nullable: true,
  })
  @personal()
  billingEmail!: string | null

  /** Value of `metadata` for services and operators. */
  storedMetadata!: Readonly<Record<string, string>>

  @field('Currency of its prices. Null: the default of the catalog.', () => CurrencyCode, { nullable: true })
  currency!: string | null

  @field('Language of mails and pages, as a tag of BCP 47. Null: that of the browser.', () => String, {
    nullable: true,
  })
  language!: string | null

  @field('Time zone, as an IANA name. Null: UTC.', () => String, { nullable: true })
  timeZone!: string | null

  @field(
    "Increases with every change of entitlements or money. Equals the sequence of the account's last event.",
    () => SafeInt,
  )
  revision!: number

  @field(
    `Position of the account's stream (\`billingEvents\`, \`entitlements\`). It ${CURRENT_STREAM_CURSOR}`,
    () => String,
  )
  cursor!: string
}

export const AccountPayload = payload(Account)
