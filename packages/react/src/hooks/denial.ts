import {
  remedyActions,
  toDenial,
  type CheckoutFields,
  type Denial,
  type DenialRemedy,
  type RemedyOutcome,
  type StackgateError,
} from '@stackgate/client'
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Labels } from '../labels.js'
import { asStackgateError } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId } from '../query.js'
import { useLeaveWhile } from './leave.js'

/** A button that carries out a remedy. */
export interface DenialAction {
  readonly key: string
  /** Text of the button. */
  readonly label: string
  /** Price of the remedy, as the server formats it. Null without one. */
  readonly price: string | null
  /** True for the first: the cheapest. */
  readonly isPrimary: boolean
  readonly isPending: boolean
  readonly remedy: DenialRemedy
  /** True if it charges, or changes the plan, without a page of the payment provider. Show the terms first. */
  readonly needsConfirmation: boolean
  /** Carries it out. A repeated call has the same idempotency key. */
  readonly run: () => void
}

/** Place of a remedy: `leaving` a page of the payment provider opens, `waiting` it is open in another tab, `done` repeat the request. */
export interface DenialOutcome {
  readonly status: 'idle' | 'leaving' | 'waiting' | 'done'
  /** Page that the browser refused to open by itself: show it as a link. */
  readonly url: string | null
}

/** Everything that a dialog shows about a denial. */
export interface DenialView {
  readonly denial: Denial
  /** Account of the denied request, if it named one. */
  readonly accountId: string | undefined
  /** From the labels of the provider. Without them the message. */
  readonly title: string
  /** From the labels of the provider where the message of the denial names a code and an address. */
  readonly message: string
  readonly actions: readonly DenialAction[]
  /** Remedies that a person has to choose: a sentence, and a page if there is one. */
  readonly hints: readonly { readonly label: string; readonly url: string | null }[]
  readonly outcome: DenialOutcome
  readonly error: StackgateError | null
}

/** Options of `useDenial`. */
export interface DenialOptions {
  /** Account of the denied request, if it named one. */
  readonly accountId?: string | undefined
  /** Further fields of payments. */
  readonly checkout?: CheckoutFields | undefined
  /** Receives the outcome of a remedy, for example to repeat the denied request. */
  readonly onOutcome?: ((outcome: RemedyOutcome) => void) | undefined
  readonly onRedirect?: ((url: string) => unknown) | undefined
}

interface Progress {
  readonly of: Denial | null
  readonly pending: string | null
  readonly outcome: DenialOutcome
  readonly error: StackgateError | null
  /** Denial of a remedy itself. */
  readonly next: Denial | null
}

const START: Omit<Progress, 'of'> = { pending: null, outcome: { status: 'idle', url: null }, error: null, next: null }

/** View of a denial of GraphQL or REST: title, sentence, and buttons that lift it. Null without a denial. */
export function useDenial(value: unknown, options: DenialOptions = {}): DenialView | null {
  const context = useStackgateContext()
  const { client, labels, returnUrls, staysOpen } = context
  const account = useAccountId(options.accountId)
  const given = useMemo(() => toDenial(value) ?? null, [value])
  const leave = useLeaveWhile(given !== null)
  const [progress, setProgress] = useState<Progress>({ of: given, ...START })
  const { onOutcome, onRedirect, checkout } = options
  useEffect(() => setProgress({ of: given, ...START }), [given])
  const current = progress.of === given ? progress : { of: given, ...START }
  const denial = current.next ?? given
  const { successUrl, cancelUrl } = returnUrls
  const remedies = useMemo(
    () =>
      remedyActions(denial, client, {
        accountId: account ?? undefined,
        checkout: { successUrl, cancelUrl, ...checkout },
      }),
    [denial, client, account, successUrl, cancelUrl, checkout],
  )
  const run = useCallback(
    async (key: string, remedy: (typeof remedies)[number]): Promise<void> => {
      const change = (next: Partial<Progress>): void => setProgress((before) => ({ ...before, of: given, ...next }))
      change({ pending: key, error: null })
      try {
        const outcome = await remedy.run()
        if (outcome.kind === 'checkout' || outcome.kind === 'page') {
          const isOpen = (onRedirect ?? leave)(outcome.url) !== false
          const status = staysOpen || !isOpen ? 'waiting' : 'leaving'
          change({ pending: null, outcome: { status, url: isOpen ? null : outcome.url } })
        } else if (outcome.kind === 'denied') change({ pending: null, next: outcome.denial })
        else change({ pending: null, outcome: { status: 'done', url: null } })
        onOutcome?.(outcome)
      } catch (error) {
        change({ pending: null, error: asStackgateError(error) })
      }
    },
    [given, leave, staysOpen, onOutcome, onRedirect],
  )
  if (!denial) return null
  const actions = remedies.map((remedy, index): DenialAction => {
    const key = `${index} ${remedy.kind}`
    return {
      key,
      label: remedy.label,
      price: priceOf(remedy.remedy),
      isPrimary: remedy.isPrimary,
      isPending: current.pending === key,
      remedy: remedy.remedy,
      needsConfirmation: remedy.needsConfirmation,
      run: () => void run(key, remedy),
    }
  })
  const known = new Set(remedies.map(({ remedy }) => remedy))
  const hints = denial.remedies.filter((remedy) => !known.has(remedy)).map(hintOf)
  const title = labels.denialTitles?.[denial.code] ?? labels.denialTitle ?? denial.message
  const { outcome, error } = current
  const message = buyerMessage(labels, denial) ?? denial.message
  return { denial, accountId: options.accountId, title, message, actions, hints, outcome, error }
}

/** Sentence in place of a message that names a code and an address. Undefined for other messages, and without labels. */
function buyerMessage(labels: Partial<Labels>, denial: Denial): string | undefined {
  const { code, requiredPlan, currentPlan, template } = denial as Denial & NamedObjects
  if (code === 'INSUFFICIENT_PLAN' && requiredPlan?.name)
    return labels.upgradeNeeded?.(requiredPlan.name, currentPlan?.name ?? null)
  if (code === 'TEMPLATE_NOT_PURCHASED' && template?.name) return labels.purchaseText?.(template.name, null)
  return code === 'INSUFFICIENT_PLAN' || code === 'TEMPLATE_NOT_PURCHASED' ? labels.denialTitles?.[code] : undefined
}

interface Named {
  readonly name?: string
}

/** Objects that a denial names, if the document selected them. */
interface NamedObjects {
  readonly requiredPlan?: Named | null
  readonly currentPlan?: Named | null
  readonly template?: Named | null
}

const hintOf = ({ label = '', url }: DenialRemedy) => ({ label, url: typeof url === 'string' ? url : null })

/** Price of all units of a remedy, as the server formats it. */
function priceOf(remedy: DenialRemedy): string | null {
  const { total, price } = remedy as {
    total?: { formatted?: string }
    price?: { money?: { formatted?: string } }
  }
  return total?.formatted ?? price?.money?.formatted ?? null
}
