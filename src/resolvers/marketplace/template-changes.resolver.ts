import { Ctx, Resolver } from 'type-graphql'
import { arg, mutation } from '#schema/kernel/decorators.js'
import type { Refused } from '#schema/kernel/refused.type.js'
import { CreateTemplateInput, UpdateTemplateInput } from '#schema/marketplace/template-authoring.input.js'
import {
  DeleteTemplateInput,
  DeprecateTemplateInput,
  SetTemplatePriceInput,
  WithdrawTemplatePriceInput,
} from '#schema/marketplace/template-mutations.input.js'
import {
  CreateTemplateResult,
  DeleteTemplateResult,
  DeprecateTemplateResult,
  SetTemplatePriceResult,
  type TemplateResult,
  UpdateTemplateResult,
  WithdrawTemplatePriceResult,
} from '#schema/marketplace/template-mutations.type.js'
import { Template } from '#schema/marketplace/template.type.js'
import { createTemplate } from '#services/marketplace/authoring/create-template.js'
import { updateTemplate } from '#services/marketplace/authoring/update-template.js'
import { setTemplatePrice } from '#services/marketplace/products/set-template-price.js'
import { withdrawTemplatePrice } from '#services/marketplace/products/withdraw-template-price.js'
import { deleteTemplate } from '#services/marketplace/review/delete-template.js'
import { deprecateTemplate } from '#services/marketplace/review/deprecate-template.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toTemplateResult } from './template.mapper.js'

/** Mutations of vendors on their templates. */
@Resolver(() => Template)
export class TemplateChangesResolver {
  @mutation('Creates a template draft. Requires a vendor, a developer or an operator.', () => CreateTemplateResult)
  async createTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Content of the new template.', () => CreateTemplateInput) input: CreateTemplateInput,
  ): Promise<TemplateResult> {
    return toTemplateResult(context, await createTemplate(context, input))
  }

  @mutation(
    'Changes a draft, or starts the next version of a published template. Requires the vendor or an operator.',
    () => UpdateTemplateResult,
  )
  async updateTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Template and its changes.', () => UpdateTemplateInput) input: UpdateTemplateInput,
  ): Promise<TemplateResult> {
    return toTemplateResult(context, await updateTemplate(context, input))
  }

  @mutation(
    'Removes a published template from the marketplace. Owners keep it. Requires the vendor or an operator.',
    () => DeprecateTemplateResult,
  )
  async deprecateTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Template to remove.', () => DeprecateTemplateInput) input: DeprecateTemplateInput,
  ): Promise<TemplateResult> {
    return toTemplateResult(context, await deprecateTemplate(context, input))
  }

  @mutation(
    'Deletes a template, or hides it from everyone except its owners if any account has it. Requires the role root.',
    () => DeleteTemplateResult,
  )
  async deleteTemplate(
    @Ctx() context: RequestContext,
    @arg('input', 'Template to delete.', () => DeleteTemplateInput) input: DeleteTemplateInput,
  ): Promise<DeleteTemplateResult> {
    const outcome = await deleteTemplate(context, input)
    return outcome.kind === 'denied'
      ? toDenial<Refused>(context, outcome.denial)
      : { __typename: 'DeleteTemplatePayload', deletedTemplateId: input.templateId }
  }

  @mutation(
    'Sets the price of a template for new buyers. Owners keep the template, and monthly subscribers keep their price. Requires the vendor or an operator.',
    () => SetTemplatePriceResult,
  )
  async setTemplatePrice(
    @Ctx() context: RequestContext,
    @arg('input', 'Template and its new price.', () => SetTemplatePriceInput) input: SetTemplatePriceInput,
  ): Promise<TemplateResult> {
    return toTemplateResult(context, await setTemplatePrice(context, input))
  }

  @mutation(
    'Stops selling a template. Owners keep it; it does not become free. A template that was never published loses its price and is published as free. Requires the vendor or an operator.',
    () => WithdrawTemplatePriceResult,
  )
  async withdrawTemplatePrice(
    @Ctx() context: RequestContext,
    @arg('input', 'Template that is no longer sold.', () => WithdrawTemplatePriceInput)
    input: WithdrawTemplatePriceInput,
  ): Promise<TemplateResult> {
    return toTemplateResult(context, await withdrawTemplatePrice(context, input))
  }
}
