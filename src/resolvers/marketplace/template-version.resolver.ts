import { Ctx, Resolver, Root } from 'type-graphql'
import { Plan } from '#schema/catalog/plan.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Category } from '#schema/marketplace/category.type.js'
import { TemplateReview, TemplateVersion } from '#schema/marketplace/template-version.type.js'
import { Template } from '#schema/marketplace/template.type.js'
import type { RequestContext } from '#context/request-context.js'
import { planOfCode, toCategory, toTemplate } from './template.mapper.js'

const loadTemplate = async (context: RequestContext, id: string): Promise<Template> =>
  toTemplate(context, (await context.loaders.template.load(id))!)

@Resolver(() => TemplateVersion)
export class TemplateVersionResolver {
  @fieldResolver('Template of the version.', () => Template)
  template(@Ctx() context: RequestContext, @Root() version: TemplateVersion): Promise<Template> {
    return loadTemplate(context, version.templateId)
  }

  @fieldResolver('Category of the template. Null if none.', () => Category, { nullable: true })
  async category(@Ctx() context: RequestContext, @Root() { categoryCode }: TemplateVersion): Promise<Category | null> {
    const row = categoryCode === null ? null : await context.loaders.categoryByCode.load(categoryCode)
    return row && toCategory(row)
  }

  @fieldResolver(
    'Lowest plan that can deploy the version. Null if every plan can, or the catalog has the plan no longer.',
    () => Plan,
    { nullable: true },
  )
  requiredPlan(@Ctx() context: RequestContext, @Root() version: TemplateVersion): Plan | null {
    return planOfCode(context, version.requiredPlanCode)
  }
}

@Resolver(() => TemplateReview)
export class ReviewedTemplateResolver {
  @fieldResolver('Template of the review.', () => Template)
  template(@Ctx() context: RequestContext, @Root() review: TemplateReview): Promise<Template> {
    return loadTemplate(context, review.templateId)
  }
}
