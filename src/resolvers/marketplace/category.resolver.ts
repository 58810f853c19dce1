import { requires } from '#schema/kernel/requires.js'
import { CategoriesPayload } from '#schema/marketplace/category.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver } from 'type-graphql'
import { mutation, query } from '#schema/kernel/decorators.js'
import { Category, SyncCategoriesArgs } from '#schema/marketplace/category.type.js'
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

  @mutation('Imports all categories from the User Service now.', () => CategoriesPayload)
  @requires('OPS_WRITE')
  async syncCategories(
    @Ctx() context: RequestContext,
    @mutationArgs(() => SyncCategoriesArgs) input: SyncCategoriesArgs,
  ): Promise<CategoriesPayload | Denial> {
    const outcome = await syncCategories(context, input)
    if (outcome.kind === 'denied') return toDenial(context, outcome.denial)
    return { categories: outcome.categories.map(toCategory) }
  }
}
