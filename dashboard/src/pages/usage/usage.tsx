import IconMeter from 'icon:chart-bar'
import { List, Skeleton, Stack, Text, Title } from '@mantine/core'
import { Suspense, useState } from 'react'
import { Entitlements, Installation, type EntitlementFields } from '@stackgate/client/documents'
import { useOperation } from '@stackgate/react/hooks'
import { ActMenu } from '../../ui/act-menu.js'
import { count, date, money, sourceText } from '../../ui/format.js'
import { Empty } from '../../ui/empty.js'
import { LinkButton } from '../../ui/link-button.js'
import { PageHeading } from '../../ui/page-heading.js'
import { Panel, Section } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { isServed } from '../../session/config.js'
import { words } from '../../words/en.js'
import { decisionWords } from '../../words/en/decision.js'
import { locale } from '../../words/language.js'
import { nearLimitWords } from '../../words/en/near-limits.js'
import { usageWords } from '../../words/en/usage.js'
import { useAccount } from '../account/account-pages.js'
import { Decision, isRefused, FoldedDecision } from './decision.js'
import { nothingLeft } from './nothing-left.js'
import { lazyPart } from '../../session/load-part.js'
import './usage.css'

const UsageHistory = lazyPart(() => import('./usage-history.js'), 'UsageHistory')
const SpendCaps = lazyPart(() => import('./spend-caps.js'), 'SpendCaps')
const UsageAlerts = lazyPart(() => import('./usage-alerts.js'), 'UsageAlerts')
const SharedPool = lazyPart(() => import('./shared-pool.js'), 'SharedPool')

/** Limits and what is used of them. */
export function Usage() {
  const account = useAccount()
  const entitlements = useOperation(Entitlements, { account })
  const installation = useOperation(Installation, {})
  const pools = installation.data?.installation.poolFeatures ?? []
  return (
    <Stack className="settling-first">
      <PageHeading>{usageWords.title}</PageHeading>
      <Panel query={entitlements} height={320}>
        {({ account: found }) =>
          found?.usage?.entitlements?.length ? (
            <Stack gap={0}>
              {found.usage.entitlements
                .filter((each) => !isQuietRate(each))
                .map((entitlement) => (
                  <Row key={entitlement.id} entitlement={entitlement} account={account} />
                ))}
              <RateLimits entitlements={found.usage.entitlements.filter(isQuietRate)} />
            </Stack>
          ) : (
            <Empty
              icon={IconMeter}
              title={usageWords.noneTitle}
              act={
                isServed('/plans') && (
                  <LinkButton variant="default" to="/a/$account/plans" params={{ account }}>
                    {words.billing.seePlans}
                  </LinkButton>
                )
              }
            >
              {usageWords.none}
            </Empty>
          )
        }
      </Panel>
      {/* Their places are known with the number of limits. */}
      <Stack className="settled">
        {/* One fallback: a part that is loaded before the one above it would move. */}
        <Suspense fallback={<LoadingParts />}>
          <UsageHistory account={account} entitlements={entitlements.data?.account?.usage?.entitlements ?? []} />
          {pools.length > 0 && <SharedPool account={account} features={pools} />}
          <SpendCaps account={account} />
          <UsageAlerts account={account} />
        </Suspense>
      </Stack>
    </Stack>
  )
}

/** A limit of requests that does not refuse the next one: its bar would be empty. */
const isQuietRate = (entitlement: EntitlementFields): boolean =>
  entitlement.feature.kind === 'RATE' && !isUsedUp(entitlement)

/** `Managed servers` becomes `managed servers`, and `AI stories` stays. */
const inSentence = (name: string): string =>
  /^\p{Lu}\p{Ll}/u.test(name) ? `${name[0]!.toLowerCase()}${name.slice(1)}` : name

/** Rate limits in one sentence. */
function RateLimits({ entitlements }: { readonly entitlements: readonly EntitlementFields[] }) {
  if (entitlements.length === 0) return null
  const texts = entitlements.map(({ feature, unlimited, limit }) =>
    usageWords.rate(inSentence(feature.name), unlimited || limit === null ? null : count(limit)),
  )
  return (
    <Text size="sm" c="dimmed" className="allowance">
      {usageWords.rates(new Intl.ListFormat(locale).format(texts))}
    </Text>
  )
}

const LoadingParts = () => (
  <Section isBusy>
    <Skeleton height={120} role="progressbar" aria-label={words.panel.loading} />
  </Section>
)

