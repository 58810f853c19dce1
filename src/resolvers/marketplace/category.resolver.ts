import { CategoriesPayload, Category, SyncCategoriesArgs } from '#schema/marketplace/category.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, Resolver } from 'type-graphql'
import { query } from '#schema/kernel/decorators.js'
import { categories } from '#services/marketplace/categories/categories.js'
import { syncCategories } from '#services/marketplace/categories/sync-categories.js'
import type { RequestContext } from '#context/request-context.js'
import { toCategory } from './template.mapper.js'
import { mutation } from '../kernel/mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'

@Resolver(() => Category)
export class CategoryResolver {
  @query('Marketplace categories in display order. Public.', () => [Category])
  async categories(@Ctx() context: RequestContext): Promise<Category[]> {
    return (await categories(context.database)).map(toCategory)
  }

  @mutation('Imports all categories from the User Service now.', {
    payload: () => CategoriesPayload,
    permission: 'OPS_WRITE',
    moves: { nothing: 'maintains the installation' },
  })
  async syncCategories(
    @Ctx() context: RequestContext,
    @mutationArgs(() => SyncCategoriesArgs) input: SyncCategoriesArgs,
  ): Promise<CategoriesPayload | Denied> {
    const outcome = await syncCategories(context, input)
    if (outcome.kind === 'denied') return outcome
    return { categories: outcome.categories.map(toCategory) }
  }
}
