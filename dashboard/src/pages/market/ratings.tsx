import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useOperations } from '@stackgate/react/hooks'
import { useState } from 'react'
import { RateTemplate } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date } from '../../ui/format.js'
import { Section } from '../../ui/panel.js'
import { Segments } from '../../ui/segments.js'
import { StarRow } from '../../ui/stars.js'
import { marketWords } from '../../words/en/market.js'
import type { TemplateDetails } from './template-page.js'

interface RatingsProps {
  readonly template: TemplateDetails
  readonly account: string | null
}

/** The latest ratings, and the form of the account. */
export function Ratings({ template, account }: RatingsProps) {
  return (
    <Section title={marketWords.ratings}>
      {template.ratings.nodes.length === 0 && (
        <Text size="sm" c="dimmed">
          {marketWords.noneRated}
        </Text>
      )}
      {template.ratings.nodes.map(({ id, stars, comment, at }) => (
        <article key={id}>
          <Group gap="xs">
            <span role="img" aria-label={marketWords.starCount(stars)}>
              <StarRow filled={stars} />
            </span>
            <Text size="sm" c="dimmed">
              <time dateTime={at}>{date(at)}</time>
            </Text>
          </Group>
          {comment && <Text size="sm">{comment}</Text>}
        </article>
      ))}
      {account && <RatingForm template={template} account={account} />}
    </Section>
  )
}

function RatingForm({ template, account }: { readonly template: TemplateDetails; readonly account: string }) {
  const { viewerRating: present } = template
  const operations = useOperations()
  const [stars, setStars] = useState(String(present?.stars ?? 5))
  const [comment, setComment] = useState(present?.comment ?? '')
  const [isRated, setRated] = useState(false)
  const rate = useAction(RateTemplate, () => {
    setRated(true)
    void operations.refetch('Template', 'Templates')
  })
  return (
    <form
      aria-label={marketWords.rate}
      onSubmit={(event) => {
        event.preventDefault()
        setRated(false)
        rate.run({ templateId: template.id, accountId: account, stars: Number(stars), comment: comment.trim() || null })
      }}
    >
      <Stack gap="xs" align="flex-start">
        <Text fw={500}>{marketWords.rate}</Text>
        <Segments
          label={marketWords.yourStars}
          value={stars}
          onChange={setStars}
          data={['1', '2', '3', '4', '5'].map((value) => ({ value, label: marketWords.starChoice(value) }))}
        />
        <Textarea
          label={marketWords.comment}
          description={marketWords.commentHint}
          maxLength={2000}
          autosize={false}
          rows={3}
          w="100%"
          maw={480}
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
        />
        <OutcomeText outcome={rate} account={account} />
        <Group>
          <Button type="submit" variant="default" loading={rate.isPending}>
            {present ? marketWords.changeRating : marketWords.sendRating}
          </Button>
          <Text size="sm" role="status">
            {isRated && marketWords.rated}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}
