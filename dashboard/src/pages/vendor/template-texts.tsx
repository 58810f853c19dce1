import { Text } from '@mantine/core'
import { Fragment, type ReactNode } from 'react'
import type { VendorTemplateData } from '@stackgate/client/documents'
import { label } from '../../ui/format.js'
import { reviewWords as texts } from '../../words/en/reviews.js'
import { vendorWords } from '../../words/en/vendor.js'

type Template = NonNullable<VendorTemplateData['template']>

const REQUIREMENTS: Readonly<Record<string, ((value: number) => string) | undefined>> = vendorWords.requirementTexts

/** Needs of the server of a deployment, in one line. */
const requirementsText = (requirements: unknown): string =>
  Object.entries((requirements ?? {}) as Readonly<Record<string, unknown>>)
    .map(([name, value]) => REQUIREMENTS[name]?.(Number(value)) ?? `${label(name)}: ${String(value)}`)
    .join(' · ')

/** The submitted texts. Of a published template, also the published ones that they replace. */
export function templateTexts({
  nextVersion: next,
  status,
  ...now
}: Template): readonly (readonly [string, ReactNode])[] {
  const published: readonly (readonly [string, string | null])[] = [
    [vendorWords.short, now.shortDescription],
    [vendorWords.long, now.longDescription],
    [vendorWords.category, now.category?.title ?? null],
    [vendorWords.tags, now.tags.join(', ')],
    [vendorWords.requiredPlan, now.requiredPlan?.name ?? null],
    [vendorWords.needs, requirementsText(now.infrastructureRequirements)],
  ]
  if (!next) return published
  const submitted = [
    next.shortDescription,
    next.longDescription,
    next.category?.title ?? null,
    next.tags.join(', '),
    next.requiredPlan?.name,
    requirementsText(next.infrastructureRequirements),
  ]
  return published.map(([name, before], index) => {
    const after = submitted[index] ?? ''
    if (status !== 'APPROVED' || after === (before ?? '')) return [name, after]
    return [
      name,
      <Fragment key={name}>
        {after || texts.nothingThere}
        <Text size="xs" c="dimmed">
          {texts.published(before || texts.nothingThere)}
        </Text>
      </Fragment>,
    ]
  })
}
