import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { TemplatePayload } from '#schema/marketplace/template.type.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { RateTemplateArgs } from '#schema/marketplace/template-mutations.input.js'
import { TemplateRating, TemplateRatingConnection } from '#schema/marketplace/template-rating.type.js'
import { Template } from '#schema/marketplace/template.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { rateTemplate } from '#services/marketplace/ratings/rate-template.js'
import { ratingOfCaller, ratingsOf } from '#services/marketplace/ratings/template-ratings.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toRating, toTemplate, toTemplateResult } from './template.mapper.js'

const RATINGS_PER_PAGE = 20

@ArgsType()
class RatingsArgs extends pageArgs(RATINGS_PER_PAGE) {}

@Resolver(() => TemplateRating)
export class RatedTemplateResolver {
  @fieldResolver('Template of the rating.', () => Template)
  async template(@Ctx() context: RequestContext, @Root() rating: TemplateRating): Promise<Template> {
    return toTemplate(context, (await context.loaders.template.load(rating.templateId))!)
  }
}

@Resolver(() => Template)
export class TemplateRatingResolver {
  @mutation(
    'Rates a template that the account has deployed. A later rating replaces the earlier one.',
    () => TemplatePayload,
  )
  @requires('DEPLOYMENTS_MANAGE')
  async rateTemplate(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RateTemplateArgs) input: RateTemplateArgs,
  ): Promise<Template | Denial> {
    return toTemplateResult(context, await rateTemplate(context, input))
  }

  @fieldResolver('Ratings by accounts that deployed the template, newest first.', () => TemplateRatingConnection)
  async ratings(
    @Ctx() context: RequestContext,
    @Root() template: Template,
    @Args(() => RatingsArgs) args: PageArgs,
  ): Promise<TemplateRatingConnection> {
    const page = await ratingsOf(context.database, template.id, pageRequest(args, RATINGS_PER_PAGE))
    return toConnection(page, page.items.map(toRating))
  }

  @fieldResolver(
    "Rating by the account. Null if it has not rated the template, or is not the caller's.",
    () => TemplateRating,
    { nullable: true },
  )
  async viewerRating(
    @Ctx() context: RequestContext,
    @Root() template: Template,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
  ): Promise<TemplateRating | null> {
    const rating = await ratingOfCaller(context, { accountId, templateId: template.id }, (key) =>
      context.loaders.ratingOfAccount.load(key),
    )
    return rating && toRating(rating)
  }
}
