import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core'
import type { TemplatesData } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { count } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { LinkButton } from '../../ui/link-button.js'
import { Stars } from '../../ui/stars.js'
import { words } from '../../words/en.js'
import { priceText } from './price-text.js'

export type TemplateOfList = TemplatesData['templates']['nodes'][number]

interface TemplateCardProps {
  readonly template: TemplateOfList
  readonly account: string | undefined
  readonly onTag?: (tag: string) => void
}

/** A template in a list. Its button is what the account has to do next. */
export function TemplateCard({ template, account, onTag }: TemplateCardProps) {
  const { slug, name, shortDescription, tags, vendor, rating, ratingCount, installCount, requiredPlan } = template
  const { market } = words
  return (
    <Card component="article" withBorder padding="md" aria-label={name}>
      <Stack gap="xs" h="100%">
        <div>
          <Title order={2} size="h4">
            <LinkAnchor
              to="/market/$slug"
              params={{ slug }}
              search={{ account } as never}
              c="var(--mantine-color-text)"
              inherit
            >
              {name}
            </LinkAnchor>
          </Title>
          {vendor && (
            <Text size="sm" c="dimmed">
              {market.by(vendor.name)}
              {vendor.verified && (
                <span role="img" aria-label={market.verified} title={market.verified}>
                  {' ✓'}
                </span>
              )}
            </Text>
          )}
        </div>
        <Text size="sm" style={{ flex: 1 }}>
          {shortDescription}
        </Text>
        <Group gap={6}>
          {tags.map((tag) => (
            <button key={tag} type="button" className="tag" title={market.tag(tag)} onClick={() => onTag?.(tag)}>
              {tag}
            </button>
          ))}
        </Group>
        <Group justify="space-between" gap="xs">
          <Stars rating={rating} ratingCount={ratingCount} />
          <Text size="sm" c="dimmed">
            {market.installs(installCount, count(installCount))}
          </Text>
        </Group>
        <Group justify="space-between" gap="xs">
          <Text fw={600}>{template.price ? priceText(template.price) : market.free}</Text>
          <Group gap={6}>
            {template.product?.owned && (
              <Badge variant="light" color="green">
                {market.owned}
              </Badge>
            )}
            <Badge variant="light" color="gray">
              {requiredPlan ? market.needs(requiredPlan.name) : market.everyPlan}
            </Badge>
          </Group>
        </Group>
        <CardButton template={template} account={account} />
      </Stack>
    </Card>
  )
}

/** The next step of the account towards a deployment, as the button of the card. */
function CardButton({ template, account }: Pick<TemplateCardProps, 'template' | 'account'>) {
  const { session } = useSession()
  const { slug, name } = template
  const text = session ? nextStep(template) : signInStep(template)
  const shared = { 'aria-label': words.market.ofTemplate(text, name), fullWidth: true }
  if (!session)
    return (
      <LinkButton to="/" search={{ next: `/market/${slug}` } as never} variant="default" {...shared}>
        {text}
      </LinkButton>
    )
  const isReady = template.eligibility?.allowed ?? false
  return (
    <LinkButton
      to="/market/$slug"
      params={{ slug }}
      search={{ account } as never}
      variant={isReady ? 'filled' : 'default'}
      {...shared}
    >
      {text}
    </LinkButton>
  )
}

function nextStep({ eligibility, requiredPlan, price }: TemplateOfList): string {
  const { market } = words
  const code = eligibility?.denials[0]?.code
  if (code === 'INSUFFICIENT_PLAN' && requiredPlan) return market.upgrade(requiredPlan.name)
  if (code === 'TEMPLATE_NOT_PURCHASED' && price) return market.buy(priceText(price))
  return eligibility?.allowed ? market.deploy : market.see
}

/** Price or plan for visitors. Signing in comes first. */
export function signInStep({ isPaid, price, requiredPlan }: Pick<TemplateOfList, 'isPaid' | 'price' | 'requiredPlan'>) {
  const { market } = words
  if (isPaid && price) return market.signInToBuy(priceText(price))
  return requiredPlan ? market.signInToUpgrade(requiredPlan.name) : market.signInToDeploy
}
