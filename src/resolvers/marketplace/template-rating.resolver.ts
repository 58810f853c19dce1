import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { RateTemplateInput } from '#schema/marketplace/template-mutations.input.js'
import { RateTemplateResult, type TemplateResult } from '#schema/marketplace/template-mutations.type.js'
import { TemplateRatingConnection } from '#schema/marketplace/template-rating.type.js'
import { Template } from '#schema/marketplace/template.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { ratingsOf, rateTemplate } from '#services/marketplace/ratings/rate-template.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toTemplateResult } from './template.mapper.js'

const RATINGS_PER_PAGE = 20

@ArgsType()
class RatingsArgs extends pageArgs(RATINGS_PER_PAGE) {}

@Resolver(() => Template)
export class TemplateRatingResolver {
  @mutation(
    'Rates a template that the account has deployed. A later rating replaces the earlier one.',
    () => RateTemplateResult,
  )
  async rateTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Template, stars and comment.', () => RateTemplateInput) input: RateTemplateInput,
  ): Promise<TemplateResult> {
    return toTemplateResult(context, await rateTemplate(context, input))
  }

  @fieldResolver('Ratings by accounts that deployed the template, newest first.', () => TemplateRatingConnection)
  async ratings(
    @Ctx() context: RequestContext,
    @Root() template: Template,
    @Args(() => RatingsArgs) args: PageArgs,
  ): Promise<TemplateRatingConnection> {
    const page = await ratingsOf(context.database, template.id, pageRequest(args, RATINGS_PER_PAGE))
    const nodes = page.items.map(({ stars, comment, at }) => ({ stars, comment, at }))
    return toConnection(page, nodes)
  }
}
