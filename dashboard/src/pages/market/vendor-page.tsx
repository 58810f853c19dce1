import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { Vendor, type VendorFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { date } from '../../ui/format.js'
import { LinkAnchor } from '../../ui/link-anchor.js'
import { Markdown } from '../../ui/markdown.js'
import { Monogram } from '../../ui/monogram.js'
import { PageHeading } from '../../ui/page-heading.js'
import { PanelContent } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { marketWords } from '../../words/en/market.js'
import { useMarketAccount } from './market-account.js'
import { TemplateList } from './template-list.js'

/** A vendor and its published templates. */
export function VendorPage() {
  const { vendor: id = '' } = useParams({ strict: false })
  const account = useMarketAccount()
  const vendor = useOperation(Vendor, { by: { id }, first: 0 })
  return (
    <Stack>
      {/* Others have breadcrumbs. */}
      {account === null && (
        <LinkAnchor to="/market" size="sm">
          {marketWords.back}
        </LinkAnchor>
      )}
      <Group gap="sm" wrap="nowrap">
        <Monogram name={vendor.data?.vendor?.name ?? ''} />
        <PageHeading>{vendor.data?.vendor?.name ?? marketWords.title}</PageHeading>
      </Group>
      <PanelContent query={vendor} height={120}>
        {({ vendor: found }) =>
          found ? (
            <>
              <About vendor={found} />
              <Title order={2} size="h4">
                {marketWords.vendorTemplates}
              </Title>
              <TemplateList
                account={account}
                filter={{ vendorId: id }}
                order="POPULAR"
                empty={<Text>{marketWords.nothing}</Text>}
              />
            </>
          ) : (
            <Text>{marketWords.missingVendor}</Text>
          )
        }
      </PanelContent>
    </Stack>
  )
}

const About = ({ vendor }: { readonly vendor: VendorFields }) => (
  <Stack gap="xs" mt={-8}>
    <Group>
      {vendor.verified && <StateBadge color="green">{marketWords.verified}</StateBadge>}
      <Text size="sm" c="dimmed">
        {marketWords.vendorSince(date(vendor.createdAt))}
      </Text>
      {vendor.website && (
        <Anchor href={vendor.website} rel="noreferrer" size="sm" underline="always">
          {marketWords.website}
        </Anchor>
      )}
    </Group>
    {vendor.description && <Markdown>{vendor.description}</Markdown>}
  </Stack>
)
