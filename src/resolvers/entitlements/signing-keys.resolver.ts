import { Ctx, Resolver } from 'type-graphql'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Installation } from '#schema/catalog/installation.type.js'
import { SigningKey } from '#schema/entitlements/signing-key.type.js'
import { signingKeys, type PublicKey } from '#services/entitlements/ledger-chain/signing-keys.js'
import type { RequestContext } from '#context/request-context.js'

export const toSigningKey = (key: PublicKey): SigningKey => ({ __typename: 'SigningKey', ...key })

@Resolver(() => Installation)
export class SigningKeysResolver {
  @fieldResolver('Public keys that verify signed roots and reports, the newest first.', () => [SigningKey])
  async signingKeys(@Ctx() context: RequestContext): Promise<SigningKey[]> {
    return (await signingKeys(context.database)).map(toSigningKey)
  }
}
