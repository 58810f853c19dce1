import { TemplatePayload, Template } from '#schema/marketplace/template.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { DeletePayload } from '#schema/kernel/delete-payload.js'
import { Arg, Ctx, Resolver } from 'type-graphql'
import { arg, query } from '#schema/kernel/decorators.js'
import { JSONValue } from '#schema/kernel/scalars.js'
import { ValidationIssue } from '#schema/kernel/validation-issue.type.js'
import { CreateTemplateInput, UpdateTemplateArgs } from '#schema/marketplace/template-authoring.input.js'
import {
  DeleteTemplateArgs,
  DeprecateTemplateArgs,
  SetTemplatePriceArgs,
} from '#schema/marketplace/template-mutations.input.js'
import { TemplateFileInput, TemplateParameterInput } from '#schema/marketplace/template-parameter.type.js'
import { templateDefinitionIssues } from '#services/marketplace/authoring/template-definition-issues.js'
import { createTemplate } from '#services/marketplace/authoring/create-template.js'
import { updateTemplate } from '#services/marketplace/authoring/update-template.js'
import { intervalWord } from '#services/catalog/products/interval.js'
import { setTemplatePrice } from '#services/marketplace/products/set-template-price.js'
import { deleteTemplate } from '#services/marketplace/review/delete-template.js'
import { deprecateTemplate } from '#services/marketplace/review/deprecate-template.js'
import type { RequestContext } from '#context/request-context.js'
import { toValidationIssue } from '../kernel/denial.mapper.js'
import { toTemplateResult } from './template.mapper.js'
import { CONTENT } from './content.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import { auditedTemplate } from '#services/marketplace/audit/marketplace-audited.js'

/** Mutations of vendors on their templates. */
@Resolver(() => Template)
export class TemplateChangesResolver {
  @query(
    'Problems of a compose file, at most 50: those that `createTemplate` and `updateTemplate` would return for it, and the warnings if they are requested. Without an error it can be saved. Nothing is stored. Requires a signed-in caller.',
    () => [ValidationIssue],
    { nullable: true },
  )
  templateDefinitionIssues(
    @Ctx() context: RequestContext,
    @Arg('definition', () => JSONValue, { description: 'Compose file, as YAML text or parsed.' }) definition: unknown,
    @arg('includeWarnings', 'Whether the result also has what a reviewer would be warned of.', () => Boolean, {
      nullable: true,
      defaultValue: false,
    })
    includeWarnings: boolean | null,
    @arg('parameters', 'Parameters that are checked with the file. Default: none.', () => [TemplateParameterInput], {
      nullable: true,
    })
    parameters: TemplateParameterInput[] | null,
    @arg('files', 'Files that are checked with the compose file. Default: none.', () => [TemplateFileInput], {
      nullable: true,
    })
    files: TemplateFileInput[] | null,
  ): ValidationIssue[] {
    const parts = { parameters, files }
    return templateDefinitionIssues(context, definition, includeWarnings ?? false, parts).map(toValidationIssue)
  }

  @mutation('Creates a template draft. Requires a vendor, a developer or an operator.', {
    payload: () => TemplatePayload,
    permission: 'MARKETPLACE_PUBLISH',
    moves: CONTENT,
  })
  createTemplate(
    @Ctx() context: RequestContext,
    @keyedInput('Content of the new template.', () => CreateTemplateInput) input: CreateTemplateInput,
  ) {
    return toTemplateResult(context, createTemplate(context, input))
  }

  @mutation(
    'Changes a draft, or starts the next version of a published template. Requires the vendor or an operator.',
    {
      payload: () => TemplatePayload,
      permissionOnObject: 'MARKETPLACE_PUBLISH',
      moves: CONTENT,
      audited: auditedTemplate,
    },
  )
  updateTemplate(@Ctx() context: RequestContext, @mutationArgs(() => UpdateTemplateArgs) input: UpdateTemplateArgs) {
    return toTemplateResult(context, updateTemplate(context, input))
  }

  @mutation('Removes a published template from the marketplace. Owners keep it. Requires the vendor or an operator.', {
    payload: () => TemplatePayload,
    permissionOnObject: 'MARKETPLACE_PUBLISH',
    moves: CONTENT,
    audited: auditedTemplate,
  })
  deprecateTemplate(
    @Ctx() context: RequestContext,
    @mutationArgs(() => DeprecateTemplateArgs) input: DeprecateTemplateArgs,
  ) {
    return toTemplateResult(context, deprecateTemplate(context, input))
  }

  @mutation('Deletes a template, or hides it from everyone except its owners if any account has it.', {
    payload: () => DeletePayload,
    permission: 'TEMPLATES_DELETE',
    moves: CONTENT,
    audited: auditedTemplate,
  })
  deleteTemplate(@Ctx() context: RequestContext, @mutationArgs(() => DeleteTemplateArgs) input: DeleteTemplateArgs) {
    return unlessDenied(deleteTemplate(context, input), () => ({ deletedId: input.templateId }))
  }

  @mutation(
    'Sets the price of a template for new buyers, also before it is published, or stops selling it. Owners keep the template, and monthly subscribers keep their price. A template that was never published loses its price and is published as free. Requires the vendor or an operator.',
    {
      payload: () => TemplatePayload,
      permissionOnObject: 'MARKETPLACE_PUBLISH',
      moves: 'money',
      audited: auditedTemplate,
    },
  )
  setTemplatePrice(
    @Ctx() context: RequestContext,
    @mutationArgs(() => SetTemplatePriceArgs) input: SetTemplatePriceArgs,
  ) {
    const price = input.price && { ...input.price, interval: intervalWord(input.price.interval ?? null) }
    return toTemplateResult(context, setTemplatePrice(context, { ...input, price }))
  }
}
