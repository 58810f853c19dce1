'use client'

import { createStackgate } from '@stackgate/client'
import { StackgateProvider, useAccount, usePlans } from '@stackgate/react'
import { useState } from 'react'

/** The part of the page that stays live: it follows the account without a reload. */
export function AccountView({ url, token }: { url: string; token: string }) {
  const [stackgate] = useState(() => createStackgate({ url, token }))
  return (
    <StackgateProvider client={stackgate}>
      <CurrentPlan />
      <Offers />
    </StackgateProvider>
  )
}

function CurrentPlan() {
  const { data: account, error } = useAccount()
  if (error) return <p role="alert">{error.message}</p>
  return <p>Your plan: {account?.plan?.planVersion?.plan.name ?? '…'}</p>
}

function Offers() {
  const { data: plans } = usePlans()
  return (
    <ul aria-label="Plans">
      {plans?.map(({ code, name, offer }) => (
        <li key={code}>
          {name}: {offer ? offer.action.toLowerCase() : '…'}
        </li>
      ))}
    </ul>
  )
}
