import { Button, List, Paper, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { NegotiatedFeatures, type NegotiatedPlanFields } from '@stackgate/client/documents'
import { useCheckout, useOperation } from '@stackgate/react/hooks'
import { OutcomeText } from '../../ui/dialogs.js'
import { date, priceText } from '../../ui/format.js'
import { endText, termsText } from '../../ui/negotiated-terms.js'
import { negotiatedWords as texts } from '../../words/en/negotiated-plans.js'
import { ChangePlanDialog } from '../../ui/change-plan-dialog.js'

interface NegotiatedOffersProps {
  readonly account: string
  readonly plans: readonly NegotiatedPlanFields[]
  /** Groups are not known here: the server decides if the offer begins a subscription or changes one. */
  readonly hasSubscription: boolean
}

/** Plans at a price of the account: the offers that it can accept, and the price that it pays. */
export function NegotiatedOffers({ account, plans, hasSubscription }: NegotiatedOffersProps) {
  const start = useCheckout({ accountId: account })
  const [accepted, setAccepted] = useState<NegotiatedPlanFields | null>(null)
  const offers = plans.filter(({ status }) => status === 'OFFERED')
  const active = plans.filter(({ status }) => status === 'ACTIVE')
  if (offers.length + active.length === 0) return null
  const accept = (offer: NegotiatedPlanFields) => {
    if (hasSubscription) setAccepted(offer)
    else
      start.mutate({
        plan: offer.plan.code,
        interval: offer.price.interval ?? undefined,
        quantity: offer.quantity,
        negotiatedPlanId: offer.id,
      })
  }
  return (
    <>
      {active.map(({ id, price, endsAt }) => (
        <Text key={id}>{endsAt && texts.active(priceText(price), date(endsAt))}</Text>
      ))}
      {offers.map((offer) => (
        <Paper key={offer.id} withBorder p="md" component="section" aria-label={texts.title}>
          <Stack gap="xs" align="flex-start">
            <Text fw={500}>{texts.title}</Text>
            <Text>{termsText(offer)}</Text>
            <OfferedFeatures offer={offer.id} currency={offer.price.money.currency} />
            <Text size="sm">{endText(offer)}</Text>
            <Text size="sm">{offer.reason}</Text>
            <Text size="sm">{texts.expires(date(offer.expiresAt))}</Text>
            <Button
              disabled={start.isPending}
              aria-haspopup={hasSubscription ? 'dialog' : undefined}
              onClick={() => accept(offer)}
            >
              {texts.accept}
            </Button>
          </Stack>
        </Paper>
      ))}
      <OutcomeText outcome={start} account={account} />
      {accepted && (
        <ChangePlanDialog
          account={account}
          plan={accepted.plan}
          interval={null}
          quantity={null}
          negotiatedPlanId={accepted.id}
          onClose={() => setAccepted(null)}
        />
      )}
    </>
  )
}

/** Features that the offer changes, with their terms. Nothing for an offer of a price alone. */
function OfferedFeatures({ offer, currency }: { readonly offer: string; readonly currency: string }) {
  const found = useOperation(NegotiatedFeatures, { id: offer, currency }).data?.node
  if (!found || !('planVersion' in found) || found.planVersion.number > 0) return null
  const usual = new Map(found.plan.features.map(({ feature, text }) => [feature.code, text]))
  const changed = found.planVersion.features.filter(
    ({ feature, text, overage }) => text !== usual.get(feature.code) || overage,
  )
  return (
    <List size="sm" aria-label={texts.features}>
      {changed.map(({ feature, text, overage }) => (
        <List.Item key={feature.code}>
          {[text ?? texts.without(feature.name), ...(overage ? [overage.summary] : [])].join(', ')}
        </List.Item>
      ))}
    </List>
  )
}
