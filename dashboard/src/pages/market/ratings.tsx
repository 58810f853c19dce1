import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useOperations } from '@stackgate/react/hooks'
import { useRef, useState } from 'react'
import { RateTemplate } from '@stackgate/client/documents'
import { useAction } from '../../session/use-action.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { date } from '../../ui/format.js'
import { Section } from '../../ui/panel.js'
import { StarChoice, StarRow } from '../../ui/stars.js'
import { marketWords } from '../../words/en/market.js'
import type { TemplateDetails } from './template-page.js'

interface RatingsProps {
  readonly template: TemplateDetails
  readonly account: string | null
}

/** The latest ratings of others, and the form of the account with its own. */
export function Ratings({ template, account }: RatingsProps) {
  const { ratings, viewerRating } = template
  return (
    <Section title={marketWords.ratings}>
      {ratings.nodes.length === 0 && (
        <Text size="sm" c="dimmed">
          {marketWords.noneRated}
        </Text>
      )}
      {ratings.nodes
        .filter(({ id }) => id !== viewerRating?.id)
        .map(({ id, stars, comment, at }) => (
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
  const [stars, setStars] = useState(present?.stars ?? null)
  const [comment, setComment] = useState(present?.comment ?? '')
  const [isMissing, setMissing] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const [isRated, setRated] = useState(false)
  const rate = useAction(RateTemplate, () => {
    setRated(true)
    void operations.refetch('Template', 'Templates')
  })
  return (
    <form
      ref={form}
      noValidate
      aria-label={marketWords.rate}
      onSubmit={(event) => {
        event.preventDefault()
        setRated(false)
        setMissing(stars === null)
        if (stars === null) form.current?.querySelector('input')?.focus()
        else rate.run({ templateId: template.id, accountId: account, stars, comment: comment.trim() || null })
      }}
    >
      <Stack gap="xs" align="flex-start">
        <Text fw={500}>{marketWords.rate}</Text>
        <StarChoice
          value={stars}
          onChange={(chosen) => {
            setStars(chosen)
            setMissing(false)
          }}
          error={isMissing ? marketWords.starsMissing : null}
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
