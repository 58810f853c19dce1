import { payload } from '../kernel/payload.js'
import { Int } from 'type-graphql'
import { countedConnection } from '../kernel/connection.js'
import { enumType, federationKeys, field, objectType } from '../kernel/decorators.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, JSONValue, SafeInt, Url } from '../kernel/scalars.js'

export const TemplateStatus = enumType('TemplateStatus', 'Status of a template or template version.', {
  DRAFT: 'Being written by the vendor.',
  SUBMITTED: 'Submitted for review.',
  UNDER_REVIEW: 'Being reviewed by an operator.',
  NEEDS_CHANGES: 'The reviewer requested changes.',
  APPROVED: 'Published and visible to everyone.',
  REJECTED: 'Rejected by the reviewer.',
  DEPRECATED: 'No longer offered; owners keep it.',
})
export type TemplateStatus = keyof typeof TemplateStatus

@objectType('A page about a template, for example its documentation.')
export class TemplateLink {
  @field('Text of the link.', () => String)
  label!: string

  @field('HTTPS address of the page.', () => Url)
  url!: string
}

/** A deployable stack. Resolvers add `pictures`, `links`, `category`, `vendor`, `product`, `price`, `definition` and related fields. */
@objectType('A deployable stack published by a vendor. Its price belongs to its product.', { implements: Node })
@federationKeys('id')
export class Template implements Node {
  readonly __typename!: 'Template'
  id!: string

  @field('Stable name for URLs, for example `wordpress-plus`.', () => String)
  slug!: string

  @field('Display name of the template.', () => String)
  name!: string

  @field('Short description in one line. Null if none.', () => String, { nullable: true })
  shortDescription!: string | null

  /** The full text, where it was read already. */
  wholeDescription!: string | null | undefined

  /** ID of the category that `category` loads. Null without a category. */
  categoryId!: string | null

  @field('Search keywords of the template.', () => [String])
  tags!: readonly string[]

  @field('Number of published changes.', () => Int)
  version!: number

  @field('Status of the template.', () => TemplateStatus)
  status!: TemplateStatus

  /** ID of the vendor that `vendor` loads. Null if the operator publishes it. */
  vendorId!: string | null

  @field('Whether a vendor published the template, rather than the operator.', () => Boolean)
  isFromMarketplace!: boolean

  @field('Whether the template must be bought before it can be deployed.', () => Boolean)
  isPaid!: boolean

  /** Code of the plan that `requiredPlan` returns. Null if every plan can deploy it. */
  requiredPlanCode!: string | null

  /** ID of the product that `product` loads and from which `price` is read. Null if not for sale. */
  productId!: string | null

  @field('Number of deployments.', () => SafeInt)
  installCount!: number

  @field('Number of accounts that bought the template.', () => SafeInt)
  saleCount!: number

  /** The full definition, which `definition` shows to permitted callers. */
  wholeDefinition!: unknown

  @field('Stack code that plans can list. `custom` is a custom stack, which every plan supports.', () => String)
  stack!: string

  @field('Whether the vendor promises that the template will never have a price.', () => Boolean)
  freeForever!: boolean

  @field('Server requirements. Null if none.', () => JSONValue, { nullable: true })
  infrastructureRequirements!: unknown

  @field('Technologies used. Null if none.', () => JSONValue, { nullable: true })
  techStack!: unknown

  @field(
    'Creation time of the template (business clock; machine clock if it is from the catalog file or an integration).',
    () => DateTime,
  )
  createdAt!: Date

  @field(
    'Time of publication (clock of `createdAt`: business clock for templates of accounts). Null if unpublished.',
    () => DateTime,
    { nullable: true },
  )
  approvedAt!: Date | null

  @field(
    'Time of the last published change (clock of `createdAt`: business clock for templates of accounts). Null if unpublished.',
    () => DateTime,
    { nullable: true },
  )
  updatedAt!: Date | null

  @field('HTTPS address of a square picture. Null if none.', () => Url, { nullable: true })
  icon!: string | null

  /** Pictures and links, where they were read already. */
  wholePictures!: readonly string[] | undefined
  wholeLinks!: readonly TemplateLink[] | undefined
}

/** Description of `totalCount`, in the type and in its resolver. */
export const TEMPLATE_COUNT = 'Total number of templates. A search counts at most the 1,000 most installed matches.'

/** A page of templates. */
export const TemplateConnection = countedConnection('Template', 'templates', () => Template, TEMPLATE_COUNT)
export type TemplateConnection = InstanceType<typeof TemplateConnection>

export const TemplatePayload = payload(Template)
