import { payload } from '../kernel/payload.js'
import { enumType, federationKeys, field, objectType } from '../kernel/decorators.js'
import { CURRENT_STREAM_CURSOR } from '../kernel/descriptions.js'
import { Node } from '../kernel/node.type.js'
import { SafeInt } from '../kernel/scalars.js'

export const AccountKind = enumType('AccountKind', 'Kind of an account.', {
  PERSON: 'One person. Created at the first sign-in.',
  TEAM: 'Several users who pay together. Created with `createTeam`.',
  COMMUNITY: 'A community of a parent application. Its admins pay.',
})
export type AccountKind = keyof typeof AccountKind

/**
 * The party that pays and holds entitlements. Resolvers of other domains add plan, subscription, entitlements and
 * lists.
 */
@objectType('The party that pays and holds entitlements. Its members act for it.', { implements: Node })
@federationKeys('id')
export class Account implements Node {
  readonly __typename!: 'Account'
  id!: string

  @field('Kind of the account.', () => AccountKind)
  kind!: AccountKind

  @field('ID in the system the account comes from: the `sub` of a person, the ID of a team or community.', () => String)
  externalId!: string

  @field('Display name of the account.', () => String)
  name!: string

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
