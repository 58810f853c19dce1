import { Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { VendorTemplateData } from '@stackgate/client/documents'
import { JsonText } from '../../ui/detail-list.js'
import LineDiff from '../../ui/line-diff.js'
import { Panel } from '../../ui/panel.js'
import { ReviewHistory } from '../../ui/review-history.js'
import { reviewWords } from '../../words/en/reviews.js'
import { composeText } from '../vendor/compose.js'

const texts = reviewWords
type Template = NonNullable<VendorTemplateData['template']>

interface ReviewDefinitionProps {
  readonly query: UseQueryResult<VendorTemplateData>
  readonly template: Template
}

/** The submitted compose file, the lines in which it differs from the published one, and the earlier reviews. */
export function ReviewDefinition({ query, template }: ReviewDefinitionProps) {
  const { nextVersion: next, status, definition } = template
  const before = composeText(definition)
  const after = composeText(next?.definition ?? definition)
  return (
    <>
      {next && status === 'APPROVED' && (
        <Panel title={texts.differences} query={query}>
          {() =>
            before === after ? (
              <Text>{texts.noDifferences}</Text>
            ) : (
              <LineDiff name={texts.changedLines} before={before} after={after} />
            )
          }
        </Panel>
      )}
      {next && (
        <Panel title={texts.proposed} query={query}>
          {() => <JsonText name={texts.proposedText} value={after} />}
        </Panel>
      )}
      <ReviewHistory query={query} reviews={template.reviews.nodes} />
    </>
  )
}
