import { Button, Stack, Text } from '@mantine/core'
import { Suspense, useState } from 'react'
import { BillingDetails as Document, type BillingDetailsFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { lazyPart } from '../../session/load-part.js'
import { billingDetailsWords as texts } from '../../words/en/billing-details.js'
import { Panel } from '../../ui/panel.js'
import { knownText } from '../../ui/known-text.js'
import { countryName, taxIdName } from './tax-ids.js'

const BillingDetailsDialog = lazyPart(() => import('./billing-details-dialog.js'), 'BillingDetailsDialog')

/** Height of three lines and the button, in pixels. */
const HEIGHT = 119

/** The buyer as invoices name it. */
export function BillingDetails({ account }: { readonly account: string }) {
  const query = useOperation(Document, { account })
  return (
    <Panel title={texts.title} query={query} height={HEIGHT}>
      {({ account: found }) =>
        found?.billing && (
          <Details
            account={account}
            details={found.billing.billingDetails}
            mayManage={found.viewerCan.includes('BILLING_MANAGE')}
          />
        )
      }
    </Panel>
  )
}

interface DetailsProps {
  readonly account: string
  readonly details: BillingDetailsFields | null
  readonly mayManage: boolean
}

function Details({ account, details, mayManage }: DetailsProps) {
  const [isOpen, setOpen] = useState(false)
  const lines = details ? linesOf(details) : []
  const exemption = details && knownText(texts.exemption, details.taxExemption)
  return (
    <Stack gap="xs" align="flex-start">
      {lines.length > 0 ? (
        <address style={{ fontStyle: 'normal' }}>
          {lines.map((line) => (
            <Text key={line}>{line}</Text>
          ))}
        </address>
      ) : (
        <Text c="dimmed">{texts.none}</Text>
      )}
      {details?.taxIds.map(({ type, value, verification }) => (
        <Text size="sm" key={value}>
          {texts.taxIdNamed(taxIdName(type), value)}
          {knownText(texts.verification, verification) && ` (${knownText(texts.verification, verification)})`}
        </Text>
      ))}
      {exemption && <Text size="sm">{exemption}</Text>}
      {details?.purchaseOrder && <Text size="sm">{texts.purchaseOrderNamed(details.purchaseOrder)}</Text>}
      {mayManage && (
        <Button variant="default" aria-haspopup="dialog" onClick={() => setOpen(true)}>
          {texts.edit}
        </Button>
      )}
      {isOpen && (
        <Suspense>
          <BillingDetailsDialog account={account} details={details} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </Stack>
  )
}

function linesOf({ name, address }: BillingDetailsFields): string[] {
  const place = address && [address.postalCode, address.city].filter(Boolean).join(' ')
  return [name, address?.line1, address?.line2, place, address?.region, address && countryName(address.country)].filter(
    (line): line is string => Boolean(line),
  )
}
