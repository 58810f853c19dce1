import type { VendorTemplateData } from '@stackgate/client/documents'
import { label } from '../../ui/format.js'
import { vendorWords } from '../../words/en/vendor.js'

type Template = NonNullable<VendorTemplateData['template']>

const REQUIREMENTS: Readonly<Record<string, ((value: number) => string) | undefined>> = vendorWords.requirementTexts

/** Needs of the server of a deployment, in one line. */
const requirementsText = (requirements: unknown): string =>
  Object.entries((requirements ?? {}) as Readonly<Record<string, unknown>>)
    .map(([name, value]) => REQUIREMENTS[name]?.(Number(value)) ?? `${label(name)}: ${String(value)}`)
    .join(' · ')

type Texts = readonly (readonly [name: string, text: string])[]

/** Texts of a version, or of the published template. */
const textsOf = (of: Template | NonNullable<Template['nextVersion']>): Texts => [
  [vendorWords.name, of.name],
  [vendorWords.short, of.shortDescription ?? ''],
  [vendorWords.long, of.longDescription ?? ''],
  [vendorWords.category, of.category?.title ?? ''],
  [vendorWords.tags, of.tags.join(', ')],
  [vendorWords.requiredPlan, of.requiredPlan?.name ?? ''],
  [vendorWords.needs, requirementsText(of.infrastructureRequirements)],
]

/** The submitted texts, otherwise the published ones. */
export const templateTexts = (template: Template): Texts => textsOf(template.nextVersion ?? template)

/** The submitted texts that replace others of a published template. */
export function changedTexts(template: Template): readonly (readonly [name: string, before: string, after: string])[] {
  const before = textsOf(template)
  if (template.status !== 'APPROVED') return []
  return templateTexts(template).flatMap(([name, after], index) =>
    after === before[index]![1] ? [] : [[name, before[index]![1], after] as const],
  )
}

/** The other submitted texts, without the name. */
export function sameTexts(template: Template): Texts {
  const changed = changedTexts(template).map(([name]) => name)
  return templateTexts(template).filter(([name]) => name !== vendorWords.name && !changed.includes(name))
}
