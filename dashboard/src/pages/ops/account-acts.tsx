import { Suspense, useState } from 'react'
import { lazyPart } from '../../session/load-part.js'
import { ActMenu, type ActGroup } from '../../ui/act-menu.js'
import { chargingWords } from '../../words/en/charging-terms.js'
import { offerWords } from '../../words/en/negotiated-offers.js'
import { operationsWords } from '../../words/en/operations.js'
import { offersOf, type FoundAccount } from './account-summary.js'

const texts = operationsWords.look
const dialog = <Name extends keyof typeof import('./account-dialogs.js')>(name: Name) =>
  lazyPart(() => import('./account-dialogs.js'), name)
const GrantDialog = dialog('GrantDialog')
const OverrideDialog = dialog('OverrideDialog')
const CompDialog = dialog('CompDialog')
const EndCompDialog = dialog('EndCompDialog')
const OfferDialog = dialog('OfferDialog')
const WithdrawDialog = dialog('WithdrawDialog')
const TrialDialog = dialog('TrialDialog')
const CancelDialog = dialog('CancelDialog')
const ChargingDialog = dialog('ChargingDialog')
const RevokeSessionsDialog = dialog('RevokeSessionsDialog')

type Act =
  | 'grant'
  | 'override'
  | 'comp'
  | 'endComp'
  | 'offer'
  | 'withdraw'
  | 'extendTrial'
  | 'cancel'
  | 'revokeSessions'
  | 'taxes'
  | 'payment'
  | 'threshold'

/** Everything that an operator can do with an account as a whole, as one menu. Acts on a row are at the row. */
export function AccountActs({ account }: { readonly account: FoundAccount }) {
  const [opened, setOpened] = useState<Act | null>(null)
  const subscription = account.billing?.subscription ?? null
  const comp = account.usage?.compedPlans?.[0] ?? null
  const { offer } = offersOf(account)
  const act = (name: string, of: Act) => ({ name, onOpen: () => setOpened(of) })
  const groups: readonly ActGroup[] = [
    { name: texts.acts.credits, acts: [act(texts.grant, 'grant'), act(texts.override, 'override')] },
    {
      name: texts.acts.plan,
      acts: [
        act(texts.comp, 'comp'),
        ...(comp ? [act(texts.endComp, 'endComp')] : []),
        act(offerWords.offer, 'offer'),
        ...(offer ? [act(offerWords.withdraw, 'withdraw')] : []),
        ...(subscription?.status === 'TRIALING' ? [act(texts.extendTrial, 'extendTrial')] : []),
      ],
    },
    {
      name: texts.acts.money,
      acts: [
        act(chargingWords.changeTaxes, 'taxes'),
        act(chargingWords.changePayment, 'payment'),
        act(chargingWords.changeThreshold, 'threshold'),
      ],
    },
    {
      name: texts.acts.danger,
      acts: [
        ...(subscription && !subscription.cancelAt ? [act(texts.cancel, 'cancel')] : []),
        act(texts.sessions.revokeAll, 'revokeSessions'),
      ].map((each) => ({ ...each, isDangerous: true })),
    },
  ]
  const common = { account: account.id, onClose: () => setOpened(null) }
  return (
    <>
      <ActMenu name={texts.acts.title} groups={groups} />
      <Suspense>
        {opened === 'grant' && <GrantDialog {...common} />}
        {opened === 'override' && <OverrideDialog {...common} />}
        {opened === 'comp' && <CompDialog {...common} />}
        {opened === 'endComp' && comp && <EndCompDialog {...common} comp={comp} />}
        {opened === 'offer' && (
          <OfferDialog {...common} currency={subscription?.items[0]?.price.money.currency ?? null} />
        )}
        {opened === 'withdraw' && offer && <WithdrawDialog {...common} plan={offer} />}
        {opened === 'extendTrial' && <TrialDialog {...common} />}
        {opened === 'cancel' && <CancelDialog {...common} />}
        {opened === 'revokeSessions' && <RevokeSessionsDialog {...common} />}
        {(opened === 'taxes' || opened === 'payment' || opened === 'threshold') && (
          <ChargingDialog {...common} part={opened} />
        )}
      </Suspense>
    </>
  )
}
