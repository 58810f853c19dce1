import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { DeploymentEligibility } from '#schema/deployments/deployment-eligibility.type.js'
import { ServerInput } from '#schema/deployments/start-deployment.type.js'
import { arg, fieldResolver } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { Template } from '#schema/marketplace/template.type.js'
import type { Eligibility } from '#services/marketplace/eligibility/decide-eligibility.js'
import {
  createEligibilityReader,
  templateEligibility,
  type EligibilityReader,
} from '#services/marketplace/eligibility/deployment-eligibility.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'

/** Reads the eligibility input together with that of other templates of the same response. */
export const eligibilityLoaders = (context: RequestContext): EligibilityReader => ({
  ...createEligibilityReader(context, context.database),
  snapshot: (accountId) => context.loaders.snapshots.load(accountId),
  gate: ({ accountId, templateId }) => context.loaders.templateInputs.load(`${accountId} ${templateId}`),
})

/** Client view of the eligibility. */
export async function toEligibility(context: RequestContext, found: Eligibility): Promise<DeploymentEligibility> {
  return { ...found, denials: await Promise.all(found.denials.map((denial) => toDenial(context, denial))) }
}

@Resolver(() => Template)
export class TemplateEligibilityResolver {
  @fieldResolver(
    "Whether an account can deploy the template now. For a visitor who is not signed in: what a new account needs. Null for an unpublished template or another user's account.",
    () => DeploymentEligibility,
    { nullable: true },
  )
  async eligibility(
    @Ctx() context: RequestContext,
    @Root() template: Template,
    @arg('accountId', ACCOUNT_ARG, () => ID, {
      nullable: true,
    })
    accountId: string | null,
    @arg('stack', "Stack code. Default: the template's stack.", () => String, { nullable: true }) stack: string | null,
    @arg('server', 'Target server. Default: server requirements are not checked.', () => ServerInput, {
      nullable: true,
    })
    server: ServerInput | null,
  ): Promise<DeploymentEligibility | null> {
    const found = await templateEligibility(
      context,
      template,
      { accountId, stack, server },
      eligibilityLoaders(context),
    )
    return found && toEligibility(context, found)
  }
}
