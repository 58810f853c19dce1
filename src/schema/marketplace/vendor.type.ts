import { field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'

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

  @field('Website of the vendor. Null if none.', () => String, { nullable: true })
  website!: string | null
}
