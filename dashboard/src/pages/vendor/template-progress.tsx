import { Alert, List, Stack } from '@mantine/core'
import { count } from '../../ui/format.js'
import { StatusBadge } from '../../ui/status-badge.js'
import { vendorWords } from '../../words/en/vendor.js'
import type { TemplateOfVendor } from './template.js'

const texts = vendorWords

type Status = TemplateOfVendor['status']

/** True for a version that the vendor changes and submits. */
export const isEditable = (status: Status): boolean =>
  status === 'DRAFT' || status === 'NEEDS_CHANGES' || status === 'REJECTED'
/** True for a version that cannot be changed until it is reviewed. */
export const isWaiting = (status: Status): boolean => status === 'SUBMITTED' || status === 'UNDER_REVIEW'

/** True for a template that is or was in the marketplace. */
export const wasPublished = (status: Status): boolean => status === 'APPROVED' || status === 'DEPRECATED'

const STEPS = Object.entries(texts.stages) as [keyof typeof texts.stages, string][]

/** The way of the newest version to its publication, and what its reviewer wrote. */
export function TemplateProgress({ template }: { readonly template: TemplateOfVendor }) {
  const { status, nextVersion, installCount, saleCount } = template
  const current = nextVersion?.status ?? status
  const stage = isEditable(current) ? 'DRAFT' : current
  const reached = STEPS.findIndex(([name]) => name === stage)
  return (
    <Stack gap="sm">
      {reached >= 0 && (
        <ol className="stages" aria-label={texts.progress}>
          {STEPS.map(([name, label], index) => (
            <li
              key={name}
              data-done={index < reached || stage === 'APPROVED' || undefined}
              aria-current={index === reached ? 'step' : undefined}
            >
              {label}
            </li>
          ))}
        </ol>
      )}
      <div className="template-counts">
        {stage !== current || reached < 0 ? <StatusBadge state={current} /> : null}
        {nextVersion && status === 'APPROVED' && <span>{texts.alsoPublished}</span>}
        {wasPublished(status) && <span>{texts.counts(count(installCount), count(saleCount))}</span>}
      </div>
      {nextVersion?.reviewComment && (
        <Alert color="orange" title={texts.comment}>
          {nextVersion.reviewComment}
        </Alert>
      )}
      {nextVersion && nextVersion.findings.length > 0 && (
        <Alert color="orange" title={texts.warnings}>
          <List size="sm">
            {nextVersion.findings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  )
}
