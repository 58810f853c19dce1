import type { FeatureKey, PlanKey } from '@stackgate/client'
import { useId, type ReactNode } from 'react'
import { useCheck, useEntitlement, useHas, usePlanCheck } from '../hooks/entitlements.js'
import { useCredits } from '../hooks/lists.js'
import { words } from '../labels.js'
import { DenialNotice } from './denial.js'
import { Failure, Loading, usePart, type Part, type PartProps } from './part.js'

/** Properties of `UsageMeter`. */
export interface UsageMeterProps extends PartProps {
  /** Code of the feature. */
  readonly feature: FeatureKey
  readonly accountId?: string | undefined
}

/** Use of a feature as a meter with its text, live. Near the limit it offers the remedies of the server. */
export function UsageMeter(props: UsageMeterProps): ReactNode {
  const { feature, accountId } = props
  const part = usePart(props)
  const { labels, slot, number, date } = part
  const id = useId()
  const { data, isPending, error, refetch, ...view } = useEntitlement(feature, accountId)
  const isNear = view.nearLimit || view.reason === 'used-up'
  if (isPending) return <Loading part={part} lines={2} />
  if (error && data === undefined) return <Failure part={part} error={error} onRetry={refetch} />
  const name = data?.feature.name ?? words(feature)
  const overage = data?.overage
  const isCounted = data?.granted && data.feature.kind !== 'BOOLEAN'
  const text = textOf()
  return (
    <div className={slot('meter', isNear ? 'sg-near' : undefined)}>
      <p id={id} className={slot('meter-name')}>
        {name}
      </p>
      {isCounted && !view.unlimited && view.limit !== null ? (
        <Meter part={part} headingId={id} used={view.used} limit={view.limit} text={text} isNear={isNear} />
      ) : null}
      <p className={slot('meter-text')}>{text}</p>
      {overage && (overage.units! > 0 || view.remaining === 0) ? (
        <p className={slot('detail')}>
          {labels.usageOverage(number(overage.units!), number(overage.cap!), overage.cost!.formatted)}
        </p>
      ) : null}
      {isCounted && view.resetsAt ? <p className={slot('detail')}>{labels.usageResets(date(view.resetsAt))}</p> : null}
      <div aria-live="polite">
        {isNear ? (
          <p className={slot('warning')}>{view.reason === 'used-up' ? labels.usageUsedUp : labels.usageNearLimit}</p>
        ) : null}
      </div>
      {isNear || view.reason === 'not-included' ? (
        <Remedies {...props} amount={view.reason === 'not-included' ? 1 : (view.remaining ?? 0) + 1} />
      ) : null}
      <Failure part={part} error={error} onRetry={refetch} />
    </div>
  )

  function textOf(): string {
    if (!data?.granted) return labels.usageNotIncluded
    if (!isCounted) return labels.usageIncluded
    if (view.unlimited || view.limit === null) return labels.usageUnlimited(number(view.used))
    const label = view.used > view.limit ? labels.usageOver : labels.usageText
    return label(number(view.used), number(view.limit))
  }
}

interface MeterProps {
  readonly part: Part
  readonly headingId: string
  readonly used: number
  readonly limit: number
  readonly text: string
  readonly isNear: boolean
}

/** A meter with its text for screen readers. */
export function Meter({ part, headingId, used, limit, text, isNear }: MeterProps): ReactNode {
  const { Meter: Own } = part.components
  const props = {
    className: part.slot('bar', isNear ? 'sg-near' : undefined),
    'aria-labelledby': headingId,
    'aria-valuetext': text,
    min: 0,
    max: Math.max(limit, 1),
    value: Math.min(used, Math.max(limit, 1)),
  }
  return Own ? <Own {...props} /> : <meter {...props} />
}

/** Remedies for more than what is left: the check consumes nothing. */
function Remedies({ feature, accountId, amount, ...props }: UsageMeterProps & { readonly amount: number }): ReactNode {
  const { denial } = useCheck(feature, amount, accountId)
  return denial ? <DenialNotice {...props} denial={denial} accountId={accountId} /> : null
}

/** Properties of `FeatureGate`. */
export interface FeatureGateProps extends PartProps {
  readonly feature?: FeatureKey | undefined
  /** Code of a plan: this one or a higher one. */
  readonly plan?: PlanKey | undefined
  readonly accountId?: string | undefined
  /** Shown instead of the children. Default: the denial with its remedies. */
  readonly fallback?: ReactNode
  readonly children: ReactNode
}

/**
 * Shows its children if the account has a feature or plan, and never before that is known. It hides and does not protect: the server checks
 * each request again.
 */
export function FeatureGate(props: FeatureGateProps): ReactNode {
  const { feature, plan, accountId, fallback, children, ...rest } = props
  const part = usePart(props)
  const allowed = useHas({ feature, plan }, accountId)
  const isAsking = allowed === false && fallback === undefined
  const { reason, error, refetch } = useEntitlement(feature ?? '', accountId)
  const byFeature = useCheck(
    isAsking && feature !== undefined && reason !== 'granted' ? feature : undefined,
    1,
    accountId,
  )
  const byPlan = usePlanCheck(plan, accountId)
  if (allowed) return children
  const failed = (feature === undefined ? null : error) ?? byFeature.error ?? byPlan.error
  if (failed) return <Failure part={part} error={failed} onRetry={() => Promise.all([refetch(), byPlan.refetch()])} />
  if (allowed === undefined) return <Loading part={part} lines={1} />
  if (fallback !== undefined) return fallback
  return <DenialNotice {...rest} denial={byFeature.denial ?? byPlan.denial} accountId={accountId} />
}

/** Properties of `CreditBalance`. */
export interface CreditBalanceProps extends PartProps {
  /** Code of a credit feature. Default: all of them. */
  readonly feature?: FeatureKey | undefined
  readonly accountId?: string | undefined
}

/** Credits that are left, with the next dates of expiry, live. */
export function CreditBalance(props: CreditBalanceProps): ReactNode {
  const { feature, accountId } = props
  const part = usePart(props)
  const { labels, slot, number, date } = part
  const { data, isPending, error, refetch } = useCredits(accountId)
  const shown = data?.filter((each) => feature === undefined || each.feature.code === feature)
  if (isPending) return <Loading part={part} lines={2} />
  if (error && !data) return <Failure part={part} error={error} onRetry={refetch} />
  if (!shown?.length) return <p className={slot('detail')}>{labels.noCredits}</p>
  return shown.map(({ feature: of, remaining, debt, grants }) => (
    <section key={of.code} className={slot('credits')} aria-label={of.name}>
      <p className={slot('meter-name')}>{of.name}</p>
      <p className={slot('meter-text')}>{labels.creditsLeft(number(remaining))}</p>
      {debt > 0 ? <p className={slot('warning')}>{labels.creditsDebt(number(debt))}</p> : null}
      <ul className={slot('bullets')}>
        {grants.nodes
          .filter((grant) => grant.remaining > 0 && grant.expiresAt !== null)
          .slice(0, 3)
          .map((grant) => (
            <li key={grant.id}>{labels.creditsExpire(number(grant.remaining), date(grant.expiresAt!))}</li>
          ))}
      </ul>
    </section>
  ))
}
