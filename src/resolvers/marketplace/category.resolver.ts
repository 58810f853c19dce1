import { Ctx, Resolver } from 'type-graphql'
import { mutation, query } from '#schema/kernel/decorators.js'
import { Category } from '#schema/marketplace/category.type.js'
import { categories } from '#services/marketplace/categories/categories.js'
import { syncCategories } from '#services/marketplace/categories/sync-categories.js'
import type { RequestContext } from '#context/request-context.js'
import { toCategory } from './template.mapper.js'

@Resolver(() => Category)
export class CategoryResolver {
  @query('Marketplace categories in display order. Public.', () => [Category])
  async categories(@Ctx() context: RequestContext): Promise<Category[]> {
    return (await categories(context.database)).map(toCategory)
  }

  @mutation('Imports all categories from the User Service now. Requires an operator.', () => [Category])
  async syncCategories(@Ctx() context: RequestContext): Promise<Category[]> {
    return (await syncCategories(context)).map(toCategory)
  }
}
