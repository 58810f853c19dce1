import { Args, ArgsType, Ctx, ID, Resolver, Root } from 'type-graphql'
import { arg, fieldResolver, mutation, query } from '../../schema/kernel/decorators.js'
import { pageArgs, type PageArgs } from '../../schema/kernel/page-args.js'
import { TemplateResult } from '../../schema/marketplace/set-template-price.type.js'
import { CreateTemplateInput, UpdateTemplateInput } from '../../schema/marketplace/template-authoring.input.js'
import {
  SecurityChecklistInput,
  TemplateReview,
  TemplateVersion,
} from '../../schema/marketplace/template-version.type.js'
import { Template, TemplateConnection } from '../../schema/marketplace/template.type.js'
import { pageRequest } from '../../services/kernel/paging/page.js'
import { createTemplate, type TemplateOutcome } from '../../services/marketplace/authoring/create-template.js'
import { updateTemplate } from '../../services/marketplace/authoring/update-template.js'
import { deleteTemplate, deprecateTemplate } from '../../services/marketplace/review/retire-template.js'
import { reviewQueue } from '../../services/marketplace/review/review-queue.js'
import {
  approveTemplate,
  rejectTemplate,
  requestTemplateChanges,
  startTemplateReview,
} from '../../services/marketplace/review/review-template.js'
import { submitTemplate } from '../../services/marketplace/review/submit-template.js'
import { seesBehind } from '../../services/marketplace/templates/visible-template.js'
import type { RequestContext } from '../../context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { toReview, toTemplate, toVersion } from './template.mapper.js'

const WAITING_PER_PAGE = 20
const idArg = () => arg('id', 'The template.', () => ID)
const reasonArg = () => arg('reason', 'Why, for the vendor: 1 to 2,000 characters.', () => String)
const checklistArg = () => arg('checklist', 'What was looked at.', () => SecurityChecklistInput, { nullable: true })

@ArgsType()
class QueueArgs extends pageArgs(WAITING_PER_PAGE) {}

/** What vendors and reviewers do with a template on its way to the marketplace. */
@Resolver(() => Template)
export class TemplateAuthoringResolver {
  @mutation('Drafts a template. For vendors, developers and operators.', () => TemplateResult)
  async createTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'The template.', () => CreateTemplateInput) input: CreateTemplateInput,
  ): Promise<TemplateResult> {
    return answer(context, await createTemplate(context, input))
  }

  @mutation(
    'Changes a draft, or begins the next version of what is published. For its vendor and operators.',
    () => TemplateResult,
  )
  async updateTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'What is changed.', () => UpdateTemplateInput) input: UpdateTemplateInput,
  ): Promise<TemplateResult> {
    return answer(context, await updateTemplate(context, input))
  }

  @mutation('Hands the open version in for review. For its vendor and operators.', () => TemplateResult)
  async submitTemplate(@Ctx() context: RequestContext, @idArg() id: string): Promise<TemplateResult> {
    return answer(context, await submitTemplate(context, id))
  }

  @mutation('Takes what was handed in from the queue. For operators.', () => TemplateResult)
  async startTemplateReview(@Ctx() context: RequestContext, @idArg() id: string): Promise<TemplateResult> {
    return answer(context, await startTemplateReview(context, id))
  }

  @mutation('Publishes the version under review: everyone sees it. For operators.', () => TemplateResult)
  async approveTemplate(
    @Ctx() context: RequestContext,
    @idArg() id: string,
    @checklistArg() checklist: SecurityChecklistInput | null,
  ): Promise<TemplateResult> {
    return answer(context, await approveTemplate(context, id, checklist))
  }

  @mutation('Refuses the version under review; what was published before stays. For operators.', () => TemplateResult)
  async rejectTemplate(
    @Ctx() context: RequestContext,
    @idArg() id: string,
    @reasonArg() reason: string,
    @checklistArg() checklist: SecurityChecklistInput | null,
  ): Promise<TemplateResult> {
    return answer(context, await rejectTemplate(context, id, reason, checklist))
  }

  @mutation(
    'Gives the version under review back to its vendor, with what to change. For operators.',
    () => TemplateResult,
  )
  async requestTemplateChanges(
    @Ctx() context: RequestContext,
    @idArg() id: string,
    @reasonArg() reason: string,
    @checklistArg() checklist: SecurityChecklistInput | null,
  ): Promise<TemplateResult> {
    return answer(context, await requestTemplateChanges(context, id, reason, checklist))
  }

  @mutation(
    'Takes a published template from the marketplace; who owns it keeps it. For its vendor and operators.',
    () => TemplateResult,
  )
  async deprecateTemplate(@Ctx() context: RequestContext, @idArg() id: string): Promise<TemplateResult> {
    return answer(context, await deprecateTemplate(context, id))
  }

  @mutation(
    'Deletes a template: gone when nobody has ever had it, else out of sight for all but its owners. For root.',
    () => TemplateResult,
  )
  async deleteTemplate(@Ctx() context: RequestContext, @idArg() id: string): Promise<TemplateResult> {
    return answer(context, await deleteTemplate(context, id))
  }

  @query('What waits for a review or is in one, the longest waiting first. For operators.', () => TemplateConnection)
  async reviewQueue(
    @Ctx() context: RequestContext,
    @Args(() => QueueArgs) args: PageArgs,
  ): Promise<TemplateConnection> {
    const page = await reviewQueue(context, pageRequest(args, WAITING_PER_PAGE))
    const nodes = await Promise.all(page.items.map((row) => toTemplate(context, row)))
    return { ...toConnection(page, nodes), totalCount: page.totalCount }
  }

  @fieldResolver(
    'The version that is being written or reviewed, for its vendor and operators; null when there is none.',
    () => TemplateVersion,
    { nullable: true },
  )
  async nextVersion(@Ctx() context: RequestContext, @Root() template: Template): Promise<TemplateVersion | null> {
    if (!(await behind(context, template))) return null
    const row = await context.loaders.openVersion.load(template.id)
    return row && toVersion(row)
  }

  @fieldResolver('The steps of its reviews, the first one first, for its vendor and operators; else empty.', () => [
    TemplateReview,
  ])
  async reviews(@Ctx() context: RequestContext, @Root() template: Template): Promise<TemplateReview[]> {
    if (!(await behind(context, template))) return []
    return (await context.loaders.reviewsOfTemplate.load(template.id)).map(toReview)
  }
}

async function behind(context: RequestContext, template: Template): Promise<boolean> {
  const vendor = template.vendorId ? await context.loaders.vendor.load(template.vendorId) : null
  return seesBehind(context, vendor?.accountId ?? null)
}

async function answer(context: RequestContext, outcome: TemplateOutcome): Promise<TemplateResult> {
  return outcome.kind === 'template' ? toTemplate(context, outcome.template) : toDenial(context, outcome.denial)
}
