import { Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { VendorTemplateData } from '@stackgate/client/documents'
import { DetailList, JsonText } from '../../ui/detail-list.js'
import LineDiff from '../../ui/line-diff.js'
import { Section } from '../../ui/panel.js'
import { ReviewHistory } from '../../ui/review-history.js'
import { reviewWords } from '../../words/en/reviews.js'
import { contentText } from '../vendor/compose.js'
import { changedTexts } from '../vendor/template-texts.js'

const texts = reviewWords
type Template = NonNullable<VendorTemplateData['template']>

interface ReviewContentProps {
  readonly query: UseQueryResult<VendorTemplateData>
  readonly template: Template
  readonly details: ReactNode
  readonly decision: ReactNode
}

/** A submitted version: first what it changes of the published one, then its texts, its compose file, and the earlier reviews. */
export function ReviewContent({ query, template, details, decision }: ReviewContentProps) {
  const { nextVersion: next, status } = template
  const before = contentText(template)
  const after = contentText(next ?? template)
  const isUpdate = next !== null && status === 'APPROVED'
  return (
    <div className="review">
      <div className="review-about">
        {isUpdate && <Changes template={template} before={before} after={after} />}
        {details}
      </div>
      <div className="review-decision stays">{decision}</div>
      <div className="review-rest">
        {next && !(isUpdate && before === after) && (
          <Section title={texts.proposed}>
            <JsonText name={texts.proposedText} value={after} />
          </Section>
        )}
        <ReviewHistory query={query} reviews={template.reviews.nodes} />
      </div>
    </div>
  )
}

interface ChangesProps {
  readonly template: Template
  /** The compose files. */
  readonly before: string
  readonly after: string
}

const Changes = ({ template, before, after }: ChangesProps) => (
  <Section title={texts.changed}>
    <DetailList
      items={changedTexts(template).map(([name, old, changed]) => [
        name,
        <span key={name}>
          {old && <del>{old}</del>} {changed ? <ins>{changed}</ins> : texts.nothingThere}
        </span>,
      ])}
    />
    {before === after ? (
      <Text size="sm">{texts.noDifferences}</Text>
    ) : (
      <LineDiff name={texts.changedLines} before={before} after={after} />
    )}
  </Section>
)