/** The limit and use of a feature in one line. Its menu opens the sources and the decision below. */
function Row({ entitlement, account }: { readonly entitlement: EntitlementFields; readonly account: string }) {
  const [opened, open] = useState<'sources' | 'decision' | null>(null)
  const toggle = (part: 'sources' | 'decision') => open(opened === part ? null : part)
  const { feature, resetsAt, reserved, sources, overage } = entitlement
  return (
    <section aria-label={feature.name} className="allowance">
      <div className="allowance-line">
        <Title order={2} size="h5">
          {feature.name}
        </Title>
        <Amount entitlement={entitlement} />
        <Text size="sm" c="dimmed" className="allowance-reset">
          {isOver(entitlement) ? nothingLeft(resetsAt) : resetsAt && usageWords.resets(date(resetsAt))}
        </Text>
        <LimitBadge entitlement={entitlement} />
      </div>
      {overage && <Overage overage={overage} />}
      {reserved > 0 && <Text size="sm">{usageWords.reserved(count(reserved))}</Text>}
      <ActMenu
        isSmall
        name={words.table.actsOf(feature.name)}
        groups={[
          {
            acts: [
              ...(sources.length > 0 ? [{ name: usageWords.sources, onChoose: () => toggle('sources') }] : []),
              ...(isUsedUp(entitlement) ? [] : [{ name: decisionWords.allowed, onChoose: () => toggle('decision') }]),
            ],
          },
        ]}
      />
      {opened === 'sources' && (
        <List size="sm" aria-label={usageWords.sources}>
          {sources.map(({ amount, expiresAt, ...source }) => (
            <List.Item key={`${sourceText(source)}${expiresAt}`}>
              {sourceText(source)} {amount !== null && count(amount)} {expiresAt && usageWords.until(date(expiresAt))}
            </List.Item>
          ))}
        </List>
      )}
      {isUsedUp(entitlement) ? (
        <FoldedDecision account={account} feature={feature.code} isOpened={opened === 'decision'} />
      ) : (
        opened === 'decision' && <Decision account={account} feature={feature.code} />
      )}
    </section>
  )
}

function LimitBadge({ entitlement }: { readonly entitlement: EntitlementFields }) {
  if (isUsedUp(entitlement)) return <StateBadge color="red">{usageWords.usedUp}</StateBadge>
  if (entitlement.overage && entitlement.remaining === 0)
    return <StateBadge color="orange">{usageWords.overage.badge}</StateBadge>
  return entitlement.nearLimit ? <StateBadge color="orange">{usageWords.near}</StateBadge> : null
}

/** Price of units beyond the allowance, and those of this window with their cost. */
function Overage({ overage }: { readonly overage: NonNullable<EntitlementFields['overage']> }) {
  const texts = usageWords.overage
  const { summary, cap, units, reserved, cost } = overage
  return (
    <>
      <Text size="sm" c="dimmed">
        {texts.terms(summary, count(cap!))}
      </Text>
      {units! > 0 && <Text size="sm">{texts.cost(count(units!), money(cost!))}</Text>}
      {reserved! > 0 && <Text size="sm">{texts.reserved(count(reserved!))}</Text>}
    </>
  )
}

const isUsedUp = (entitlement: EntitlementFields): boolean => entitlement.granted && isRefused(entitlement)

/** After a change to a smaller plan, more can be used than the limit. */
const isOver = ({ limit, used, unlimited }: Pick<EntitlementFields, 'limit' | 'used' | 'unlimited'>): boolean =>
  !unlimited && used > (limit ?? 0)

function Amount({
  entitlement: { feature, granted, unlimited, limit, used },
}: {
  readonly entitlement: EntitlementFields
}) {
  if (feature.kind === 'BOOLEAN' || unlimited)
    return (
      <Text size="sm" className="allowance-text">
        {unlimited ? usageWords.unlimited(count(used)) : granted ? usageWords.included : usageWords.notIncluded}
      </Text>
    )
  const text = (isOver({ limit, used, unlimited }) ? usageWords.over : nearLimitWords.of)(
    count(used),
    count(limit ?? 0),
  )
  return (
    <>
      <meter
        className="meter"
        min={0}
        max={Math.max(limit ?? 0, 1)}
        high={(limit ?? 0) * 0.8}
        value={used}
        aria-label={`${feature.name}: ${text}`}
      />
      <Text size="sm">{text}</Text>
    </>
  )
}
