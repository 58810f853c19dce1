import { Float, Int } from 'type-graphql'
import { countedConnection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue } from '../kernel/scalars.js'

/** How far a template has come towards the marketplace. */
export const TemplateStatus = enumType('TemplateStatus', 'How far a template has come towards the marketplace.', {
  DRAFT: 'Being written by its vendor.',
  SUBMITTED: 'Handed in for review.',
  UNDER_REVIEW: 'A reviewer is looking at it.',
  NEEDS_CHANGES: 'The reviewer asks for changes.',
  APPROVED: 'Published: everyone sees it.',
  REJECTED: 'Refused by the reviewer.',
  DEPRECATED: 'No longer offered; those who have it keep it.',
})
export type TemplateStatus = keyof typeof TemplateStatus

/** In which order templates are listed. */
export const TemplateSort = enumType('TemplateSort', 'In which order templates are listed.', {
  RECENT: 'The newest first.',
  POPULAR: 'The most installed first.',
  RATING: 'The best rated first.',
  NAME: 'By name.',
})
export type TemplateSort = keyof typeof TemplateSort

/** A deployable stack. `category`, `vendor`, `product`, `price`, `definition` and what stands behind it are added by their resolvers. */
@objectType('A deployable stack that a vendor publishes. Its price stands on its product.', { implements: Node })
export class Template implements Node {
  readonly __typename!: 'Template'
  id!: string

  @field('The stable name in addresses, as `wordpress-plus`.', () => String)
  slug!: string

  @field('The name for people.', () => String)
  name!: string

  @field('One line about it; null when there is none.', () => String, { nullable: true })
  shortDescription!: string | null

  /** The full text, where it was read already. */
  wholeDescription!: string | null | undefined

  /** Id of the category that `category` loads; null when it stands on no shelf. */
  categoryId!: string | null

  @field('Words to find it by.', () => [String])
  tags!: readonly string[]

  @field('Counts its published changes.', () => Int)
  version!: number

  @field('How far it has come towards the marketplace.', () => TemplateStatus)
  status!: TemplateStatus

  /** Id of the vendor that `vendor` loads; null when the operator publishes it. */
  vendorId!: string | null

  @field("Whether a vendor published it, rather than the operator's catalog.", () => Boolean)
  isFromMarketplace!: boolean

  @field('Whether it must be bought before it can be deployed.', () => Boolean)
  isPaid!: boolean

  @field("The lowest plan that may deploy it: a plan's code. Null: every plan may.", () => String, { nullable: true })
  requiredPlanName!: string | null

  /** Id of the product that `product` loads and from which `price` is read; null when it is not sold. */
  productId!: string | null

  @field('The mean of its ratings, from 1 to 5; null when nobody has rated it.', () => Float, { nullable: true })
  rating!: number | null

  @field('How many have rated it.', () => Int)
  ratingCount!: number

  @field('How often it has been deployed.', () => Int)
  installCount!: number

  @field('How often its page has been read.', () => Int)
  viewCount!: number

  /** The stack itself, which `definition` shows to those who may have it. */
  wholeDefinition!: unknown

  @field('The stack that plans may name; `custom` is one of its own.', () => String)
  stack!: string

  @field('Whether its vendor promises that it will never cost anything.', () => Boolean)
  free!: boolean

  @field('What a server needs to run it; null when nothing is said.', () => JSONValue, { nullable: true })
  infrastructureRequirements!: unknown

  @field('What it is built of; null when nothing is said.', () => JSONValue, { nullable: true })
  techStack!: unknown

  @field('When it was first written.', () => DateTime)
  createdAt!: Date

  @field('When it was published; null when it has not been.', () => DateTime, { nullable: true })
  approvedAt!: Date | null
}

/** A page of templates. */
export const TemplateConnection = countedConnection('Template', 'templates', () => Template)
export type TemplateConnection = InstanceType<typeof TemplateConnection>
