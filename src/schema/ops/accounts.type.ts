import { AccountKind } from '../identity/account.type.js'
import { enumType, field, inputType } from '../kernel/decorators.js'
import { JSONValue } from '../kernel/scalars.js'

export const AccountOrder = enumType('AccountOrder', 'Order of a list of accounts.', {
  NEWEST: 'The newest items first.',
  NAME: 'Ascending order of names.',
})
export type AccountOrder = keyof typeof AccountOrder

/** Conditions of a list of accounts; all of them hold. */
@inputType('Conditions of a list of accounts. An account matches if it fulfills all of them.')
export class AccountFilter {
  @field(
    "Text to search for: the start of an email address, of a word of the name or of the external ID; or an account ID or reference, a provider's customer, subscription or session ID, an invoice number or a deployment hash. Default: all accounts.",
    () => String,
    { nullable: true },
  )
  search?: string | null

  @field('Kinds to return. Default: all.', () => [AccountKind], { nullable: true })
  kinds?: readonly AccountKind[] | null

  @field('Codes of the plans that accounts hold now. Default: all.', () => [String], { nullable: true })
  plans?: readonly string[] | null

  @field(
    'Keys that the metadata must have, each with its text or with a list of texts of which it has one. Default: all accounts.',
    () => JSONValue,
    { nullable: true },
  )
  metadata?: Readonly<Record<string, string | readonly string[] | null>> | null
}
