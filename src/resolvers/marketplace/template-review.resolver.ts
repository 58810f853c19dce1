import { requires } from '#schema/kernel/requires.js'
import {
  ReviewTemplateArgs,
  SubmitTemplateArgs,
  WithdrawTemplateSubmissionArgs,
} from '#schema/marketplace/template-mutations.input.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { TemplatePayload, Template, TemplateConnection, TemplateStatus } from '#schema/marketplace/template.type.js'
import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { pageArgs, twoWayPageArgs, type PageArgs, type TwoWayPageArgs } from '#schema/kernel/page-args.js'
import { TemplateReviewConnection, TemplateVersion } from '#schema/marketplace/template-version.type.js'
import { EMPTY_PAGE, pageRequest } from '#services/kernel/paging/page.js'
import { reviewQueue } from '#services/marketplace/review/review-queue.js'
import { reviewsOf } from '#services/marketplace/review/template-reviews.js'
import { reviewTemplate } from '#services/marketplace/review/review-template.js'
import { submitTemplate } from '#services/marketplace/review/submit-template.js'
import { withdrawTemplateSubmission } from '#services/marketplace/review/withdraw-template-submission.js'
import { readUnpublished } from '#services/marketplace/templates/unpublished.js'
import type { RequestContext } from '#context/request-context.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toReview, toTemplate, toTemplateResult, toVersion } from './template.mapper.js'
import { CONTENT } from './content.js'
import { auditedTemplate } from '#services/marketplace/audit/marketplace-audited.js'
import { mutation } from '../kernel/mutation.js'

const WAITING_PER_PAGE = 20
const REVIEWS_PER_PAGE = 20
const ReviewsArgs = twoWayPageArgs(REVIEWS_PER_PAGE)

@ArgsType()
class QueueArgs extends pageArgs(WAITING_PER_PAGE) {
  @field('Statuses of the version: SUBMITTED, UNDER_REVIEW. Default: both.', () => [TemplateStatus], { nullable: true })
  statuses?: TemplateStatus[] | null

  @field('ID of the vendor whose templates to return. Default: all.', () => ID, { nullable: true })
  vendorId?: string | null
}

/** Review of templates. */
@Resolver(() => Template)
export class TemplateReviewResolver {
  @mutation(
    'Submits the open version for review, the last step of the vendor. An operator then starts the review and approves the version, or rejects it (`reviewTemplate`). Requires the vendor or an operator.',
    {
      payload: () => TemplatePayload,
      permissionOnObject: 'MARKETPLACE_PUBLISH',
      moves: CONTENT,
      audited: auditedTemplate,
    },
  )
  submitTemplate(@Ctx() context: RequestContext, @mutationArgs(() => SubmitTemplateArgs) input: SubmitTemplateArgs) {
    return toTemplateResult(context, submitTemplate(context, input))
  }

  @mutation(
    'Withdraws the open version from its review, also while a reviewer has it: it is a draft that can be edited and submitted again. Denied with `INVALID_TRANSITION` after the decision. Requires the vendor or an operator.',
    {
      payload: () => TemplatePayload,
      permissionOnObject: 'MARKETPLACE_PUBLISH',
      moves: CONTENT,
      audited: auditedTemplate,
    },
  )
  withdrawTemplateSubmission(
    @Ctx() context: RequestContext,
    @mutationArgs(() => WithdrawTemplateSubmissionArgs) input: WithdrawTemplateSubmissionArgs,
  ) {
    return toTemplateResult(context, withdrawTemplateSubmission(context, input))
  }

  @mutation(
    'Starts a review of a submitted version, or ends it: publishes the version, rejects it, or returns it to its vendor with the required changes. An earlier published version stays.',
    { payload: () => TemplatePayload, permission: 'TEMPLATES_REVIEW', moves: CONTENT, audited: auditedTemplate },
  )
  reviewTemplate(@Ctx() context: RequestContext, @mutationArgs(() => ReviewTemplateArgs) input: ReviewTemplateArgs) {
    return toTemplateResult(context, reviewTemplate(context, input))
  }

  @query('Templates waiting for or in review, oldest first.', () => TemplateConnection, {
    nullable: true,
  })
  @requires('TEMPLATES_REVIEW')
  async reviewQueue(
    @Ctx() context: RequestContext,
    @Args(() => QueueArgs) args: QueueArgs & PageArgs,
  ): Promise<TemplateConnection> {
    const page = await reviewQueue(context, args, pageRequest(args, WAITING_PER_PAGE))
    const nodes = await Promise.all(page.items.map((row) => toTemplate(context, row)))
    return { ...toConnection(page, nodes), totalCount: page.totalCount }
  }

  @fieldResolver(
    'Version in progress or in review. Null if none, or if the caller is neither the vendor nor an operator.',
    () => TemplateVersion,
    { nullable: true },
  )
  async nextVersion(@Ctx() context: RequestContext, @Root() template: Template): Promise<TemplateVersion | null> {
    const load = () => context.loaders.openVersion.load(template.id)
    const row = await readUnpublished(context, await vendorAccountOf(context, template), load)
    return row && toVersion(row)
  }

  @fieldResolver(
    'Review steps, oldest first. Empty unless the caller is the vendor or an operator.',
    () => TemplateReviewConnection,
  )
  async reviews(
    @Ctx() context: RequestContext,
    @Root() template: Template,
    @Args(() => ReviewsArgs) args: TwoWayPageArgs,
  ): Promise<TemplateReviewConnection> {
    const request = pageRequest(args, REVIEWS_PER_PAGE)
    const { database, loaders } = context
    const load = () => reviewsOf(database, template.id, request, (ask) => loaders.firstReviewsOfTemplate.load(ask))
    const page = (await readUnpublished(context, await vendorAccountOf(context, template), load)) ?? EMPTY_PAGE
    return toConnection(page, page.items.map(toReview))
  }
}

async function vendorAccountOf(context: RequestContext, template: Template): Promise<string | null> {
  const vendor = template.vendorId ? await context.loaders.vendor.load(template.vendorId) : null
  return vendor?.accountId ?? null
}
