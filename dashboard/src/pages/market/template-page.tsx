import IconServer2 from 'icon:server-2'
import { Anchor, Group, List, SimpleGrid, Stack, Text } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { Template, type TemplateData } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { count, label } from '../../ui/format.js'
import { Verified } from './verified.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { Markdown } from '../../ui/markdown.js'
import { Icon } from '../../ui/icon.js'
import { Monogram } from '../../ui/monogram.js'
import { PageHeading } from '../../ui/page-heading.js'
import { PanelContent, Section } from '../../ui/panel.js'
import { marketWords } from '../../words/en/market.js'
import { DeployPanel } from './deploy-panel.js'
import { useMarketAccount } from './market-account.js'

export type TemplateDetails = NonNullable<TemplateData['template']>

/** A template: its texts, its requirements, and the way to a deployment. */
export function TemplatePage() {
  const account = useMarketAccount()
  const { slug = '' } = useParams({ strict: false })
  const template = useOperation(
    Template,
    { by: { slug }, account: account ?? null },
    { enabled: account !== undefined },
  )
  return (
    <Stack>
      {/* Others have breadcrumbs. */}
      {account === null && (
        <LinkAnchor to="/market" size="sm">
          {marketWords.back}
        </LinkAnchor>
      )}
      <Group gap="sm" wrap="nowrap">
        <Monogram name={template.data?.template?.name ?? ''} />
        <PageHeading>{template.data?.template?.name ?? marketWords.title}</PageHeading>
      </Group>
      <PanelContent query={template} height={480}>
        {({ template: found }) =>
          found ? <Details template={found} account={account ?? null} /> : <Text>{marketWords.missing}</Text>
        }
      </PanelContent>
    </Stack>
  )
}

function Details({ template, account }: { readonly template: TemplateDetails; readonly account: string | null }) {
  return (
    <>
      <Summary template={template} />
      <div className="columns">
        <div className="side">
          <DeployPanel key={`${template.id}${account}`} template={template} account={account} />
        </div>
        <Stack>
          <Section title={marketWords.about}>
            {template.longDescription ? (
              <Markdown>{template.longDescription}</Markdown>
            ) : (
              <Text size="sm" c="dimmed">
                {marketWords.noDescription}
              </Text>
            )}
            <Facets template={template} />
          </Section>
        </Stack>
      </div>
    </>
  )
}

function Summary({ template }: { readonly template: TemplateDetails }) {
  const { vendor } = template
  return (
    <Stack gap={6} mt={-8}>
      <Text>{template.shortDescription}</Text>
      <Group gap="md">
        {vendor && (
          <Text size="sm">
            <LinkAnchor to="/market/vendors/$vendor" params={{ vendor: vendor.id }} underline="always">
              {marketWords.by(vendor.name)}
            </LinkAnchor>{' '}
            {vendor.verified && <Verified />}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          <Icon of={IconServer2} /> {marketWords.installs(template.installCount, count(template.installCount))}
        </Text>
        <Text size="sm" c="dimmed">
          {marketWords.version(count(template.version))}
        </Text>
      </Group>
    </Stack>
  )
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : []

/** Requirements, technologies and links of a template. */
function Facets({
  template: { infrastructureRequirements, techStack, links },
}: {
  readonly template: TemplateDetails
}) {
  const requirements = entriesOf(infrastructureRequirements)
  const technologies = entriesOf(techStack)
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <FacetList title={marketWords.requirements}>
        {requirements.length === 0 && <List.Item>{marketWords.noRequirements}</List.Item>}
        {requirements.map(([name, value]) => (
          <List.Item key={name}>{requirementText(name, value)}</List.Item>
        ))}
      </FacetList>
      {technologies.length > 0 && (
        <FacetList title={marketWords.technologies}>
          {technologies.map(([name, value]) => (
            <List.Item key={name}>
              {Array.isArray(techStack) ? textOf(value) : `${label(name)}: ${textOf(value)}`}
            </List.Item>
          ))}
        </FacetList>
      )}
      {links.length > 0 && (
        <FacetList title={marketWords.links}>
          {links.map(({ label: text, url }) => (
            <List.Item key={url}>
              <Anchor href={url} rel="noreferrer" inherit underline="always">
                {text}
              </Anchor>
            </List.Item>
          ))}
        </FacetList>
      )}
    </SimpleGrid>
  )
}

const FacetList = ({ title, children }: { readonly title: string; readonly children: React.ReactNode }) => (
  <div>
    <Text fw={500}>{title}</Text>
    <List size="sm">{children}</List>
  </div>
)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function requirementText(name: string, value: unknown): string {
  if (name === 'memory_mb' && typeof value === 'number' && value % 1024 === 0)
    return requirementText('memory_gb', value / 1024)
  const known = marketWords.requirement[name]
  return known && typeof value === 'number' ? known(count(value)) : `${label(name)}: ${textOf(value)}`
}
