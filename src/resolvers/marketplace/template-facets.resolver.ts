import { Ctx, Resolver, Root } from 'type-graphql'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { Money } from '#schema/kernel/money.type.js'
import { TemplateFacet, TemplateFacets, TemplateFilter } from '#schema/marketplace/template-list.type.js'
import { templateFacets, type TemplateFacets as Facets } from '#services/marketplace/templates/template-facets.js'
import type { RequestContext } from '#context/request-context.js'
import { toMoney } from '../kernel/price.mapper.js'
import { toCategory } from './template.mapper.js'

/** Facets are counted only if they are selected. */
@Resolver(() => TemplateFacets)
export class TemplateFacetsResolver {
  @query('Numbers of published templates by category, price and rating. Public.', () => TemplateFacets, {
    nullable: true,
  })
  templateFacets(
    @Ctx() context: RequestContext,
    @arg('filter', 'Templates to count. Default: all.', () => TemplateFilter, { nullable: true })
    filter: TemplateFilter | null,
  ): TemplateFacets {
    return templateFacets(context, filter ?? {}) as TemplateFacets
  }

  @fieldResolver('Categories with matching templates, most templates first.', () => [TemplateFacet])
  async categories(@Ctx() context: RequestContext, @Root() facets: Facets): Promise<TemplateFacet[]> {
    const counts = await facets.countCategories()
    const rows = await context.loaders.category.loadMany(counts.map(({ categoryId }) => categoryId))
    return rows.flatMap((row, index) =>
      row && !(row instanceof Error) ? { category: toCategory(row), templateCount: counts[index]!.templateCount } : [],
    )
  }

  @fieldResolver(
    "Ranges of prices in the filter's currency, by default the catalog's. The first contains the free templates.",
    () => [TemplateFacet],
  )
  async priceBands(@Root() facets: Facets): Promise<TemplateFacet[]> {
    const { currency, bands } = await facets.countPrices()
    return bands.map(({ fromMinor, toMinor, templateCount }) => ({
      from: toMoney({ amountMinor: fromMinor, currency }),
      to: toMinor === null ? null : toMoney({ amountMinor: toMinor, currency }),
      templateCount,
    }))
  }

  @fieldResolver('Lowest price of paid templates. Null if none is sold in the currency.', () => Money, {
    nullable: true,
  })
  async lowestPrice(@Root() facets: Facets): Promise<Money | null> {
    const { currency, lowestMinor } = await facets.countPrices()
    return lowestMinor === null ? null : toMoney({ amountMinor: lowestMinor, currency })
  }

  @fieldResolver('Highest price of paid templates. Null if none is sold in the currency.', () => Money, {
    nullable: true,
  })
  async highestPrice(@Root() facets: Facets): Promise<Money | null> {
    const { currency, highestMinor } = await facets.countPrices()
    return highestMinor === null ? null : toMoney({ amountMinor: highestMinor, currency })
  }

  @fieldResolver('Numbers of templates by lowest rating, highest first.', () => [TemplateFacet])
  ratings(@Root() facets: Facets): Promise<TemplateFacet[]> {
    return facets.countRatings()
  }
}
