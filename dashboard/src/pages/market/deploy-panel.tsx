import IconPackage from 'icon:package'
import { Alert, Button, Group, List, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Suspense, useEffect, useRef, useState } from 'react'
import type { Denial } from '@stackgate/client'
import { StartDeployment } from '@stackgate/client/documents'
import { clearContinuation, storeContinuation, storedContinuation } from '../../session/continuation.js'
import { holdEnrollmentToken } from '../../session/enrollment-tokens.js'
import { holdGeneratedValues } from '../../session/generated-values.js'
import { lazyPart } from '../../session/load-part.js'
import { useAction } from '../../session/use-action.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { DenialCard } from '../../ui/denial-card.js'
import { date, priceText } from '../../ui/format.js'
import { Icon } from '../../ui/icon.js'
import { LinkButton } from '../../ui/link-button.js'
import { Section } from '../../ui/panel.js'
import { StateBadge } from '../../ui/state-badge.js'
import { marketWords } from '../../words/en/market.js'
import type { ParameterTexts } from './parameter-fields.js'
import { signInStep } from './template-card.js'
import type { TemplateDetails } from './template-page.js'

const ParameterFields = lazyPart(() => import('./parameter-fields.js'), 'default')

interface DeployPanelProps {
  readonly template: TemplateDetails
  readonly account: string | null
}

/** The way to a deployment: what it needs, the remedies, and the button. */
export function DeployPanel({ template, account }: DeployPanelProps) {
  const { eligibility, slug } = template
  return (
    <Section title={marketWords.deployPanel}>
      <Terms template={template} />
      {account ? (
        <Deploy template={template} account={account} />
      ) : (
        <>
          <Text size="sm">{marketWords.visitor}</Text>
          <LinkButton to="/" search={{ next: `/market/${slug}` } as never}>
            {signInStep(template)}
          </LinkButton>
        </>
      )}
      {eligibility && eligibility.explain.length > 0 && !(account && eligibility.allowed) && (
        <details open={!account}>
          <summary>{marketWords.explain}</summary>
          <List size="sm" mt="xs">
            {eligibility.explain.map((step) => (
              <List.Item key={step}>{step}</List.Item>
            ))}
          </List>
        </details>
      )}
    </Section>
  )
}

/** Price of the template, and the plan that it needs. */
function Terms({ template: { price, freeForever, requiredPlan, product } }: Pick<DeployPanelProps, 'template'>) {
  return (
    <Group gap="xs" justify="space-between">
      <Text fw={600}>{price ? priceText(price) : freeForever ? marketWords.freeForever : marketWords.free}</Text>
      <Text size="sm" c="dimmed">
        <Icon of={IconPackage} /> {requiredPlan ? marketWords.needs(requiredPlan.name) : marketWords.everyPlan}
      </Text>
      {product?.owned && (
        <StateBadge color="green">
          {product.ownedSince ? marketWords.ownedSince(date(product.ownedSince)) : marketWords.owned}
        </StateBadge>
      )}
    </Group>
  )
}

function Deploy({ template, account }: { readonly template: TemplateDetails; readonly account: string }) {
  const { id, slug, eligibility, parameters } = template
  const [continued, setContinued] = useState(() => {
    const stored = storedContinuation()
    return stored?.templateId === id && stored.account === account && stored.deploys ? stored : null
  })
  const [name, setName] = useState(continued?.deploymentName ?? '')
  const [values, setValues] = useState<ParameterTexts>(continued?.values ?? {})
  const [deploysAfter, setDeploysAfter] = useState(true)
  const start = useStart(account)
  const deploy = () =>
    start.run({
      input: {
        templateId: id,
        accountId: account,
        ...(name.trim() ? { name: name.trim() } : {}),
        values: Object.entries(values).flatMap(([given, value]) => (value === '' ? [] : [{ name: given, value }])),
      },
    })
  const isAllowed = eligibility?.allowed ?? false
  const denial = eligibility?.denials[0]

  // A deployment that a payment interrupted continues by itself, once.
  const hasContinued = useRef(false)
  useEffect(() => {
    if (!continued || !isAllowed || hasContinued.current) return
    hasContinued.current = true
    clearContinuation()
    deploy()
  })
  const abandon = () => {
    clearContinuation()
    setContinued(null)
  }
  const leave = (lifted: Pick<Denial, 'code'>) =>
    storeContinuation({
      path: `/market/${slug}`,
      name: template.name,
      account,
      templateId: id,
      code: lifted.code,
      deploys: deploysAfter,
      deploymentName: name.trim(),
      values: shownValues(template, values),
    })

  const wrong = (start.denial?.issues ?? []).filter(({ path }) => path.includes('values'))
  if (continued && !isAllowed && denial?.code === continued.code)
    return (
      <Alert color="blue" role="status">
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{marketWords.waiting}</Text>
          <Button size="xs" variant="default" onClick={abandon}>
            {marketWords.abandon}
          </Button>
        </Stack>
      </Alert>
    )
  return (
    <>
      {continued && isAllowed && (
        <Text size="sm" role="status">
          {marketWords.continued}
        </Text>
      )}
      <TextInput
        label={marketWords.name}
        description={marketWords.nameHint}
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {parameters && parameters.length > 0 && (
        <Suspense fallback={null}>
          <ParameterFields parameters={parameters} values={values} issues={wrong} onChange={setValues} />
        </Suspense>
      )}
      {isAllowed || !denial ? (
        <Button loading={start.isPending} onClick={deploy}>
          {marketWords.deploy}
        </Button>
      ) : (
        <>
          <DenialCard
            key={denial.code}
            denial={denial}
            account={account}
            onLeave={() => leave(denial)}
            onLifted={() =>
              setContinued(deploysAfter ? { ...continuationOf(template, account, denial.code, name), values } : null)
            }
          />
          <label className="check">
            <input
              type="checkbox"
              checked={deploysAfter}
              onChange={(event) => setDeploysAfter(event.currentTarget.checked)}
            />
            {marketWords.deployAfter}
          </label>
        </>
      )}
      {start.denial && wrong.length === 0 && (
        <DenialCard
          key={start.denial.code}
          denial={start.denial}
          account={account}
          onLeave={() => leave(start.denial!)}
          onLifted={deploy}
        />
      )}
      <OutcomeText outcome={{ denial: null, error: start.error }} account={account} />
    </>
  )
}

/** Values without secrets, which are not kept in a window. */
const shownValues = ({ parameters }: TemplateDetails, values: ParameterTexts): ParameterTexts =>
  Object.fromEntries(
    (parameters ?? []).flatMap(({ name, secret }) => (secret || !values[name] ? [] : [[name, values[name]]])),
  )

const continuationOf = (template: TemplateDetails, account: string, code: string, deploymentName: string) => ({
  path: `/market/${template.slug}`,
  name: template.name,
  account,
  templateId: template.id,
  code,
  deploys: true,
  deploymentName,
})

/** Starts the deployment and opens its page, which shows the enrollment token. */
function useStart(account: string) {
  const navigate = useNavigate()
  return useAction(StartDeployment, (result) => {
    const { hash } = result.deployment!
    holdEnrollmentToken(hash, result.enrolmentToken)
    holdGeneratedValues(hash, result.generatedValues)
    void navigate({ to: `/a/${account}/deployments/${hash}` })
  })
}
