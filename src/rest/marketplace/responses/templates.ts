import { z } from 'zod'
import { denialItem } from '#rest/responses/errors.js'
import {
  GENERATED_ENCODINGS,
  GENERATED_KINDS,
  PARAMETER_TYPES,
} from '#services/marketplace/templates/parameters/parameter-input.js'
import { anyObject, component, json, list, lowerCaseOf, time, wordOf } from '#rest/responses/fields.js'

const STATUSES = ['DRAFT', 'SUBMITTED', 'UNDER_REVIEW', 'NEEDS_CHANGES', 'APPROVED', 'REJECTED', 'DEPRECATED']

const template = {
  id: z.string(),
  slug: z.string(),
  code: z.string().describe('The slug, under the name that existing pages use.'),
  name: z.string(),
  short_description: z.string().nullable(),
  long_description: z.string().nullish().describe('Only for a single template.'),
  category: z.string().nullable(),
  tags: list(z.string()),
  version: z.number(),
  status: lowerCaseOf(...STATUSES),
  vendor: z.strictObject({ id: z.string(), name: z.string(), verified: z.boolean() }).nullable(),
  is_from_marketplace: z.boolean(),
  is_paid: z.boolean(),
  price: z.string().nullable().describe('Decimal price of its product. Null if it is not sold.'),
  currency: z.string().nullable(),
  billing_cycle: wordOf('monthly', 'one_time').nullable(),
  required_plan_name: z.string().nullable(),
  stack: z.string(),
  free: z.boolean().describe('Whether its vendor promises that it stays free.'),
  infrastructure_requirements: anyObject().nullable(),
  tech_stack: anyObject().nullable(),
  install_count: z.number(),
  icon: z.string().nullable().describe('HTTPS address of a square picture.'),
  pictures: list(z.string()).optional().describe('HTTPS addresses of pictures. Only for a single template.'),
  links: list(z.strictObject({ label: z.string(), url: z.string() }))
    .optional()
    .describe('Pages about the template. Only for a single template.'),
  created_at: time(),
  approved_at: time().nullable(),
}

const parameter = component('TemplateParameter', 'A variable of a template, whose value is given at deployment.', {
  name: z.string(),
  label: z.string(),
  description: z.string().nullable(),
  type: wordOf(...PARAMETER_TYPES),
  options: list(z.strictObject({ value: z.string(), label: z.string() })),
  default: z.string().nullable(),
  required: z.boolean(),
  pattern: z.string().nullable().describe('Regular expression for the whole value.'),
  minimum: z.number().nullable(),
  maximum: z.number().nullable(),
  generate: z
    .strictObject({ kind: wordOf(...GENERATED_KINDS), length: z.number(), encoding: wordOf(...GENERATED_ENCODINGS) })
    .nullable()
    .describe('Value that the server makes if none is given.'),
  secret: z.boolean(),
  derived: z.boolean().describe('Whether its vendor did not describe it.'),
})
const parts = {
  parameters: list(parameter),
  files: list(z.strictObject({ path: z.string(), content: z.string() })),
}

const openVersion = z.strictObject({
  number: z.number(),
  status: lowerCaseOf(...STATUSES),
  name: z.string(),
  definition: json(),
  ...parts,
  reason: z.string().nullable().describe('Reason of the latest review.'),
})

export const templatesResponse = z
  .strictObject({
    templates: list(component('TemplateItem', 'A template in a list.', template)),
    next: z.string().nullish().describe('Pass it as `after` to get the next page. Null at the end.'),
  })
  .describe('One page of templates.')

export const templateResponse = component('Template', 'A deployable stack that a vendor publishes.', {
  ...template,
  definition: json().optional().describe('Only for its vendor and for reviewers.'),
  parameters: parts.parameters.optional().describe('Only for its vendor and for reviewers.'),
  files: parts.files.optional().describe('Only for its vendor and for reviewers.'),
  next_version: openVersion.nullish().describe('Only for its vendor and for reviewers. Null if there is none.'),
})

export const eligibilityResponse = component('Eligibility', 'Whether an account can deploy a template.', {
  allowed: z.boolean(),
  denials: list(denialItem),
  explain: list(z.string()).describe('Steps of the decision.'),
})
