import { Ctx, Resolver } from 'type-graphql'
import { arg, mutation, query } from '#schema/kernel/decorators.js'
import type { Refused } from '#schema/kernel/refused.type.js'
import { Category, SyncCategoriesInput, SyncCategoriesResult } from '#schema/marketplace/category.type.js'
import { categories } from '#services/marketplace/categories/categories.js'
import { syncCategories } from '#services/marketplace/categories/sync-categories.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toCategory } from './template.mapper.js'

@Resolver(() => Category)
export class CategoryResolver {
  @query('Marketplace categories in display order. Public.', () => [Category])
  async categories(@Ctx() context: RequestContext): Promise<Category[]> {
    return (await categories(context.database)).map(toCategory)
  }

  @mutation('Imports all categories from the User Service now. Requires an operator.', () => SyncCategoriesResult)
  async syncCategories(
    @Ctx() context: RequestContext,
    @arg('input', 'Key of the import.', () => SyncCategoriesInput) input: SyncCategoriesInput,
  ): Promise<SyncCategoriesResult> {
    const outcome = await syncCategories(context, input)
    if (outcome.kind === 'denied') return toDenial<Refused>(context, outcome.denial)
    return { __typename: 'SyncCategoriesPayload', categories: outcome.categories.map(toCategory) }
  }
}
