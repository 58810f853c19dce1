import { ID } from 'type-graphql'
import { enumType, field, inputType, oneOfInputType } from '../kernel/decorators.js'
import { MoneyInput } from '../kernel/money.input.js'

export const TemplateOrder = enumType('TemplateOrder', 'Order of templates.', {
  RELEVANCE: 'Best match of the search words first. Without words, most installed first.',
  NEWEST: 'Newest publication first; for a list with drafts, newest creation first.',
  UPDATED: 'Latest published change first.',
  POPULAR: 'Most installed first.',
  SALES: 'Most sold first.',
  NAME: 'Alphabetically by name.',
  PRICE_LOWEST: 'Lowest price first, beginning with free templates.',
  PRICE_HIGHEST: 'Highest price first.',
})
export type TemplateOrder = keyof typeof TemplateOrder

@oneOfInputType('ID or slug of a template.')
export class TemplateBy {
  @field('ID of the template.', () => ID, { nullable: true })
  id?: string | null

  @field('Slug of the template, for example `wordpress-plus`.', () => String, { nullable: true })
  slug?: string | null
}

@inputType('Selects published templates. An omitted field selects all.')
export class TemplateFilter {
  @field('Words to find in name, slug, tags and short description.', () => String, { nullable: true })
  search?: string | null

  @field('Code of the category.', () => String, { nullable: true })
  category?: string | null

  @field('Tags that a template must all have.', () => [String], { nullable: true })
  tags?: readonly string[] | null

  @field('true: only paid templates. false: only free ones.', () => Boolean, { nullable: true })
  paid?: boolean | null

  @field('ID of the vendor.', () => ID, { nullable: true })
  vendorId?: string | null

  @field('Stack code of the templates.', () => String, { nullable: true })
  stack?: string | null

  @field(
    'Lowest price, inclusive. Free templates cost 0; templates without a price in the currency do not match.',
    () => MoneyInput,
    { nullable: true },
  )
  minPrice?: MoneyInput | null

  @field('Highest price, inclusive, in the currency of `minPrice` if both are given.', () => MoneyInput, {
    nullable: true,
  })
  maxPrice?: MoneyInput | null
}
