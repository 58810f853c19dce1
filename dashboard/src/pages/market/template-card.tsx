import IconPackage from 'icon:package'
import IconServer2 from 'icon:server-2'
import { Card, Group, Stack, Text, Title } from '@mantine/core'
import type { TemplatesData } from '@stackgate/client/documents'
import { useSession } from '../../session/session-context.js'
import { count, priceText } from '../../ui/format.js'
import { Verified } from './verified.js'
import { Icon } from '../../ui/icon.js'
import { Monogram } from '../../ui/monogram.js'
import { StateBadge } from '../../ui/state-badge.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { LinkButton } from '../../ui/link-button.js'
import { marketWords } from '../../words/en/market.js'

export type TemplateOfList = NonNullable<TemplatesData['templates']>['nodes'][number]

interface TemplateCardProps {
  readonly template: TemplateOfList
  readonly account: string | undefined
  readonly onTag?: (tag: string) => void
}

/** A template in a list. Its button is what the account has to do next. */
export function TemplateCard({ template, account, onTag }: TemplateCardProps) {
  const { slug, name, shortDescription, tags, vendor, installCount, requiredPlan } = template
  return (
    <Card component="article" withBorder padding="md" aria-label={name}>
      <Stack gap="xs" h="100%">
        <Group gap="sm" wrap="nowrap">
          <Monogram name={name} />
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
                {marketWords.by(vendor.name)} {vendor.verified && <Verified />}
              </Text>
            )}
          </div>
        </Group>
        <Text size="sm" style={{ flex: 1 }}>
          {shortDescription}
        </Text>
        <Group gap={6}>
          {tags.map((tag) => (
            <button key={tag} type="button" className="tag" title={marketWords.tag(tag)} onClick={() => onTag?.(tag)}>
              {tag}
            </button>
          ))}
        </Group>
        <Text size="sm" c="dimmed">
          <Icon of={IconServer2} /> {marketWords.installs(installCount, count(installCount))}
        </Text>
        <Group justify="space-between" gap="xs">
          <Text fw={500}>{template.price ? priceText(template.price) : marketWords.free}</Text>
          <Group gap={6}>
            {template.product?.owned && <StateBadge color="green">{marketWords.owned}</StateBadge>}
            <Text size="sm" c="dimmed">
              <Icon of={IconPackage} /> {requiredPlan ? marketWords.needs(requiredPlan.name) : marketWords.everyPlan}
            </Text>
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
  const shared = { 'aria-label': marketWords.ofTemplate(text, name), fullWidth: true }
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
  const code = eligibility?.denials[0]?.code
  if (code === 'INSUFFICIENT_PLAN' && requiredPlan) return marketWords.upgrade(requiredPlan.name)
  if (code === 'TEMPLATE_NOT_PURCHASED' && price) return marketWords.buy(priceText(price))
  return eligibility?.allowed ? marketWords.deploy : marketWords.see
}

/** Price or plan for visitors. Signing in comes first. */
export function signInStep({ isPaid, price, requiredPlan }: Pick<TemplateOfList, 'isPaid' | 'price' | 'requiredPlan'>) {
  if (isPaid && price) return marketWords.signInToBuy(priceText(price))
  return requiredPlan ? marketWords.signInToUpgrade(requiredPlan.name) : marketWords.signInToDeploy
}
