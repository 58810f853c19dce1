import { field, objectType } from '../kernel/decorators.js'
import { DateTime } from '../kernel/scalars.js'

@objectType(
  'A signed claim of the entitlements that an account had when it was issued (JWT with EdDSA). It is advice for showing and hiding parts of a page.',
)
export class EntitlementsToken {
  readonly __typename?: 'EntitlementsToken'

  @field('The token. The published keys of the installation verify it.', () => String)
  token!: string

  @field('End of the token (machine clock).', () => DateTime)
  expiresAt!: Date
}
