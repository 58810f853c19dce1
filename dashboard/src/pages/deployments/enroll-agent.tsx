import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ReissueEnrolment } from '@stackgate/client/documents'
import { serverUrl } from '../../session/config.js'
import { heldEnrollmentToken, holdEnrollmentToken } from '../../session/enrollment-tokens.js'
import { heldGeneratedValues } from '../../session/generated-values.js'
import { useAction } from '../../session/use-action.js'
import { OutcomeText } from '../../ui/dialogs.js'
import { Section } from '../../ui/panel.js'
import { deploymentWords } from '../../words/en/deployments.js'
import { DemonstrationAgentButton } from './demonstration-agent-button.js'

interface EnrollAgentProps {
  readonly account: string
  readonly hash: string
}

/** The way from a started deployment to a registered agent. The token is shown once; a new one replaces a lost one. */
export function EnrollAgent({ account, hash }: EnrollAgentProps) {
  const { install } = deploymentWords
  const [token, setToken] = useState(() => heldEnrollmentToken(hash))
  const reissue = useAction(ReissueEnrolment, (result) => {
    holdEnrollmentToken(hash, result.enrolmentToken)
    setToken(result.enrolmentToken)
  })
  const generated = heldGeneratedValues(hash)
  return (
    <Section title={install.title}>
      {token ? (
        <>
          <Text size="sm">{install.text}</Text>
          <Copied name={install.line} text={registerLine(hash, token)} />
          <Copied name={install.token} text={token} />
          <Text fw={500}>{install.once}</Text>
        </>
      ) : (
        <Stack gap="sm" align="flex-start">
          <Text size="sm">{install.lost}</Text>
          <Button variant="default" loading={reissue.isPending} onClick={() => reissue.run({ id: hash })}>
            {install.reissue}
          </Button>
        </Stack>
      )}
      {generated.length > 0 && (
        <Stack gap="sm" role="group" aria-label={install.values}>
          <Text fw={500}>
            {install.values}. {install.valuesOnce}
          </Text>
          {generated.map(({ name, value }) => (
            <Copied key={name} name={name} text={value ?? ''} />
          ))}
        </Stack>
      )}
      <DemonstrationAgentButton deploymentHash={hash} {...(token ? { enrolmentToken: token } : {})} />
      <OutcomeText outcome={reissue} account={account} />
      <Text size="sm" c="dimmed" role="status">
        {install.waiting}
      </Text>
    </Section>
  )
}

/** Registers a server; the response contains the ID and the token of its agent. */
function registerLine(hash: string, token: string): string {
  const body = {
    deployment_hash: hash,
    enrolment_token: token,
    capabilities: ['docker', 'logs'],
    system_info: {},
    agent_version: '0.2.1',
  }
  return `curl -sS ${serverUrl('api/v1/agent/register').href} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`
}

function Copied({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text fw={500}>{name}</Text>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy} aria-label={`${deploymentWords.copy}: ${name}`}>
              {copied ? deploymentWords.copied : deploymentWords.copy}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block className="code" tabIndex={0} role="region" aria-label={name}>
        {text}
      </Code>
    </div>
  )
}
