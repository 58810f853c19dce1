import { Anchor, Button, Card, Group, List, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import {
  AddAddon,
  Packages as PackagesDocument,
  RemoveAddon,
  type PackagesData,
  type SubscriptionData,
} from '@stackgate/client/documents'
import { useState } from 'react'
import { useAction } from '../../session/use-action.js'
import { useCheckout, useOperation } from '@stackgate/react/hooks'
import { ConfirmDialog, OutcomeText } from '../../ui/dialogs.js'
import { count, priceText } from '../../ui/format.js'
import { PackComparisons } from '../../ui/pack-comparison.js'
import { comparedPacks, type ComparedPack } from '../../ui/packs.js'
import { Panel } from '../../ui/panel.js'
import { words } from '../../words/en.js'
import { comparisonOfPlans } from '../../words/en/plan-comparison.js'

type Package = PackagesData['packages'][number]
type Subscription = NonNullable<NonNullable<NonNullable<SubscriptionData['account']>['billing']>['subscription']>

const texts = words.plans.packages

interface PackagesProps {
  readonly account: string
  /** Add-ons are lines of it. */
  readonly subscription: Subscription | null
}

/** Packages that add to a plan: credits, add-ons, and what the sales team sells. Absent where the catalog has none. */
export function Packages({ account, subscription }: PackagesProps) {
  const query = useOperation(PackagesDocument, {})
  const sold = query.data?.packages.filter(({ active, type }) => active && type !== 'SUBSCRIPTION') ?? []
  if (!query.error && sold.length === 0) return null
  const packs = comparedPacks(sold)
  return (
    <>
      <Panel title={texts.title} query={query}>
        {() => (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
            {sold.map((each) => (
              <PackageCard
                key={each.id}
                sold={each}
                compared={packs.flat().find(({ pack }) => pack.id === each.id)}
                account={account}
                subscription={subscription}
              />
            ))}
          </SimpleGrid>
        )}
      </Panel>
      <PackComparisons packs={packs} />
    </>
  )
}

interface PackageCardProps extends PackagesProps {
  readonly sold: Package
  readonly compared: ComparedPack | undefined
}

function PackageCard({ sold, compared, account, subscription }: PackageCardProps) {
  const { code, name, bullets, description, type, prices, contactUrl } = sold
  const line = subscription?.items.find((item) => item.package?.code === code)
  // An add-on is paid with the subscription, in its currency.
  const currency = type === 'ADDON' ? subscription?.items[0]?.price.money.currency : undefined
  const price = prices.find((each) => each.money.currency === currency) ?? prices[0]
  return (
    <Card component="section" withBorder padding="md" aria-label={name}>
      <Stack gap="sm" h="100%">
        <Title order={3} size="h5">
          {name}
        </Title>
        {price && (
          <div>
            <Text fw={500}>{priceText(price)}</Text>
            {compared && (
              <Text size="sm" c="dimmed">
                {[compared.unitPrice, compared.saving && comparisonOfPlans.saves(compared.saving)]
                  .filter(Boolean)
                  .join(', ')}
              </Text>
            )}
          </div>
        )}
        <List size="sm" style={{ flex: 1 }}>
          {(bullets.length > 0 ? bullets : [description ?? name]).map((bullet) => (
            <List.Item key={bullet}>{bullet}</List.Item>
          ))}
        </List>
        {line && <Text size="sm">{texts.have(count(line.quantity))}</Text>}
        {type === 'CREDIT_PACK' && (
          <Buy code={code} name={name} currency={price?.money.currency ?? null} account={account} />
        )}
        {type === 'ADDON' && (
          <Addon
            code={code}
            name={name}
            price={price ? priceText(price) : ''}
            account={account}
            hasSubscription={!!subscription}
            has={!!line}
          />
        )}
        {type === 'ENTERPRISE' && contactUrl && (
          <Anchor href={contactUrl} size="sm">
            {words.plans.contact}
          </Anchor>
        )}
      </Stack>
    </Card>
  )
}

interface PackageAct {
  readonly code: string
  readonly name: string
  readonly account: string
}

function Buy({ code, name, currency, account }: PackageAct & { readonly currency: string | null }) {
  const buy = useCheckout({ accountId: account })
  return (
    <>
      <Button
        variant="default"
        loading={buy.isPending}
        aria-label={texts.buyNamed(name)}
        onClick={() => buy.mutate({ package: code, currency: currency ?? undefined })}
      >
        {texts.buy}
      </Button>
      <OutcomeText outcome={buy} account={account} />
    </>
  )
}

interface AddonProps extends PackageAct {
  readonly price: string
  readonly hasSubscription: boolean
  readonly has: boolean
}

function Addon({ code, name, price, account, hasSubscription, has }: AddonProps) {
  const [chosen, setChosen] = useState<'add' | 'remove' | null>(null)
  const close = () => setChosen(null)
  const add = useAction(AddAddon, close)
  const remove = useAction(RemoveAddon, close)
  const input = { packageCode: code, accountId: account, quantity: 1 }
  if (!hasSubscription)
    return (
      <Text size="sm" c="dimmed">
        {texts.needsSubscription}
      </Text>
    )
  return (
    <>
      <Group gap="xs">
        <Button
          variant="default"
          aria-haspopup="dialog"
          aria-label={texts.addNamed(name)}
          onClick={() => setChosen('add')}
        >
          {texts.add}
        </Button>
        {has && (
          <Button
            variant="subtle"
            aria-haspopup="dialog"
            aria-label={texts.removeNamed(name)}
            onClick={() => setChosen('remove')}
          >
            {texts.remove}
          </Button>
        )}
      </Group>
      {chosen && (
        <ConfirmDialog
          title={chosen === 'add' ? texts.addNamed(name) : texts.removeNamed(name)}
          text={chosen === 'add' ? texts.addText(price) : texts.removeText}
          action={chosen === 'add' ? texts.add : texts.remove}
          keep={texts.keep}
          account={account}
          outcome={chosen === 'add' ? add : remove}
          onConfirm={() => (chosen === 'add' ? add : remove).run(input)}
          onClose={close}
        />
      )}
    </>
  )
}
